/* library-fixture.c: what the tests of the façade share. */
#include "library-fixture.h"

#include <glib/gstdio.h>

#include "app/decode/pictures.h"
#include "support/golden.h"

void
library_fixture_set_up (LibraryFixture *fixture, gconstpointer unused)
{
  fixture->directory = test_folder_new ();
  fixture->photos = g_build_filename (fixture->directory, "photos", NULL);
  fixture->library_path = g_build_filename (fixture->directory, "library", NULL);
  g_assert_cmpint (g_mkdir (fixture->photos, 0700), ==, 0);
  fixture->library = library_fixture_open (fixture, NULL);
}

static void
close_library (LibraryFixture *fixture)
{
  GWeakRef weak;

  /* A thread that has just answered, or the answer itself, may hold the last reference for another
   * moment. */
  g_weak_ref_init (&weak, fixture->library);
  g_clear_object (&fixture->library);
  for (gpointer alive; (alive = g_weak_ref_get (&weak)); g_usleep (1000)) {
    g_object_unref (alive);
    g_main_context_iteration (NULL, FALSE);
  }
  g_weak_ref_clear (&weak);
}

void
library_fixture_reopen (LibraryFixture *fixture)
{
  close_library (fixture);
  fixture->library = library_fixture_open (fixture, NULL);
}

void
library_fixture_tear_down (LibraryFixture *fixture, gconstpointer unused)
{
  close_library (fixture);
  test_folder_free (fixture->directory);
  g_free (fixture->photos);
  g_free (fixture->library_path);
}

int
library_fixture_main (int *argc, char ***argv, void (*add_tests) (void))
{
  g_autoptr (TestFolder) home = test_folder_new ();

  g_setenv ("XDG_CACHE_HOME", home, TRUE);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_test_init (argc, argv, NULL);
  pictures_init ((*argv)[0]);
  add_tests ();
  return g_test_run ();
}

InkLibrary *
library_fixture_open (const LibraryFixture *fixture, const char *model)
{
  InkLibraryOptions options = {
      .directory = fixture->library_path,
      .model = model,
      .engine.precision = CLIP_PRECISION_F32, /* that of the golden results */
  };
  g_autoptr (GError) error = NULL;
  InkLibrary *library = ink_library_open (&options, &error);

  g_assert_no_error (error);
  return library;
}

char *
library_fixture_path (const LibraryFixture *fixture, const char *name)
{
  return g_build_filename (fixture->photos, name, NULL);
}

GFile *
library_fixture_file (const LibraryFixture *fixture, const char *name)
{
  return g_file_new_build_filename (fixture->photos, name, NULL);
}

void
library_fixture_put (const LibraryFixture *fixture, const char *name, guint seed)
{
  VipsImage *image = picture_waves (90 + seed % 7 * 10, 60 + seed % 5 * 12, seed);
  g_autofree char *path = picture_save (image, fixture->photos, name, ".png");

  g_assert_nonnull (path);
  g_object_unref (image);
}

void
library_fixture_put_many (const LibraryFixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf ("photo-%02u.png", i);

    library_fixture_put (fixture, name, i + 1);
  }
}

void
library_fixture_copy_golden (const LibraryFixture *fixture, const char *name)
{
  g_autofree char *relative = g_build_filename ("starter", "golden-images", name, NULL);
  g_autofree char *path = golden_path (relative);
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  test_folder_write (fixture->photos, name, data, size);
}

void
library_fixture_index (const LibraryFixture *fixture, InkLibrary *library, InkIndexProgress *report)
{
  const char *const folders[] = {fixture->photos, NULL};
  g_autoptr (GError) error = NULL;
  gboolean done = ink_library_index (library, folders, FALSE, NULL, NULL, NULL, report, &error);

  g_assert_no_error (error);
  g_assert_true (done);
}

InkResults *
library_fixture_search (InkLibrary *library, InkQuery *query)
{
  g_autoptr (GError) error = NULL;
  InkResults *results = ink_library_search (library, query, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (results);
  ink_query_free (query);
  return results;
}

InkQuery *
library_fixture_query (const char *text)
{
  InkQuery *query = ink_query_new ();

  ink_query_parse (query, text);
  query->weak = TRUE;
  return query;
}

char *
library_fixture_names (const InkResults *results)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < results->hits->len; i++) {
    const InkHit *hit = results->hits->pdata[i];
    g_autofree char *name = g_path_get_basename (hit->path);

    g_string_append_printf (names, "%s%s", i ? " " : "", name);
  }
  return g_string_free (g_steal_pointer (&names), FALSE);
}
