/* group.c: telling near-duplicates.
 *
 * Taking two different photos for one hides a photo, so every rule asks for at least two kinds of
 * evidence. Embeddings alone won't do: with the starter model two photos of a cello and of a violin
 * have a cosine of 0.986. The perceptual hash sees the arrangement of light and dark: these two
 * differ in 34 of its 64 bits, and no two of 300 different photos in fewer than 12.
 */
#include "search/group.h"

#include <stdlib.h>
#include <string.h>

/* The same picture, saved again in another size or quality. */
#define COPY_HASH_BITS 6
#define COPY_COSINE 0.95

/* One press of the shutter after the other. */
#define BURST_SECONDS 2
#define BURST_HASH_BITS 16
#define BURST_COSINE 0.96

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
have_equal_content (const InkCatalogueEntry *a, const InkCatalogueEntry *b)
{
  static const guint8 none[INK_CONTENT_KEY_SIZE];

  return memcmp (a->content_key, b->content_key, INK_CONTENT_KEY_SIZE) == 0 &&
         memcmp (a->content_key, none, INK_CONTENT_KEY_SIZE) != 0;
}

/* IMG_1.CR2 beside IMG_1.JPG: one photo in two formats. */
static gboolean
are_raw_and_developed (const InkCatalogueEntry *a, const InkCatalogueEntry *b)
{
  const char *dot_a = strrchr (a->path, '.'), *dot_b = strrchr (b->path, '.');

  if (a->folder != b->folder || !dot_a || !dot_b ||
      (g_strcmp0 (a->type, "raw") == 0) == (g_strcmp0 (b->type, "raw") == 0))
    return FALSE;
  return dot_a - a->path == dot_b - b->path && memcmp (a->path, b->path, dot_a - a->path) == 0;
}

static gboolean
are_near_duplicates (InkGrouper *grouper, const InkCatalogueEntry *a, const InkCatalogueEntry *b)
{
  int bits = __builtin_popcountll (a->phash ^ b->phash);
  gboolean burst = a->taken && b->taken && a->width == b->width && a->height == b->height &&
                   ABS (a->clock - b->clock) <= BURST_SECONDS;

  if (have_equal_content (a, b) || are_raw_and_developed (a, b))
    return TRUE;
  if (bits <= COPY_HASH_BITS)
    return get_cosine (grouper, a, b) >= COPY_COSINE;
  return burst && bits <= BURST_HASH_BITS && get_cosine (grouper, a, b) >= BURST_COSINE;
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
