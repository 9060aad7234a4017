/* test-photos.c: photos go in and come out as they were, whatever their names. */
#include <string.h>

#include "store-fixture.h"

static const guint8 key_a[INK_CONTENT_KEY_SIZE] = "content A......";
static const guint8 key_b[INK_CONTENT_KEY_SIZE] = "content B......";

static void
assert_same (const InkPhoto *a, const InkPhoto *b)
{
  g_assert_cmpint (a->folder, ==, b->folder);
  g_assert_cmpstr (a->path, ==, b->path);
  g_assert_cmpint (a->stamp.size, ==, b->stamp.size);
  g_assert_cmpint (a->stamp.mtime_ns, ==, b->stamp.mtime_ns);
  g_assert_cmpuint (a->stamp.device, ==, b->stamp.device);
  g_assert_cmpuint (a->stamp.inode, ==, b->stamp.inode);
  g_assert_cmpint (a->state, ==, b->state);
  g_assert_cmpmem (a->content_key, INK_CONTENT_KEY_SIZE, b->content_key, INK_CONTENT_KEY_SIZE);
  g_assert_cmpuint (a->width, ==, b->width);
  g_assert_cmpuint (a->height, ==, b->height);
  g_assert_cmpuint (a->orientation, ==, b->orientation);
  g_assert_cmpstr (a->type, ==, b->type);
  g_assert_cmpstr (a->taken, ==, b->taken);
  g_assert_cmpuint (a->phash, ==, b->phash);
  g_assert_cmpuint (a->colour, ==, b->colour);
}

static gint64
put (InkStore *store, const InkPhoto *photo)
{
  g_autoptr (GError) error = NULL;
  gint64 id = 0;

  g_assert_true (ink_store_put_photo (store, photo, &id, &error));
  g_assert_no_error (error);
  return id;
}

static void
test_round_trip (Fixture *fixture, gconstpointer unused)
{
  static const char *const names[] = {
      "plain.jpg",    "in a/folder.jpg",  "new\nline.jpg",    "invalid \xff\xfe.jpg",
      "quote'\".jpg", "%41 percent?.jpg", "\xe6\x97\xa5.jpg", "-rf *.jpg",
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    InkPhoto photo = fixture_photo (folder, names[i], key_a);
    gint64 id = put (store, &photo);
    g_autoptr (InkPhoto) stored = ink_store_get_photo (store, id, &error);
    g_assert_no_error (error);
    assert_same (stored, &photo);
    g_assert_cmpstr (stored->folder_path, ==, fixture->photos);
    /* 2021-05-06T07:08:09 on the camera's clock */
    g_assert_cmpint (stored->clock, ==, 1620284889);

    g_autofree char *path = ink_photo_get_path (stored);
    g_autoptr (InkPhoto) found = ink_store_find_photo (store, path, &error);
    g_assert_no_error (error);
    g_assert_cmpint (found->id, ==, id);
  }
  g_autoptr (GHashTable) known = ink_store_get_known (store, folder, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (known), ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    InkKnownPhoto *photo = g_hash_table_lookup (known, names[i]);
    g_assert_nonnull (photo);
    g_assert_cmpint (photo->stamp.mtime_ns, ==, 1700000000123456789);
    g_assert_cmpuint (photo->stamp.inode, ==, G_MAXUINT64);
    g_assert_false (photo->embedded);
  }
  g_autoptr (GPtrArray) same = ink_store_find_content (store, key_a, &error);
  g_assert_cmpuint (same->len, ==, G_N_ELEMENTS (names));
  g_autoptr (GPtrArray) none = ink_store_find_content (store, key_b, &error);
  g_assert_cmpuint (none->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add ("/store/photos/round-trip", Fixture, NULL, fixture_set_up, test_round_trip,
              fixture_tear_down);
  return g_test_run ();
}
