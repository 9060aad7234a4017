/* group.c: near-duplicates among results, by the rule of alike.h. */
#include "search/group.h"

#include "search/alike.h"

struct _InkGrouper {
  InkVectors *vectors; /* nullable */
  GPtrArray *leaders;  /* const InkCatalogueEntry: the first photo of each group */
};

InkGrouper *
ink_grouper_new (InkVectors *vectors)
{
  InkGrouper *grouper = g_new0 (InkGrouper, 1);

  if (vectors)
    grouper->vectors = ink_vectors_ref (vectors);
  grouper->leaders = g_ptr_array_new ();
  return grouper;
}

void
ink_grouper_free (InkGrouper *grouper)
{
  if (!grouper)
    return;
  g_clear_pointer (&grouper->vectors, ink_vectors_unref);
  g_ptr_array_unref (grouper->leaders);
  g_free (grouper);
}

static gboolean
are_near_duplicates (InkGrouper *grouper, const InkCatalogueEntry *a, const InkCatalogueEntry *b)
{
  double least = ink_alike_get_least_cosine (a, b);

  if (least < 0 || least >= 1)
    return least < 0;
  return grouper->vectors && ink_vectors_compare (grouper->vectors, a->id, b->id) >= least;
}

guint
ink_grouper_add (InkGrouper *grouper, const InkCatalogueEntry *entry)
{
  GPtrArray *leaders = grouper->leaders;
  guint first = leaders->len > INK_GROUP_WINDOW ? leaders->len - INK_GROUP_WINDOW : 0;

  for (guint i = leaders->len; i > first; i--)
    if (are_near_duplicates (grouper, leaders->pdata[i - 1], entry))
      return i - 1;
  g_ptr_array_add (leaders, (gpointer)entry);
  return leaders->len - 1;
}
