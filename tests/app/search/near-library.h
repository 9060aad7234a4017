/* near-library.h: a library of any size, without files, in which it is known what is alike. */
#pragma once

#include "search/catalogue.h"
#include "search/vectors.h"

typedef enum {
  NEAR_COPY,  /* half the size, 2 bits of the hash and a cosine of 0.985 away, without a date */
  NEAR_CROP,  /* 95 % of each side, 14 bits, 0.975, without a date */
  NEAR_BURST, /* two seconds later, 12 bits, 0.98 */
  NEAR_EQUAL, /* the same bytes */
  NEAR_LATER, /* two minutes later, 4 bits, 0.99: another photo of the same scene */
  NEAR_KINDS
} NearKind;

/**
 * NearLibrary:
 * @originals: photos of their own, the first of the catalogue's entries, with embeddings in
 * clusters within a narrow cone, as CLIP's are
 * @kinds: (element-type NearKind): of each entry after them: how it is like the original that has
 *     the same place among the first as it has among these
 */
typedef struct {
  InkCatalogue *catalogue;
  InkVectors *vectors;
  guint originals;
  GArray *kinds;
} NearLibrary;

/* @variants: at most @originals */
NearLibrary *near_library_new (guint originals, guint variants, guint dims);
void near_library_free (NearLibrary *library);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NearLibrary, near_library_free)

/* How many variants of a kind there are, and how many @groups put beside their original. */
void near_library_count (const NearLibrary *library, const GPtrArray *groups, NearKind kind,
                         guint *all, guint *found);

/* How many members @groups have that are no variant of their group's first photo, nor it of them.
 */
guint near_library_count_wrong (const NearLibrary *library, const GPtrArray *groups);
