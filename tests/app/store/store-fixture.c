/* store-fixture.c: a library in a folder of its own. */
#include "store-fixture.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "store/embeddings.h"

void
fixture_set_up (Fixture *fixture, gconstpointer unused)
{
  fixture->directory = test_folder_new ();
  fixture->library = g_build_filename (fixture->directory, "library", NULL);
  fixture->database = g_build_filename (fixture->library, "library.db", NULL);
  fixture->photos = g_build_filename (fixture->directory, "photos", NULL);
  g_assert_cmpint (g_mkdir (fixture->photos, 0700), ==, 0);
}

void
fixture_tear_down (Fixture *fixture, gconstpointer unused)
{
  test_folder_free (fixture->directory);
  g_free (fixture->library);
  g_free (fixture->database);
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

InkStore *
fixture_open_readonly (const Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  InkStore *store = ink_store_open_readonly (fixture->library, &error);

  g_assert_no_error (error);
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

const guint8 *
fixture_key (char content)
{
  static guint8 keys[128][INK_CONTENT_KEY_SIZE];

  memset (keys[(guint8)content], content, INK_CONTENT_KEY_SIZE);
  return keys[(guint8)content];
}

InkPhoto
fixture_photo (gint64 folder, const char *path, char content)
{
  return (InkPhoto){
      .folder = folder,
      .path = (char *)path,
      .stamp = {.size = 1234, .mtime_ns = 1700000000123456789, .device = 7, .inode = G_MAXUINT64},
      .content_key = (guint8 *)fixture_key (content),
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

gint64
fixture_put (InkStore *store, gint64 folder, const char *path, char content)
{
  g_autoptr (GError) error = NULL;
  InkPhoto photo = fixture_photo (folder, path, content);
  gint64 id = 0;

  g_assert_true (ink_store_put_photo (store, &photo, &id, &error));
  g_assert_no_error (error);
  g_assert_cmpint (id, >, 0);
  return id;
}

gint64
fixture_add_space (InkStore *store, guint dims)
{
  g_autoptr (GError) error = NULL;
  InkSpace space = {
      .model = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      .image_size = 224,
      .preprocessing = "reference-1",
      .dims = dims,
  };
  gint64 id = ink_store_put_space (store, &space, &error);

  g_assert_no_error (error);
  g_assert_cmpint (id, >, 0);
  return id;
}

void
fixture_put_axis (InkStore *store, gint64 photo, gint64 space, guint dims, guint axis)
{
  g_autoptr (GError) error = NULL;
  g_autofree float *vector = g_new0 (float, dims);

  vector[axis] = 1;
  g_assert_true (ink_store_put_embedding (store, photo, space, vector, dims, "f32", &error));
  g_assert_no_error (error);
}

void
fixture_run_sql (const Fixture *fixture, const char *sql)
{
  sqlite3 *handle = NULL;
  char *message = NULL;

  g_assert_cmpint (sqlite3_open (fixture->database, &handle), ==, SQLITE_OK);
  sqlite3_exec (handle, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  g_assert_cmpint (sqlite3_close (handle), ==, SQLITE_OK);
}

void
fixture_damage (const Fixture *fixture, gsize offset, gsize size, guint8 byte)
{
  g_autofree guint8 *bytes = g_malloc (size);
  int fd = open (fixture->database, O_WRONLY | O_CLOEXEC);

  memset (bytes, byte, size);
  g_assert_cmpint (pwrite (fd, bytes, size, (off_t)offset), ==, (gssize)size);
  close (fd);
}
