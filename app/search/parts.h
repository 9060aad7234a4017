/* parts.h: inside of InkVectors: the list of segments that its rows lie in.
 *
 * Nothing in a list changes: an update makes another one, which shares the segments. So a search
 * goes on with the list that it began with, and updates and searches never wait for each other.
 */
#pragma once

#include <pthread.h>

#include "search/segment.h"

G_BEGIN_DECLS

/* One bit a row, set where the row counts no more. Shared by lists. */
typedef struct {
  gint refs;
  guint64 bits[];
} InkDead;

typedef struct {
  InkSegment *segment;
  InkDead *dead; /* nullable: none are */
  gsize n_dead;
} InkPart;

/* A row of a list. */
typedef struct {
  const InkPart *part;
  gsize row;
} InkPlace;

typedef struct {
  gint refs;
  guint n;
  InkPart *parts; /* the rows of a photo that count all lie in one of them */

  pthread_mutex_t lock; /* guards what follows */
  GArray *sample;       /* nullable: as ink_parts_get_sample() */
} InkParts;

/* An empty list with room for @n parts, which the caller fills. */
InkParts *ink_parts_new (guint n);
InkParts *ink_parts_ref (InkParts *parts);
void ink_parts_unref (InkParts *parts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkParts, ink_parts_unref)

/* Appends a part. @segment: (transfer full) */
void ink_parts_add (InkParts *parts, InkSegment *segment);

/* Appends one that another list has. */
void ink_parts_add_copy (InkParts *parts, const InkPart *part);

/* The list without the rows of @n photos, ascending; with room for @more parts. */
InkParts *ink_parts_without (const InkParts *parts, const gint64 *photos, gsize n, guint more);

static inline gboolean
ink_part_is_dead (const InkPart *part, gsize row)
{
  return part->dead && (part->dead->bits[row / 64] >> row % 64 & 1);
}

static inline gsize
ink_part_count (const InkPart *part)
{
  return part->segment->n - part->n_dead;
}

/* Rows that count. */
gsize ink_parts_count (const InkParts *parts);

/* Photos that have such rows. */
gsize ink_parts_count_photos (const InkParts *parts);

/* The first row of a photo. FALSE where it has none. */
gboolean ink_parts_find (const InkParts *parts, gint64 photo, InkPlace *place);

/**
 * ink_parts_merge:
 * @first: the first of the parts to merge; the others are all that follow
 *
 * Returns: (transfer full): a segment in memory with the rows that count, not encoded yet; %NULL
 *     with %INK_ERROR_FAILED
 */
InkSegment *ink_parts_merge (const InkParts *parts, guint first, GError **error);

/* A walk over rows that count, by ascending photo. */
typedef struct {
  const InkParts *parts;
  guint first;
  gsize *next; /* in each part */
} InkWalk;

/* From the part @first on. */
void ink_walk_init (InkWalk *walk, const InkParts *parts, guint first);
void ink_walk_clear (InkWalk *walk);
/* FALSE at the end. */
gboolean ink_walk_step (InkWalk *walk, InkPlace *place);

/* An even sample of at most @size photos, by their first rows, in the order of their ids. Which
 * they are depends on the photos alone. Returns: (element-type InkPlace): the list's own */
const GArray *ink_parts_get_sample (InkParts *parts, gsize size);

G_END_DECLS
