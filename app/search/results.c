/* results.c: making and freeing results. */
#include "search/results.h"

void
ink_hit_free (InkHit *hit)
{
  g_free (hit->path);
  g_free (hit->taken);
  g_free (hit->type);
  g_clear_pointer (&hit->duplicates, g_ptr_array_unref);
  g_free (hit);
}

void
ink_hit_add_duplicate (InkHit *hit, InkHit *duplicate)
{
  if (!hit->duplicates)
    hit->duplicates = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_hit_free);
  g_ptr_array_add (hit->duplicates, duplicate);
}

InkResults *
ink_results_new (InkScoreKind score_kind)
{
  InkResults *results = g_new0 (InkResults, 1);

  results->hits = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_hit_free);
  results->score_kind = score_kind;
  return results;
}

void
ink_results_free (InkResults *results)
{
  if (!results)
    return;
  g_ptr_array_unref (results->hits);
  g_free (results->notice);
  g_free (results);
}

void
ink_places_free (InkPlaces *places)
{
  if (!places)
    return;
  g_free (places->scores);
  g_free (places);
}
