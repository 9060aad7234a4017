/* hidden-photos.c: takes photos out of what a search found. */
#include "hidden-photos.h"

/* The list of the other members, without those that are hidden. */
static void
remove_members (GHashTable *photos, InkHit *hit)
{
  for (guint i = hit->duplicates ? hit->duplicates->len : 0; i-- > 0;) {
    InkHit *member = g_ptr_array_index (hit->duplicates, i);
    if (g_hash_table_contains (photos, &member->photo))
      g_ptr_array_remove_index (hit->duplicates, i);
  }
  if (hit->duplicates && hit->duplicates->len == 0)
    g_clear_pointer (&hit->duplicates, g_ptr_array_unref);
}

/* Returns: (transfer full) (nullable): @hit, or the member that takes its place */
static InkHit *
replace (GHashTable *photos, InkHit *hit)
{
  remove_members (photos, hit);
  if (!g_hash_table_contains (photos, &hit->photo))
    return hit;

  InkHit *heir = NULL;
  if (hit->duplicates) {
    heir = g_ptr_array_steal_index (hit->duplicates, 0);
    heir->strong = hit->strong; /* a group is what its first member is */
    while (hit->duplicates->len > 0)
      ink_hit_add_duplicate (heir, g_ptr_array_steal_index (hit->duplicates, 0));
  }
  ink_hit_free (hit);
  return heir;
}

void
ink_hidden_photos_remove (GHashTable *photos, InkResults *results)
{
  guint kept = 0, strong = 0;

  if (g_hash_table_size (photos) == 0)
    return;
  for (guint i = 0; i < results->hits->len; i++) {
    InkHit *hit = replace (photos, g_steal_pointer (&results->hits->pdata[i]));
    if (!hit)
      continue;
    results->hits->pdata[kept++] = hit;
    strong += i < results->strong ? 1 : 0;
  }
  results->strong = strong;
  /* What lies behind are places that were taken from already. */
  g_ptr_array_set_free_func (results->hits, NULL);
  g_ptr_array_set_size (results->hits, (int)kept);
  g_ptr_array_set_free_func (results->hits, (GDestroyNotify)ink_hit_free);
}
