/* test-searches.c: saved searches and recent queries. */
#include <string.h>

#include "store-fixture.h"
#include "store/searches.h"

static gint64
put (InkStore *store, const char *name, const char *query)
{
  g_autoptr (GError) error = NULL;
  gint64 id = 0;

  g_assert_true (ink_store_put_saved (store, name, query, &id, &error));
  g_assert_no_error (error);
  g_assert_cmpint (id, !=, 0);
  return id;
}

/* "name=query" of all, joined with '|'. */
static void
expect_saved (InkStore *store, const char *expected)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = ink_store_get_saved (store, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++) {
    const InkSavedRow *row = rows->pdata[i];

    g_string_append_printf (all, "%s%s=%s", i ? "|" : "", row->name, row->query);
  }
  g_assert_cmpstr (all->str, ==, expected);
}

static void
test_saved (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 dogs = put (store, "Dogs", "dog"), cats = put (store, "Cats", "cat -dog");

  expect_saved (store, "Dogs=dog|Cats=cat -dog");
  /* A name is used again: the search keeps its place. */
  g_assert_cmpint (put (store, "Dogs", "two dogs"), ==, dogs);
  expect_saved (store, "Dogs=two dogs|Cats=cat -dog");
  g_assert_false (ink_store_rename_saved (store, cats, "Dogs", &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_true (ink_store_rename_saved (store, cats, "Cats", &error));
  g_assert_true (ink_store_rename_saved (store, cats, "Big cats", &error));
  g_assert_true (ink_store_remove_saved (store, dogs, &error));
  expect_saved (store, "Big cats=cat -dog");
  g_assert_false (ink_store_remove_saved (store, dogs, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (ink_store_rename_saved (store, dogs, "x", &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (ink_store_find_saved (store, dogs, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
}

static void
test_counts (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 id = put (store, "Dogs", "dog"), generation = ink_store_get_generation (store, NULL);
  g_autoptr (InkSavedRow) row = ink_store_find_saved (store, id, &error);
  g_autoptr (InkSavedRow) counted = NULL, changed = NULL;

  g_assert_cmpint (row->matches, ==, -1);
  row->matches = 7;
  row->generation = 3;
  row->space = 2;
  g_assert_true (ink_store_count_saved (store, row, &error));
  counted = ink_store_find_saved (store, id, &error);
  g_assert_cmpint (counted->matches, ==, 7);
  g_assert_cmpint (counted->generation, ==, 3);
  g_assert_cmpint (counted->space, ==, 2);
  /* The count of another query is none. */
  put (store, "Dogs", "two dogs");
  g_assert_true (ink_store_count_saved (store, row, &error));
  changed = ink_store_find_saved (store, id, &error);
  g_assert_cmpint (changed->matches, ==, -1);
  /* No photo came or went. */
  g_assert_cmpint (ink_store_get_generation (store, NULL), ==, generation);
}

static void
expect_recent (InkStore *store, guint max, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) texts = ink_store_get_recent (store, max, &error);
  g_autofree char *all = NULL;

  g_assert_no_error (error);
  g_ptr_array_add (texts, NULL);
  all = g_strjoinv ("|", (char **)texts->pdata);
  g_assert_cmpstr (all, ==, expected);
}

static void
test_recent (Fixture *fixture, gconstpointer unused)
{
  static const char *const texts[] = {"dog", "cat", "bird", "dog"};
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_true (ink_store_put_recent (store, texts[i], &error));
  expect_recent (store, 10, "dog|bird|cat");
  expect_recent (store, 2, "dog|bird");
  g_assert_true (ink_store_remove_recent (store, "bird", &error));
  expect_recent (store, 10, "dog|cat");
  for (guint i = 0; i < INK_RECENT_MAX; i++) {
    g_autofree char *text = g_strdup_printf ("query %u", i);

    g_assert_true (ink_store_put_recent (store, text, &error));
  }
  g_autoptr (GPtrArray) all = ink_store_get_recent (store, 2 * INK_RECENT_MAX, &error);
  g_assert_cmpuint (all->len, ==, INK_RECENT_MAX);
  g_assert_cmpstr (all->pdata[INK_RECENT_MAX - 1], ==, "query 0");
  g_assert_true (ink_store_remove_recent (store, NULL, &error));
  expect_recent (store, 10, "");
}

/* What was forgotten can't be found in the files either. */
static void
test_forgotten_bytes (Fixture *fixture, gconstpointer unused)
{
  static const char secret[] = "a surprise party";
  static const char *const suffixes[] = {"", "-wal"};
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);

  g_assert_true (ink_store_put_recent (store, secret, &error));
  g_assert_true (ink_store_remove_recent (store, secret, &error));
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *path = g_strconcat (fixture->database, suffixes[i], NULL);
    g_autofree char *bytes = NULL;
    gsize size;

    if (g_file_get_contents (path, &bytes, &size, NULL))
      g_assert_null (memmem (bytes, size, secret, strlen (secret)));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_test ("/store/searches/saved", test_saved);
  fixture_test ("/store/searches/counts", test_counts);
  fixture_test ("/store/searches/recent", test_recent);
  fixture_test ("/store/searches/forgotten-bytes", test_forgotten_bytes);
  return g_test_run ();
}
