/* duplicates.h: the groups of near-duplicates of a whole library. */
#pragma once

#include <gio/gio.h>

#include "search/catalogue.h"
#include "search/vectors.h"

G_BEGIN_DECLS

/**
 * InkDuplicates:
 * @members: (element-type guint): indices of entries of the catalogue: the largest photo first,
 *     which each of the others is a near-duplicate of
 * @similarity: the least cosine of the first with the others; 1 where all are equal files
 */
typedef struct {
  GArray *members;
  double similarity;
} InkDuplicates;

void ink_duplicates_free (InkDuplicates *duplicates);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkDuplicates, ink_duplicates_free)

/**
 * ink_duplicates_find:
 * @vectors: (nullable): without them only equal files are found, and RAW with JPEG
 *
 * Every photo is in one group at most. By the rule of alike.h, over the pairs of neighbours.h.
 *
 * Returns: (transfer full) (element-type InkDuplicates): in the order of the first members; %NULL
 *     with %INK_ERROR_CANCELLED
 */
GPtrArray *ink_duplicates_find (const InkCatalogue *catalogue, InkVectors *vectors,
                                GCancellable *cancellable, GError **error);

G_END_DECLS
