/* duplicates.c: pairs of near-duplicates into groups.
 *
 * Groups are stars, not chains: each member is a near-duplicate of the group's first photo, so that
 * a slow pan does not become one group. The largest photo comes first: copies and crops of a photo
 * are compared with what they were made of.
 */
#include "search/duplicates.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "search/alike.h"
#include "search/neighbours.h"

typedef struct {
  guint first, second; /* by rank: first < second */
  double cosine;
} Pair;

typedef struct {
  const InkCatalogue *catalogue;
  InkVectors *vectors; /* nullable */
  guint *ranks;        /* of each entry, the largest photo having 0 */
  guint *order;        /* the entry of each rank */
  GArray *pairs;       /* Pair */
} Finder;

void
ink_duplicates_free (InkDuplicates *duplicates)
{
  if (!duplicates)
    return;
  g_array_unref (duplicates->members);
  g_free (duplicates);
}

static const InkCatalogueEntry *
entry_at (const InkCatalogue *catalogue, guint index)
{
  return &g_array_index (catalogue->entries, InkCatalogueEntry, index);
}

/* Larger ones first, then earlier ones. */
static int
compare_entries (const void *a, const void *b, gpointer catalogue)
{
  const InkCatalogueEntry *left = entry_at (catalogue, *(const guint *)a);
  const InkCatalogueEntry *right = entry_at (catalogue, *(const guint *)b);
  guint64 left_pixels = (guint64)left->width * left->height;
  guint64 right_pixels = (guint64)right->width * right->height;

  if (left_pixels != right_pixels)
    return left_pixels > right_pixels ? -1 : 1;
  if (left->clock != right->clock)
    return left->clock < right->clock ? -1 : 1;
  return left->id < right->id ? -1 : left->id > right->id;
}

static void
rank_entries (Finder *finder)
{
  guint n = finder->catalogue->entries->len;

  finder->order = g_new (guint, n);
  finder->ranks = g_new (guint, n);
  for (guint i = 0; i < n; i++)
    finder->order[i] = i;
  g_qsort_with_data (finder->order, (gint)n, sizeof *finder->order, compare_entries,
                     (gpointer)finder->catalogue);
  for (guint i = 0; i < n; i++)
    finder->ranks[finder->order[i]] = i;
}

/* ---- Pairs ------------------------------------------------------------------------------- */

static void
on_pair (guint a, guint b, gpointer data)
{
  Finder *finder = data;
  const InkCatalogueEntry *left = entry_at (finder->catalogue, a);
  const InkCatalogueEntry *right = entry_at (finder->catalogue, b);
  double least = ink_alike_get_least_cosine (left, right), cosine;
  guint first = MIN (finder->ranks[a], finder->ranks[b]);
  guint second = MAX (finder->ranks[a], finder->ranks[b]);

  if (least >= 1)
    return;
  cosine = finder->vectors ? ink_vectors_compare (finder->vectors, left->id, right->id) : NAN;
  if (least < 0 || cosine >= least) {
    /* Equal files and formats of one photo are one whatever the model says. */
    Pair pair = {first, second, isnan (cosine) ? 1 : MIN (cosine, 1)};

    g_array_append_val (finder->pairs, pair);
  }
}

static int
compare_pairs (const void *a, const void *b)
{
  const Pair *left = a, *right = b;

  if (left->first != right->first)
    return left->first < right->first ? -1 : 1;
  return left->second < right->second ? -1 : left->second > right->second;
}

/* ---- Groups ------------------------------------------------------------------------------ */

static InkDuplicates *
group_new (const Finder *finder, guint first)
{
  InkDuplicates *group = g_new (InkDuplicates, 1);

  group->members = g_array_new (FALSE, FALSE, sizeof (guint));
  group->similarity = 1;
  g_array_append_val (group->members, finder->order[first]);
  return group;
}

/* By ascending rank, each photo that is in no group yet takes its partners that are in none. */
static GPtrArray *
make_groups (const Finder *finder)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_duplicates_free);
  g_autofree gboolean *taken = g_new0 (gboolean, finder->catalogue->entries->len);
  InkDuplicates *group = NULL;
  guint leader = G_MAXUINT;

  for (guint i = 0; i < finder->pairs->len; i++) {
    const Pair *pair = &g_array_index (finder->pairs, Pair, i);

    if (taken[pair->second] || (taken[pair->first] && pair->first != leader))
      continue;
    if (pair->first != leader) {
      leader = pair->first;
      group = group_new (finder, leader);
      g_ptr_array_add (groups, group);
    }
    taken[pair->first] = taken[pair->second] = TRUE;
    g_array_append_val (group->members, finder->order[pair->second]);
    group->similarity = MIN (group->similarity, pair->cosine);
  }
  return groups;
}

GPtrArray *
ink_duplicates_find (const InkCatalogue *catalogue, InkVectors *vectors, GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  Finder finder = {.catalogue = catalogue, .vectors = vectors};
  GPtrArray *groups = NULL;

  finder.pairs = pairs;
  rank_entries (&finder);
  ink_neighbours_for_each (catalogue, vectors, on_pair, &finder, cancellable);
  g_array_sort (pairs, compare_pairs);
  if (g_cancellable_is_cancelled (cancellable))
    g_set_error (error, INK_ERROR, INK_ERROR_CANCELLED, "Looking for near-duplicates was stopped");
  else
    groups = make_groups (&finder);
  g_free (finder.ranks);
  g_free (finder.order);
  return groups;
}
