/* parts.c: lists of segments. */
#include "search/parts.h"

#include <string.h>

/* ---- Lists ------------------------------------------------------------------------------- */

static void
dead_unref (InkDead *dead)
{
  if (dead && g_atomic_int_dec_and_test (&dead->refs))
    g_free (dead);
}

InkParts *
ink_parts_new (guint n)
{
  InkParts *parts = g_new0 (InkParts, 1);

  parts->refs = 1;
  parts->parts = g_new0 (InkPart, MAX (n, 1));
  pthread_mutex_init (&parts->lock, NULL);
  return parts;
}

InkParts *
ink_parts_ref (InkParts *parts)
{
  g_atomic_int_inc (&parts->refs);
  return parts;
}

void
ink_parts_unref (InkParts *parts)
{
  if (!g_atomic_int_dec_and_test (&parts->refs))
    return;
  for (guint i = 0; i < parts->n; i++) {
    ink_segment_unref (parts->parts[i].segment);
    dead_unref (parts->parts[i].dead);
  }
  g_clear_pointer (&parts->sample, g_array_unref);
  pthread_mutex_destroy (&parts->lock);
  g_free (parts->parts);
  g_free (parts);
}

void
ink_parts_add (InkParts *parts, InkSegment *segment)
{
  parts->parts[parts->n++] = (InkPart){segment, NULL, 0};
}

void
ink_parts_add_copy (InkParts *parts, const InkPart *part)
{
  parts->parts[parts->n++] = *part;
  ink_segment_ref (part->segment);
  if (part->dead)
    g_atomic_int_inc (&part->dead->refs);
}

/* The bits of a list that is being made: its own from the first change on. */
static InkDead *
copy_dead (const InkPart *part)
{
  gsize size = (part->segment->n + 63) / 64 * sizeof (guint64);
  InkDead *dead = g_malloc0 (sizeof (InkDead) + size);

  dead->refs = 1;
  if (part->dead)
    memcpy (dead->bits, part->dead->bits, size);
  return dead;
}

static void
take_out (InkPart *part, const gint64 *photos, gsize n)
{
  const InkSegment *segment = part->segment;
  gsize row = 0;
  gboolean own = FALSE;

  for (gsize i = 0; i < n && row < segment->n; i++)
    for (row = ink_segment_find (segment, row, photos[i]);
         row < segment->n && segment->photos[row] == photos[i]; row++) {
      if (ink_part_is_dead (part, row))
        continue;
      if (!own) {
        InkDead *dead = copy_dead (part);

        dead_unref (part->dead);
        part->dead = dead;
        own = TRUE;
      }
      part->dead->bits[row / 64] |= G_GUINT64_CONSTANT (1) << row % 64;
      part->n_dead++;
    }
}

InkParts *
ink_parts_without (const InkParts *parts, const gint64 *photos, gsize n, guint more)
{
  InkParts *left = ink_parts_new (parts->n + more);

  for (guint i = 0; i < parts->n; i++) {
    InkPart *part = &left->parts[left->n];

    ink_parts_add_copy (left, &parts->parts[i]);
    take_out (part, photos, n);
  }
  return left;
}

gsize
ink_parts_count (const InkParts *parts)
{
  gsize n = 0;

  for (guint i = 0; i < parts->n; i++)
    n += ink_part_count (&parts->parts[i]);
  return n;
}

gsize
ink_parts_count_photos (const InkParts *parts)
{
  gsize n = 0;

  for (guint i = 0; i < parts->n; i++) {
    const InkPart *part = &parts->parts[i];
    const gint64 *photos = part->segment->photos;

    for (gsize row = 0; row < part->segment->n; row++)
      n += (row == 0 || photos[row] != photos[row - 1]) && !ink_part_is_dead (part, row);
  }
  return n;
}

gboolean
ink_parts_find (const InkParts *parts, gint64 photo, InkPlace *place)
{
  for (guint i = 0; i < parts->n; i++) {
    const InkPart *part = &parts->parts[i];
    gsize row = ink_segment_find (part->segment, 0, photo);

    if (row < part->segment->n && part->segment->photos[row] == photo &&
        !ink_part_is_dead (part, row)) {
      *place = (InkPlace){part, row};
      return TRUE;
    }
  }
  return FALSE;
}

/* ---- Walks ------------------------------------------------------------------------------- */

static void
pass_dead (InkWalk *walk, guint i)
{
  const InkPart *part = &walk->parts->parts[i];

  while (walk->next[i] < part->segment->n && ink_part_is_dead (part, walk->next[i]))
    walk->next[i]++;
}

void
ink_walk_init (InkWalk *walk, const InkParts *parts, guint first)
{
  *walk = (InkWalk){parts, first, g_new0 (gsize, MAX (parts->n, 1))};
  for (guint i = first; i < parts->n; i++)
    pass_dead (walk, i);
}

void
ink_walk_clear (InkWalk *walk)
{
  g_clear_pointer (&walk->next, g_free);
}

gboolean
ink_walk_step (InkWalk *walk, InkPlace *place)
{
  const InkParts *parts = walk->parts;
  gint64 least = G_MAXINT64;
  guint best = parts->n;

  for (guint i = walk->first; i < parts->n; i++) {
    const InkSegment *segment = parts->parts[i].segment;

    if (walk->next[i] < segment->n &&
        (best == parts->n || segment->photos[walk->next[i]] < least)) {
      least = segment->photos[walk->next[i]];
      best = i;
    }
  }
  if (best == parts->n)
    return FALSE;
  *place = (InkPlace){&parts->parts[best], walk->next[best]++};
  pass_dead (walk, best);
  return TRUE;
}

InkSegment *
ink_parts_merge (const InkParts *parts, guint first, GError **error)
{
  InkSegment *merged;
  gint64 *photos;
  guint16 *halves;
  gsize n = 0;
  InkPlace place;
  InkWalk walk;

  for (guint i = first; i < parts->n; i++)
    n += ink_part_count (&parts->parts[i]);
  merged = ink_segment_new (parts->parts[first].segment->dims, n, &photos, &halves, error);
  if (!merged)
    return NULL;
  ink_walk_init (&walk, parts, first);
  for (gsize row = 0; ink_walk_step (&walk, &place); row++) {
    const InkSegment *segment = place.part->segment;

    photos[row] = segment->photos[place.row];
    memcpy (halves + row * segment->dims, segment->halves + place.row * segment->dims,
            segment->dims * sizeof *halves);
  }
  ink_walk_clear (&walk);
  return merged;
}

/* ---- The sample -------------------------------------------------------------------------- */

static gsize
count_photos (const InkParts *parts)
{
  InkPlace place;
  InkWalk walk;
  gint64 last = 0;
  gsize n = 0;

  ink_walk_init (&walk, parts, 0);
  while (ink_walk_step (&walk, &place)) {
    gint64 photo = place.part->segment->photos[place.row];

    n += n == 0 || photo != last;
    last = photo;
  }
  ink_walk_clear (&walk);
  return n;
}

static GArray *
take_sample (const InkParts *parts, gsize size)
{
  GArray *sample = g_array_new (FALSE, FALSE, sizeof (InkPlace));
  gsize photos = count_photos (parts), seen = 0;
  gsize n = MIN (photos, size);
  InkPlace place;
  InkWalk walk;
  gint64 last = 0;

  ink_walk_init (&walk, parts, 0);
  while (sample->len < n && ink_walk_step (&walk, &place)) {
    gint64 photo = place.part->segment->photos[place.row];

    if (seen > 0 && photo == last)
      continue;
    last = photo;
    if (seen++ == (gsize)((guint64)sample->len * photos / n))
      g_array_append_val (sample, place);
  }
  ink_walk_clear (&walk);
  return sample;
}

const GArray *
ink_parts_get_sample (InkParts *parts, gsize size)
{
  pthread_mutex_lock (&parts->lock);
  if (!parts->sample)
    parts->sample = take_sample (parts, size);
  pthread_mutex_unlock (&parts->lock);
  return parts->sample;
}
