/* store-fixture.c: a library in a folder of its own. */
#include "store-fixture.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

void
fixture_set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("inkling-store-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->library = g_build_filename (fixture->directory, "library", NULL);
  fixture->photos = g_build_filename (fixture->directory, "photos", NULL);
  g_assert_cmpint (g_mkdir (fixture->photos, 0700), ==, 0);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir =
      g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    remove_tree (child);
  }
  g_remove (path);
}

void
fixture_tear_down (Fixture *fixture, gconstpointer unused)
{
  remove_tree (fixture->directory);
  g_free (fixture->directory);
  g_free (fixture->library);
  g_free (fixture->photos);
}

InkStore *
fixture_open (const Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *notice = NULL;
  InkStore *store = ink_store_open_writable (fixture->library, "test", &notice, &error);

  g_assert_no_error (error);
  g_assert_null (notice);
  g_assert_nonnull (store);
  return store;
}

gint64
fixture_add_folder (const Fixture *fixture, InkStore *store)
{
  g_autoptr (GError) error = NULL;
  gint64 id = 0;

  g_assert_true (ink_store_add_folder (store, fixture->photos, &id, &error));
  g_assert_no_error (error);
  g_assert_cmpint (id, >, 0);
  return id;
}

InkPhoto
fixture_photo (gint64 folder, const char *path, const guint8 *content_key)
{
  return (InkPhoto){
      .folder = folder,
      .path = (char *)path,
      .stamp = {.size = 1234, .mtime_ns = 1700000000123456789, .device = 7, .inode = G_MAXUINT64},
      .content_key = (guint8 *)content_key,
      .state = INK_PHOTO_OK,
      .width = 640,
      .height = 480,
      .orientation = 6,
      .type = (char *)"jpeg",
      .taken = (char *)"2021-05-06T07:08:09+02:00",
      .phash = 0xfedcba9876543210,
      .colour = 0x80ff01,
  };
}
