/* search.c: filters, then the exact best, parted into strong and weak, near-duplicates collapsed.
 */
#include "config.h"

#include "search/search.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search/filter.h"
#include "search/group.h"
#include "search/probe.h"

typedef struct {
  const InkCatalogueEntry *entry;
  double score;
  gboolean named; /* its file's name was typed */
  gboolean strong;
} Candidate;

typedef struct {
  const InkCatalogue *catalogue;
  InkVectors *vectors; /* nullable */
  const InkQuery *query;
  const InkCatalogueEntry *exclude; /* nullable */
  GArray *scope; /* gint64: photos that pass the filters, ascending, but for … */
  GArray *named; /* gint64: … those whose names were typed, ascending */
} Search;

/* ---- What is looked at ------------------------------------------------------------------- */

static const InkCatalogueEntry *
find_file (const InkCatalogue *catalogue, GFile *file)
{
  g_autofree char *plain = g_file_get_path (file);
  /* The library knows its folders by their real path. */
  g_autofree char *real = plain ? realpath (plain, NULL) : NULL;
  const char *wanted = real ? real : plain;

  for (guint i = 0; wanted && i < catalogue->entries->len; i++) {
    const InkCatalogueEntry *entry = &g_array_index (catalogue->entries, InkCatalogueEntry, i);
    g_autofree char *path = ink_catalogue_get_path (catalogue, entry);

    if (g_str_equal (path, wanted))
      return entry;
  }
  return NULL;
}

/* @filter: (nullable): everything but the excluded photo passes without one */
static GArray *
make_scope (const Search *search, InkFilter *filter)
{
  const GArray *entries = search->catalogue->entries;
  GArray *scope = g_array_sized_new (FALSE, FALSE, sizeof (gint64), entries->len);
  gint64 *ids = (gint64 *)(gpointer)scope->data;
  guint n = 0;

  for (guint i = 0; i < entries->len; i++) {
    const InkCatalogueEntry *entry = &g_array_index (entries, InkCatalogueEntry, i);

    if (entry != search->exclude && (!filter || ink_filter_matches (filter, entry)))
      ids[n++] = entry->id;
  }
  g_array_set_size (scope, n);
  return scope;
}

/* Filters for the names that were typed. What is no English can't find anything but names. */
static GPtrArray *
make_name_filters (const InkQuery *query)
{
  GPtrArray *filters = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_filter_free);

  for (guint i = 0; i < query->words->len; i++) {
    const char *words = query->words->pdata[i];

    if (ink_query_looks_like_name (words) || ink_query_is_foreign (words))
      g_ptr_array_add (filters, ink_filter_new_for_name (words));
  }
  return filters;
}

static gboolean
matches_any (const GPtrArray *filters, const InkCatalogueEntry *entry)
{
  for (guint i = 0; i < filters->len; i++)
    if (ink_filter_matches (filters->pdata[i], entry))
      return TRUE;
  return FALSE;
}

/* Moves the photos whose names were typed from the scope to a list of their own. */
static void
part_named (Search *search)
{
  g_autoptr (GPtrArray) filters = make_name_filters (search->query);
  guint kept = 0;

  search->named = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; filters->len && i < search->scope->len; i++) {
    gint64 id = g_array_index (search->scope, gint64, i);

    if (matches_any (filters, ink_catalogue_find (search->catalogue, id)))
      g_array_append_val (search->named, id);
    else
      g_array_index (search->scope, gint64, kept++) = id;
  }
  if (filters->len)
    g_array_set_size (search->scope, kept);
}

static gboolean
search_init (Search *search, const InkCatalogue *catalogue, InkVectors *vectors,
             const InkQuery *query, GError **error)
{
  g_autoptr (InkFilter) filter = ink_filter_new (query, catalogue, error);

  *search = (Search){.catalogue = catalogue, .vectors = vectors, .query = query};
  if (!filter)
    return FALSE;
  if (query->exclude)
    search->exclude = find_file (catalogue, query->exclude);
  search->scope = make_scope (search, ink_filter_is_empty (filter) ? NULL : filter);
  part_named (search);
  return TRUE;
}

static void
search_clear (Search *search)
{
  g_clear_pointer (&search->scope, g_array_unref);
  g_clear_pointer (&search->named, g_array_unref);
}

/* ---- Candidates, in the order of the results --------------------------------------------- */

static GArray *
find_matches (const Search *search, const InkProbe *probe, const GArray *scope, gsize k,
              double least)
{
  InkScope bounds = {scope, k, least};

  return ink_vectors_top (search->vectors, probe->vector, &bounds);
}

/* The least score of a strong match. It is the library's, whatever part of it the filters leave:
 * a folder without dogs has no strong match for "dog". */
static double
find_least_strong (const Search *search, const InkProbe *probe)
{
  guint others = search->exclude ? 1 : 0;
  gboolean unfiltered = search->scope->len + others == search->catalogue->entries->len;
  g_autoptr (GArray) everything =
      unfiltered ? g_array_ref (search->scope) : make_scope (search, NULL);
  g_autoptr (GArray) best = find_matches (search, probe, everything, 1, -INFINITY);

  if (best->len == 0)
    return INFINITY;
  return ink_probe_get_least (probe, search->vectors, g_array_index (best, InkMatch, 0).score);
}

/* @named: they come first, wherever their embeddings would have put them */
static void
add_candidates (const Search *search, const GArray *matches, gboolean named, double strong,
                GArray *candidates)
{
  for (guint i = 0; i < matches->len; i++) {
    const InkMatch *match = &g_array_index (matches, InkMatch, i);
    Candidate candidate = {
        .entry = ink_catalogue_find (search->catalogue, match->photo),
        .score = match->score,
        .named = named,
        .strong = named || match->score >= strong,
    };

    g_array_append_val (candidates, candidate);
  }
}

static gint
compare_by_relevance (gconstpointer a, gconstpointer b)
{
  const Candidate *left = a, *right = b;

  if (left->named != right->named)
    return left->named ? -1 : 1;
  if (left->score != right->score)
    return left->score > right->score ? -1 : 1;
  return left->entry->id < right->entry->id ? -1 : left->entry->id > right->entry->id;
}

/* Newest first inside strong, then inside weak; @data: a positive number for newest first, a
 * negative one for oldest first. */
static gint
compare_by_date (gconstpointer a, gconstpointer b, gpointer data)
{
  const Candidate *left = a, *right = b;
  gint direction = GPOINTER_TO_INT (data);

  if (left->strong != right->strong)
    return left->strong ? -1 : 1;
  if (left->entry->clock != right->entry->clock)
    return left->entry->clock > right->entry->clock ? -direction : direction;
  return left->entry->id > right->entry->id ? -direction : direction;
}

static void
sort_candidates (GArray *candidates, InkSort sort)
{
  if (sort == INK_SORT_RELEVANCE)
    g_array_sort (candidates, compare_by_relevance);
  else
    g_array_sort_with_data (candidates, compare_by_date,
                            GINT_TO_POINTER (sort == INK_SORT_NEWEST ? 1 : -1));
}

/* The best @k, or, where they are to be sorted by date, all that come into question.
 * @complete: (out): whether there are no others */
static GArray *
find_candidates (const Search *search, const InkProbe *probe, double strong, gsize k,
                 gboolean *complete)
{
  GArray *candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  gboolean by_date = search->query->sort != INK_SORT_RELEVANCE;
  double least = search->query->weak ? -INFINITY : strong;
  g_autoptr (GArray) named = find_matches (search, probe, search->named, G_MAXSIZE, -INFINITY);
  g_autoptr (GArray) matches =
      find_matches (search, probe, search->scope, by_date ? G_MAXSIZE : k, least);

  add_candidates (search, named, TRUE, strong, candidates);
  add_candidates (search, matches, FALSE, strong, candidates);
  sort_candidates (candidates, search->query->sort);
  *complete = by_date || matches->len < k;
  return candidates;
}

/* ---- Results ----------------------------------------------------------------------------- */

static InkHit *
make_hit (const Search *search, const Candidate *candidate, double offset)
{
  const InkCatalogueEntry *entry = candidate->entry;
  InkHit *hit = g_new0 (InkHit, 1);

  hit->photo = entry->id;
  memcpy (&hit->content, entry->content_key, sizeof hit->content);
  hit->path = ink_catalogue_get_path (search->catalogue, entry);
  hit->score = candidate->score - offset;
  hit->strong = candidate->strong;
  hit->taken = g_strdup (entry->taken);
  hit->type = g_strdup (entry->type);
  hit->width = entry->width;
  hit->height = entry->height;
  hit->colour = entry->colour;
  return hit;
}

/* Makes hits of candidates, collapsing near-duplicates, until the limit is reached. Those that come
 * soon after may still belong to a group. */
static void
fill_results (const Search *search, InkResults *results, const GArray *candidates, double offset)
{
  gsize limit = search->query->limit ? search->query->limit : G_MAXSIZE;
  g_autoptr (InkGrouper) grouper = search->query->group ? ink_grouper_new (search->vectors) : NULL;

  guint end = candidates->len;

  for (guint i = 0; i < end; i++) {
    const Candidate *candidate = &g_array_index (candidates, Candidate, i);
    guint group = grouper ? ink_grouper_add (grouper, candidate->entry) : i;

    if (group < results->hits->len) {
      ink_hit_add_duplicate (results->hits->pdata[group], make_hit (search, candidate, offset));
    } else if (group < limit) {
      g_ptr_array_add (results->hits, make_hit (search, candidate, offset));
      results->strong += candidate->strong;
      if (results->hits->len == limit)
        end = MIN (end, i + 1 + (grouper ? INK_GROUP_WINDOW : 0));
    }
  }
}

static InkResults *
list (const Search *search)
{
  InkResults *results = ink_results_new (INK_SCORE_NONE);
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  InkSort sort = search->query->sort;

  for (guint i = 0; i < search->scope->len; i++) {
    gint64 id = g_array_index (search->scope, gint64, i);
    Candidate candidate = {ink_catalogue_find (search->catalogue, id), .strong = TRUE};

    g_array_append_val (candidates, candidate);
  }
  sort_candidates (candidates, sort == INK_SORT_RELEVANCE ? INK_SORT_NEWEST : sort);
  fill_results (search, results, candidates, 0);
  return results;
}

static InkResults *
rank (const Search *search, const InkProbe *probe, gboolean foreign)
{
  InkResults *results = NULL;
  double strong = foreign ? INFINITY : find_least_strong (search, probe);
  gsize limit = search->query->limit;
  gsize k = limit == 0 ? G_MAXSIZE : limit;
  gboolean complete = FALSE;

  /* Near-duplicates make fewer hits of the best k than k: then it takes more of them. */
  while (!complete) {
    g_autoptr (GArray) candidates = find_candidates (search, probe, strong, k, &complete);

    g_clear_pointer (&results, ink_results_free);
    results = ink_results_new (probe->kind);
    fill_results (search, results, candidates, probe->offset);
    if (results->hits->len >= limit)
      break;
    k = k < G_MAXSIZE / 4 ? 4 * k : G_MAXSIZE;
  }
  return results;
}

static gboolean
is_foreign (const InkQuery *query)
{
  for (guint i = 0; i < query->words->len; i++)
    if (ink_query_is_foreign (query->words->pdata[i]))
      return TRUE;
  return FALSE;
}

InkResults *
ink_search_run (const InkEncoder *encoder, const InkCatalogue *catalogue, InkVectors *vectors,
                const InkQuery *query, GCancellable *cancellable, GError **error)
{
  InkResults *results = NULL;
  Search search;
  InkProbe probe;

  if (!search_init (&search, catalogue, vectors, query, error))
    return NULL;
  if (ink_query_is_listing (query)) {
    results = list (&search);
  } else if (ink_probe_init (&probe, encoder, query, vectors, cancellable, error)) {
    gboolean foreign = is_foreign (query);

    results = rank (&search, &probe, foreign);
    if (foreign)
      results->notice = g_strdup (_ ("The models understand English only. Photos whose file names "
                                     "match come first; the others may be wrong."));
    ink_probe_clear (&probe);
  }
  if (results)
    results->searched = search.scope->len + search.named->len;
  search_clear (&search);
  return results;
}
