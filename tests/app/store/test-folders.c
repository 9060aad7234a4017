/* test-folders.c: folders in folders, links to folders, and forgetting. */
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "store-fixture.h"
#include "store/places.h"
#include "store/embeddings.h"
#include "store/queries.h"

#define DIMS 4

static char *
make_folder (const char *above, const char *name)
{
  char *path = g_build_filename (above, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  return path;
}

static gint64
add (InkStore *store, const char *path)
{
  g_autoptr (GError) error = NULL;
  gint64 id = 0;

  g_assert_true (ink_store_add_folder (store, path, &id, &error));
  g_assert_no_error (error);
  return id;
}

static void
test_nested (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  g_autofree char *inner = make_folder (fixture->photos, "2021/line\nbreak \xff");
  g_autofree char *like = make_folder (fixture->photos, "2021x");
  gint64 id = add (store, inner);
  gint64 space = fixture_add_space (store, DIMS);
  gint64 photo = fixture_put (store, id, "sub/a.jpg", 'a');

  fixture_put_axis (store, photo, space, DIMS, 1);
  /* Not inside of, though it begins like, the other. */
  gint64 like_id = add (store, like);
  g_assert_cmpint (like_id, !=, id);
  fixture_put (store, like_id, "b.jpg", 'b');

  /* A folder above takes both over, and what is known of their photos. */
  gint64 above = add (store, fixture->photos);
  g_autoptr (GPtrArray) folders = ink_store_get_folders (store, &error);
  g_assert_cmpuint (folders->len, ==, 1);
  InkStoreFolder *folder = g_ptr_array_index (folders, 0);
  g_assert_cmpint (folder->id, ==, above);
  g_assert_cmpstr (folder->path, ==, fixture->photos);
  g_assert_cmpuint (folder->photos, ==, 2);
  g_autoptr (InkPhoto) adopted = ink_store_get_photo (store, photo, &error);
  g_assert_cmpstr (adopted->path, ==, "2021/line\nbreak \xff/sub/a.jpg");
  g_autofree char *path = ink_photo_get_path (adopted);
  g_autofree char *expected = g_build_filename (inner, "sub/a.jpg", NULL);
  g_assert_cmpstr (path, ==, expected);
  float vector[DIMS];
  g_assert_true (ink_store_get_embedding (store, photo, space, vector, DIMS, &error));
  g_assert_cmpfloat (vector[1], ==, 1);

  /* What lies in a folder of the library belongs to that. */
  g_assert_cmpint (add (store, inner), ==, above);
  g_assert_cmpint (add (store, fixture->photos), ==, above);
}

static void
test_links (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  g_autofree char *link = g_build_filename (fixture->directory, "link", NULL);
  g_autofree char *absent = g_build_filename (fixture->directory, "absent", NULL);
  g_autofree char *by_link = g_build_filename (link, "a.jpg", NULL);
  gint64 id = add (store, fixture->photos);
  gint64 photo = fixture_put (store, id, "a.jpg", 'a');
  guint photos;

  g_assert_cmpint (symlink (fixture->photos, link), ==, 0);
  g_assert_cmpint (add (store, link), ==, id);
  g_autoptr (InkPhoto) found = ink_store_find_photo (store, by_link, &error);
  g_assert_no_error (error);
  g_assert_cmpint (found->id, ==, photo);

  g_assert_false (ink_store_add_folder (store, absent, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (ink_store_forget_folder (store, absent, NULL, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
  g_clear_error (&error);

  /* A folder can be forgotten by another way to it, and when it is gone. */
  g_assert_true (ink_store_forget_folder (store, link, &photos, NULL, &error));
  g_assert_cmpuint (photos, ==, 1);
  add (store, fixture->photos);
  g_assert_cmpint (g_rmdir (fixture->photos), ==, 0);
  g_assert_true (ink_store_forget_folder (store, fixture->photos, &photos, NULL, &error));
  g_assert_cmpuint (photos, ==, 0);
}

static void
test_root (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 photo = fixture_put (store, add (store, fixture->photos), "a.jpg", 'a');
  gint64 root = add (store, "/");
  g_autofree char *path = g_build_filename (fixture->photos, "a.jpg", NULL);

  g_autoptr (InkPhoto) found = ink_store_find_photo (store, path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (found->id, ==, photo);
  g_assert_cmpint (found->folder, ==, root);
  g_autofree char *stored = ink_photo_get_path (found);
  g_assert_cmpstr (stored, ==, path);
}

static void
test_forget (Fixture *fixture, gconstpointer unused)
{
  static const float vector[DIMS] = {1};
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  g_autofree char *a = make_folder (fixture->photos, "a");
  g_autofree char *b = make_folder (fixture->photos, "b");
  gint64 a_id = add (store, a), b_id = add (store, b);
  gint64 space = fixture_add_space (store, DIMS);
  gint64 photo = fixture_put (store, a_id, "x.jpg", 'x');
  g_autoptr (GByteArray) keys = NULL;
  float cached[DIMS];
  guint photos;

  fixture_put (store, a_id, "both.jpg", 'y');
  gint64 kept = fixture_put (store, b_id, "both too.jpg", 'y');
  fixture_put_axis (store, photo, space, DIMS, 0);
  fixture_put_axis (store, kept, space, DIMS, 0);
  g_assert_true (ink_store_put_query (store, space, "a secret", vector, DIMS, &error));

  g_assert_true (ink_store_forget_folder (store, a, &photos, &keys, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (photos, ==, 2);
  /* The other content is still that of a photo. */
  g_assert_cmpmem (keys->data, keys->len, fixture_key ('x'), INK_CONTENT_KEY_SIZE);
  g_assert_cmpint (ink_store_count_embeddings (store, space, &error), ==, 1);
  g_assert_false (ink_store_get_query (store, space, "a secret", cached, DIMS, &error));
  g_assert_no_error (error);
  g_autoptr (GPtrArray) folders = ink_store_get_folders (store, &error);
  g_assert_cmpuint (folders->len, ==, 1);

  /* Nor is it left in the files. */
  g_autofree char *log = g_strconcat (fixture->database, "-wal", NULL);
  g_autofree char *log_bytes = NULL;
  gsize log_length;
  if (g_file_get_contents (log, &log_bytes, &log_length, NULL)) {
    g_assert_null (memmem (log_bytes, log_length, "a secret", 8));
    g_assert_null (memmem (log_bytes, log_length, "x.jpg", 5));
  }
  g_clear_pointer (&store, ink_store_unref);
  g_autofree char *bytes = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (fixture->database, &bytes, &length, &error));
  g_assert_null (memmem (bytes, length, "a secret", 8));
  g_assert_null (memmem (bytes, length, "x.jpg", 5));
  g_assert_nonnull (memmem (bytes, length, "both too.jpg", 12));
}

/* What was excluded from an inner folder, and mounted in it, means the same in the outer one. */
static void
test_adopt_places (Fixture *fixture, gconstpointer unused)
{
  static const char *const inner_patterns[] = {"*.gif", "old/x*", NULL};
  static const char *const outer_patterns[] = {"photos/*.gif", "photos/*/*.gif", "photos/old/x*",
                                               NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 inner = fixture_add_folder (fixture, store);
  gint64 outer;

  g_assert_true (ink_store_set_exclusions (store, inner, inner_patterns, &error));
  g_assert_true (ink_store_put_mount (store, inner, "", "uuid:1", &error));
  g_assert_true (ink_store_put_mount (store, inner, "usb", "uuid:2", &error));
  g_assert_true (ink_store_add_folder (store, fixture->directory, &outer, &error));
  g_assert_no_error (error);
  g_auto (GStrv) patterns = ink_store_get_exclusions (store, outer, &error);
  g_assert_cmpstrv (patterns, outer_patterns);
  g_autoptr (GPtrArray) mounts = ink_store_get_mounts (store, outer, &error);
  g_assert_cmpuint (mounts->len, ==, 2);
  g_assert_cmpstr (((InkMount *)mounts->pdata[0])->path, ==, "photos");
  g_assert_cmpstr (((InkMount *)mounts->pdata[1])->path, ==, "photos/usb");
  g_assert_cmpstr (((InkMount *)mounts->pdata[1])->volume, ==, "uuid:2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_test ("/store/folders/nested", test_nested);
  fixture_test ("/store/folders/links", test_links);
  fixture_test ("/store/folders/root", test_root);
  fixture_test ("/store/folders/forget", test_forget);
  fixture_test ("/store/folders/adopt-places", test_adopt_places);
  return g_test_run ();
}
