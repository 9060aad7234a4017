/* test-duplicates.c: the groups of a library in which it is known what is alike. */
#include "near-library.h"
#include "search/duplicates.h"

static void
test_known (void)
{
  g_autoptr (NearLibrary) library = near_library_new (20000, 4000, 128);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups =
      ink_duplicates_find (library->catalogue, library->vectors, NULL, &error);

  g_assert_no_error (error);
  for (guint kind = 0; kind < NEAR_KINDS; kind++) {
    guint all, found;

    near_library_count (library, groups, kind, &all, &found);
    g_assert_cmpuint (all, ==, 800);
    if (kind == NEAR_LATER)
      g_assert_cmpuint (found, ==, 0);
    else if (kind == NEAR_CROP)
      g_assert_cmpuint (found, >, 780);
    else
      g_assert_cmpuint (found, ==, all);
  }
  g_assert_cmpuint (near_library_count_wrong (library, groups), ==, 0);
  /* Every photo is in one group at most, the largest first. */
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < groups->len; i++) {
    const InkDuplicates *group = groups->pdata[i];
    guint width = G_MAXUINT;

    g_assert_cmpuint (group->members->len, ==, 2);
    g_assert_cmpfloat (group->similarity, >, 0.95);
    for (guint j = 0; j < group->members->len; j++) {
      guint member = g_array_index (group->members, guint, j);
      const InkCatalogueEntry *entry =
          &g_array_index (library->catalogue->entries, InkCatalogueEntry, member);

      g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER (member)));
      g_assert_cmpuint (entry->width, <=, width);
      width = entry->width;
    }
  }
}

/* Without embeddings only what is certain. */
static void
test_without_vectors (void)
{
  g_autoptr (NearLibrary) library = near_library_new (100, 50, 8);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups = ink_duplicates_find (library->catalogue, NULL, NULL, &error);
  guint all, found;

  near_library_count (library, groups, NEAR_EQUAL, &all, &found);
  g_assert_cmpuint (all, ==, 10);
  g_assert_cmpuint (found, ==, all);
  g_assert_cmpuint (groups->len, ==, all);
}

/* A pan over minutes, each photo like the one before it: no chain is one group. */
static void
test_no_chains (void)
{
  g_autoptr (NearLibrary) library = near_library_new (100, 0, 64);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autofree float *row = g_new (float, 64);

  for (guint i = 0; i < 100; i++) {
    InkCatalogueEntry *entry = &g_array_index (library->catalogue->entries, InkCatalogueEntry, i);

    entry->taken = "dated";
    entry->clock = 3 * i;
    entry->phash = 0xffff;
    entry->colour = 0;
  }
  g_autofree guint16 *rows = g_new (guint16, 100 * 64);
  g_autofree gint64 *ids = g_new (gint64, 100);
  for (guint i = 0; i < 100 * 64; i++)
    rows[i] = i % 64 ? 0 : 0x3c00; /* 1 */
  for (guint i = 0; i < 100; i++)
    ids[i] = i + 1;
  g_assert_true (ink_vectors_set (library->vectors, ids, rows, 100, &error));
  groups = ink_duplicates_find (library->catalogue, library->vectors, NULL, &error);
  g_assert_cmpuint (groups->len, ==, 50);
}

static void
test_cancelled (void)
{
  g_autoptr (NearLibrary) library = near_library_new (10, 0, 8);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (ink_duplicates_find (library->catalogue, NULL, cancellable, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/duplicates/known", test_known);
  g_test_add_func ("/duplicates/without-vectors", test_without_vectors);
  g_test_add_func ("/duplicates/no-chains", test_no_chains);
  g_test_add_func ("/duplicates/cancelled", test_cancelled);
  return g_test_run ();
}
