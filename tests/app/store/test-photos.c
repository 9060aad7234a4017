/* test-photos.c: photos go in and come out as they were, whatever their names. */
#include <string.h>

#include "store-fixture.h"
#include "store/embeddings.h"
#include "store/known.h"
#include "store/places.h"

#define DIMS 4

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

static InkPhoto *
get (InkStore *store, gint64 id)
{
  g_autoptr (GError) error = NULL;
  InkPhoto *photo = ink_store_get_photo (store, id, &error);

  g_assert_no_error (error);
  return photo;
}

static void
assert_gone (InkStore *store, gint64 id)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ink_store_get_photo (store, id, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
}

static gboolean
has_embedding (InkStore *store, gint64 photo, gint64 space)
{
  float vector[DIMS];

  return ink_store_get_embedding (store, photo, space, vector, DIMS, NULL);
}

/* Names that have gone wrong in other programs. */
static const char *const names[] = {
    "plain.jpg",    "in a/folder.jpg",   "new\nline.jpg",    "invalid \xff\xfe.jpg",
    "quote'\".jpg", "%41 percent ?.jpg", "\xe6\x97\xa5.jpg", "-rf *.jpg",
};

static void
test_round_trip (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    InkPhoto photo = fixture_photo (folder, names[i], 'a');
    gint64 id = fixture_put (store, folder, names[i], 'a');
    g_autoptr (InkPhoto) stored = get (store, id);
    assert_same (stored, &photo);
    g_assert_cmpstr (stored->folder_path, ==, fixture->photos);
    g_assert_cmpint (stored->clock, ==, 1620284889); /* 2021-05-06T07:08:09 on the camera's clock */

    g_autofree char *path = ink_photo_get_path (stored);
    g_autoptr (InkPhoto) found = ink_store_find_photo (store, path, &error);
    g_assert_no_error (error);
    g_assert_cmpint (found->id, ==, id);
  }
  g_autoptr (GPtrArray) same = ink_store_find_content (store, fixture_key ('a'), &error);
  g_assert_cmpuint (same->len, ==, G_N_ELEMENTS (names));
  g_autoptr (GPtrArray) none = ink_store_find_content (store, fixture_key ('b'), &error);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_null (ink_store_find_photo (store, "/nowhere/plain.jpg", &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
}

static InkKnownPhoto *
find_known (const GPtrArray *known, const char *path)
{
  for (guint i = 0; i < known->len; i++) {
    InkKnownPhoto *photo = g_ptr_array_index (known, i);
    if (g_str_equal (photo->path, path))
      return photo;
  }
  return NULL;
}

static void
test_known (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  gint64 space = fixture_add_space (store, DIMS);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    gint64 id = fixture_put (store, folder, names[i], 'a');
    if (i % 2 == 0)
      fixture_put_axis (store, id, space, DIMS, 0);
  }
  g_autoptr (GPtrArray) known = ink_store_get_known_below (store, folder, space, "", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (known->len, ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    InkKnownPhoto *photo = find_known (known, names[i]);
    g_assert_nonnull (photo);
    g_assert_cmpint (photo->stamp.size, ==, 1234);
    g_assert_cmpint (photo->stamp.mtime_ns, ==, 1700000000123456789);
    g_assert_cmpuint (photo->stamp.device, ==, 7);
    g_assert_cmpuint (photo->stamp.inode, ==, G_MAXUINT64);
    g_assert_cmpint (photo->state, ==, INK_PHOTO_OK);
    g_assert_cmpint (photo->embedded, ==, i % 2 == 0);
  }
  g_autoptr (GPtrArray) elsewhere =
      ink_store_get_known_below (store, folder + 1, space, "", &error);
  g_assert_cmpuint (elsewhere->len, ==, 0);
}

/* What lies in one folder, and which folders are below it, at names that sort around the slash. */
static void
test_known_in (Fixture *fixture, gconstpointer unused)
{
  static const char *const paths[] = {"a.jpg",       "b/1.jpg",     "b/2.jpg",   "b/c/3.jpg",
                                      "b0.jpg",      "b.jpg",       "b-b/4.jpg", "b/c.jpg",
                                      "b/c/d/5.jpg", "z/y/x/6.jpg", "b/c0",      "b/\xff/7.jpg"};
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  g_autoptr (GHashTable) top_folders = NULL;
  g_autoptr (GHashTable) folders = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    fixture_put (store, folder, paths[i], 'a');
  g_autoptr (GHashTable) top = ink_store_get_known_in (store, folder, 0, "", &top_folders, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (top), ==, 3);
  g_assert_true (g_hash_table_contains (top, "a.jpg"));
  g_assert_true (g_hash_table_contains (top, "b0.jpg"));
  g_assert_true (g_hash_table_contains (top, "b.jpg"));
  g_assert_cmpuint (g_hash_table_size (top_folders), ==, 3);
  g_assert_true (g_hash_table_contains (top_folders, "b"));
  g_assert_true (g_hash_table_contains (top_folders, "b-b"));
  g_assert_true (g_hash_table_contains (top_folders, "z"));

  g_autoptr (GHashTable) in = ink_store_get_known_in (store, folder, 0, "b", &folders, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (in), ==, 4);
  InkKnownPhoto *photo = g_hash_table_lookup (in, "c.jpg");
  g_assert_cmpstr (photo->path, ==, "b/c.jpg");
  g_assert_cmpuint (g_hash_table_size (folders), ==, 2);
  g_assert_true (g_hash_table_contains (folders, "c"));
  g_assert_true (g_hash_table_contains (folders, "\xff"));

  g_autoptr (GPtrArray) below = ink_store_get_known_below (store, folder, 0, "b", &error);
  g_assert_cmpuint (below->len, ==, 7);
  g_assert_cmpint (ink_store_count_below (store, folder, "b", &error), ==, 7);
  g_assert_cmpint (ink_store_count_below (store, folder, "b-b", &error), ==, 1);
  g_assert_cmpint (ink_store_count_below (store, folder, "", &error), ==, G_N_ELEMENTS (paths));
}

static void
test_missing (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  gint64 id = fixture_put (store, folder, "a.jpg", 'a');

  fixture_put (store, folder, "b.jpg", 'b');
  g_assert_true (ink_store_set_missing (store, id, 1000, &error));
  g_assert_true (ink_store_set_missing (store, id, 2000, &error));
  g_assert_cmpint (ink_store_count_missing (store, folder, &error), ==, 1);
  g_autoptr (GPtrArray) known = ink_store_get_known_below (store, folder, 0, "", &error);
  g_assert_cmpint (find_known (known, "a.jpg")->missing_since, ==, 1000);
  g_assert_cmpint (find_known (known, "b.jpg")->missing_since, ==, 0);
  g_assert_true (ink_store_clear_missing (store, id, &error));
  g_assert_cmpint (ink_store_count_missing (store, folder, &error), ==, 0);
  g_assert_true (ink_store_set_missing (store, id, 3000, &error));
  g_assert_true (ink_store_remove_photo (store, id, &error));
  g_assert_cmpint (ink_store_count_missing (store, folder, &error), ==, 0);
  g_assert_no_error (error);
}

/* More rows than one slice has, of which every third can't be read. */
#define MANY 9000

static gboolean
collect (const InkPhoto *photo, gpointer data)
{
  GArray *ids = data;

  g_array_append_val (ids, photo->id);
  return ids->len < MANY / 2 || photo->state != INK_PHOTO_OK;
}

static void
test_slices (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  const InkFileStamp stamp = {.size = 1, .mtime_ns = 2};

  g_assert_true (ink_store_begin (store, &error));
  for (guint i = 0; i < MANY; i++) {
    g_autofree char *name = g_strdup_printf ("%u.jpg", i);
    if (i % 3 != 0)
      fixture_put (store, folder, name, 'a');
    else
      g_assert_true (ink_store_mark_failed (store, folder, name, &stamp, INK_PHOTO_FAILED,
                                            "damaged", "no end", &error));
  }
  g_assert_true (ink_store_commit (store, &error));

  g_autoptr (GPtrArray) known = ink_store_get_known_below (store, folder, 0, "", &error);
  g_assert_cmpuint (known->len, ==, MANY);
  g_autoptr (GHashTable) folders = NULL;
  g_autoptr (GHashTable) in = ink_store_get_known_in (store, folder, 0, "", &folders, &error);
  g_assert_cmpuint (g_hash_table_size (in), ==, MANY);
  g_autoptr (GArray) failed = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_assert_true (ink_store_for_each_photo (store, INK_PHOTO_FAILED, 0, collect, failed, &error));
  g_assert_cmpuint (failed->len, ==, MANY / 3);
  /* The function ends the walk. */
  g_autoptr (GArray) some = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_assert_true (ink_store_for_each_photo (store, INK_PHOTO_OK, 0, collect, some, &error));
  g_assert_cmpuint (some->len, ==, MANY / 2);
  g_autoptr (GArray) rest = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 middle = g_array_index (some, gint64, MANY / 2 - 1);
  g_assert_true (ink_store_for_each_photo (store, INK_PHOTO_OK, middle, collect, rest, &error));
  g_assert_cmpuint (some->len + rest->len, ==, MANY - MANY / 3);
  g_assert_cmpint (g_array_index (rest, gint64, 0), >, middle);
}

static void
test_update (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  gint64 space = fixture_add_space (store, DIMS);
  gint64 id = fixture_put (store, folder, "a.jpg", 'a');

  fixture_put_axis (store, id, space, DIMS, 0);
  /* The same content keeps its embedding, another one does not. */
  g_assert_cmpint (fixture_put (store, folder, "a.jpg", 'a'), ==, id);
  g_assert_true (has_embedding (store, id, space));
  g_assert_cmpint (fixture_put (store, folder, "a.jpg", 'b'), ==, id);
  g_assert_false (has_embedding (store, id, space));
}

static void
test_failures (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  gint64 space = fixture_add_space (store, DIMS);
  gint64 id = fixture_put (store, folder, "a.jpg", 'a');
  InkFileStamp stamp = fixture_photo (folder, "a.jpg", 'a').stamp;
  InkPhotoCounts counts;

  fixture_put_axis (store, id, space, DIMS, 0);
  g_assert_true (ink_store_mark_failed (store, folder, "a.jpg", &stamp, INK_PHOTO_FAILED, "timeout",
                                        "took too long", &error));
  g_autoptr (InkPhoto) unread = get (store, id);
  g_assert_cmpint (unread->state, ==, INK_PHOTO_FAILED);
  g_assert_cmpstr (unread->failure_code, ==, "timeout");
  g_assert_cmpstr (unread->failure_reason, ==, "took too long");
  g_assert_cmpuint (unread->width, ==, 640);
  g_assert_true (has_embedding (store, id, space));
  g_assert_cmpint (ink_store_count_embeddings (store, space, &error), ==, 0);

  /* The file has changed: nothing of the old one is true any more. */
  stamp.size++;
  g_assert_true (ink_store_mark_failed (store, folder, "a.jpg", &stamp, INK_PHOTO_FAILED, "damaged",
                                        "no end", &error));
  g_autoptr (InkPhoto) damaged = get (store, id);
  g_assert_cmpuint (damaged->width, ==, 0);
  g_assert_null (damaged->content_key);
  g_assert_false (has_embedding (store, id, space));

  g_assert_true (ink_store_mark_failed (store, folder, "b.mp4", &stamp, INK_PHOTO_UNSUPPORTED, NULL,
                                        NULL, &error));
  fixture_put (store, folder, "c.jpg", 'c');
  g_assert_true (ink_store_count_photos (store, &counts, &error));
  g_assert_cmpuint (counts.ok, ==, 1);
  g_assert_cmpuint (counts.failed, ==, 1);
  g_assert_cmpuint (counts.unsupported, ==, 1);

  /* Readable again: no reason is left. */
  fixture_put (store, folder, "a.jpg", 'a');
  g_autoptr (InkPhoto) read = get (store, id);
  g_assert_cmpint (read->state, ==, INK_PHOTO_OK);
  g_assert_null (read->failure_code);
  g_assert_null (read->failure_reason);
}

static void
test_places (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = fixture_open (fixture);
  gint64 folder = fixture_add_folder (fixture, store);
  gint64 space = fixture_add_space (store, DIMS);
  gint64 id = fixture_put (store, folder, "a.jpg", 'a');
  gint64 other = fixture_put (store, folder, "b.jpg", 'b');
  const InkFileStamp stamp = {.size = 5, .mtime_ns = 6, .device = 7, .inode = 8};

  fixture_put_axis (store, id, space, DIMS, 0);
  g_assert_true (ink_store_touch_photo (store, id, &stamp, &error));
  g_autoptr (InkPhoto) touched = get (store, id);
  g_assert_cmpint (touched->stamp.mtime_ns, ==, 6);
  g_assert_cmpuint (touched->stamp.inode, ==, 8);
  g_assert_cmpint (touched->clock, ==, 1620284889);

  /* Onto another photo, whose row then goes. */
  g_assert_true (ink_store_move_photo (store, id, folder, "b.jpg", &stamp, &error));
  g_assert_no_error (error);
  g_autoptr (InkPhoto) moved = get (store, id);
  g_assert_cmpstr (moved->path, ==, "b.jpg");
  g_assert_true (has_embedding (store, id, space));
  assert_gone (store, other);

  g_assert_true (ink_store_remove_photo (store, id, &error));
  assert_gone (store, id);
  g_assert_false (has_embedding (store, id, space));
  /* An id is not used again. */
  g_assert_cmpint (fixture_put (store, folder, "a.jpg", 'a'), >, other);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_test ("/store/photos/round-trip", test_round_trip);
  fixture_test ("/store/photos/known", test_known);
  fixture_test ("/store/photos/known-in", test_known_in);
  fixture_test ("/store/photos/missing", test_missing);
  fixture_test ("/store/photos/slices", test_slices);
  fixture_test ("/store/photos/update", test_update);
  fixture_test ("/store/photos/failures", test_failures);
  fixture_test ("/store/photos/places", test_places);
  return g_test_run ();
}
