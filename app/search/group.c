/* group.c: near-duplicates among results, by the rule of alike.h. */
#include "search/group.h"

#include "search/alike.h"

struct _InkGrouper {
  InkVectors *vectors; /* nullable */
  float *left, *right; /* room for two rows */
  GPtrArray *leaders;  /* const InkCatalogueEntry: the first photo of each group */
};

InkGrouper *
ink_grouper_new (InkVectors *vectors)
{
  InkGrouper *grouper = g_new0 (InkGrouper, 1);

  if (vectors) {
    grouper->vectors = ink_vectors_ref (vectors);
    grouper->left = g_new (float, ink_vectors_get_dims (vectors));
    grouper->right = g_new (float, ink_vectors_get_dims (vectors));
  }
  grouper->leaders = g_ptr_array_new ();
  return grouper;
}

void
ink_grouper_free (InkGrouper *grouper)
{
  if (!grouper)
    return;
  g_clear_pointer (&grouper->vectors, ink_vectors_unref);
  g_free (grouper->left);
  g_free (grouper->right);
  g_ptr_array_unref (grouper->leaders);
  g_free (grouper);
}

/* The cosine of two photos' embeddings, which are of unit length; -1 where one has none. */
static double
get_cosine (InkGrouper *grouper, const InkCatalogueEntry *a, const InkCatalogueEntry *b)
{
  double sum = 0;

  if (!grouper->vectors || !ink_vectors_get_row (grouper->vectors, a->id, grouper->left) ||
      !ink_vectors_get_row (grouper->vectors, b->id, grouper->right))
    return -1;
  for (guint i = 0; i < ink_vectors_get_dims (grouper->vectors); i++)
    sum += (double)grouper->left[i] * (double)grouper->right[i];
  return sum;
}

static gboolean
are_near_duplicates (InkGrouper *grouper, const InkCatalogueEntry *a, const InkCatalogueEntry *b)
{
  double least = ink_alike_get_least_cosine (a, b);

  return least < 1 && (least < 0 || get_cosine (grouper, a, b) >= least);
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
