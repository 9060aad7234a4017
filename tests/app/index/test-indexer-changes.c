/* test-indexer-changes.c: second runs: what was renamed, copied, edited or is away. */
#include "app/index/index-fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "app/decode/pictures.h"
#include "store/embeddings.h"

/* ---- What has changed -------------------------------------------------------------------- */

static void
test_second_run (Index *index, gconstpointer unused)
{
  gint64 generation;

  index_put_pictures (index, 3);
  test_folder_write (index->base.photos, "broken.png", "no picture", 10);
  test_folder_write (index->base.photos, "film.mp4", "moving", 6);
  index_run (index);
  generation = ink_store_get_generation (index->store, NULL);
  index_run (index);
  index_expect (index, 4, 0, 4, 0, 0, 0);
  g_assert_cmpuint (index->progress.total, ==, 0);
  g_assert_cmpint (ink_store_get_generation (index->store, NULL), ==, generation);

  index_put_picture (index, "new.png", 20);
  index_run (index);
  index_expect (index, 5, 1, 4, 0, 0, 0);
}

static void
test_retry (Index *index, gconstpointer unused)
{
  test_folder_write (index->base.photos, "broken.png", "no picture", 10);
  index_run (index);
  index_expect (index, 1, 0, 0, 0, 0, 1);
  g_assert_true (index_run_with (index, TRUE, NULL, NULL, NULL, NULL));
  index_expect (index, 1, 0, 0, 0, 0, 1);
  index_put_picture (index, "broken.png", 1);
  index_run (index);
  index_expect (index, 1, 1, 0, 0, 0, 0);
}

static void
test_rename (Index *index, gconstpointer unused)
{
  g_autofree char *sub = index_path (index, "sub");
  g_autofree float *before = NULL;
  g_autofree float *after = NULL;
  g_autoptr (InkPhoto) old = NULL;
  g_autoptr (InkPhoto) new = NULL;

  index_put_pictures (index, 3);
  index_run (index);
  old = index_find (index, "picture-01.png");
  before = index_get_embedding (index, "picture-01.png");
  g_mkdir (sub, 0700);
  index_rename (index, "picture-01.png", "sub/other name.png");
  index_run (index);
  index_expect (index, 3, 0, 2, 1, 0, 0);

  g_assert_null (index_find (index, "picture-01.png"));
  new = index_find (index, "sub/other name.png");
  g_assert_cmpint (new->id, ==, old->id);
  after = index_get_embedding (index, "sub/other name.png");
  index_assert_equal_embeddings (before, after);
}

/* From one folder of the library to another, of which only the new one is scanned. */
static void
test_move_between_folders (Index *index, gconstpointer unused)
{
  g_autofree char *other = g_build_filename (index->base.directory, "other", NULL);
  g_autofree char *from = index_path (index, "picture-00.png");
  g_autofree char *to = g_build_filename (other, "moved.png", NULL);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  InkIndexJob job = {.store = index->store,
                     .decoder = index->decoder,
                     .model = index_model,
                     .space = index->space,
                     .folders = ids};
  g_autoptr (InkPhoto) photo = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id;

  index_put_pictures (index, 2);
  index_run (index);
  g_mkdir (other, 0700);
  g_assert_true (ink_store_add_folder (index->store, other, &id, NULL));
  g_assert_cmpint (g_rename (from, to), ==, 0);
  g_array_append_val (ids, id);
  ink_indexer_run (index->indexer, &job, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  ink_indexer_get_progress (index->indexer, &index->progress);
  index_expect (index, 1, 0, 0, 1, 0, 0);
  photo = ink_store_find_photo (index->store, to, &error);
  g_assert_no_error (error);
  g_assert_cmpint (photo->folder, ==, id);
}

static void
test_copy (Index *index, gconstpointer unused)
{
  g_autofree float *original = NULL;
  g_autofree float *copy = NULL;
  g_autoptr (InkPhoto) first = NULL;
  g_autoptr (InkPhoto) second = NULL;

  index_put_picture (index, "a.png", 1);
  index_run (index);
  index_put_picture (index, "b.png", 1);
  index_run (index);
  index_expect (index, 2, 1, 1, 0, 0, 0);
  original = index_get_embedding (index, "a.png");
  copy = index_get_embedding (index, "b.png");
  index_assert_equal_embeddings (original, copy);
  first = index_find (index, "a.png");
  second = index_find (index, "b.png");
  g_assert_cmpint (first->id, !=, second->id);
  g_assert_cmpuint (second->width, ==, 90);
}

/* One photo gone, its content at two new places: one has moved, the other is a copy. */
static void
test_move_to_two_places (Index *index, gconstpointer unused)
{
  g_autofree float *a = NULL;
  g_autofree float *b = NULL;

  index_put_picture (index, "old.png", 1);
  index_put_picture (index, "stays.png", 2);
  index_run (index);
  index_rename (index, "old.png", "new-a.png");
  index_put_picture (index, "new-b.png", 1);
  index_run (index);
  index_expect (index, 3, 1, 1, 1, 0, 0);
  a = index_get_embedding (index, "new-a.png");
  b = index_get_embedding (index, "new-b.png");
  index_assert_equal_embeddings (a, b);
}

static void
test_swap (Index *index, gconstpointer unused)
{
  g_autofree float *a = NULL;
  g_autofree float *b = NULL;
  g_autofree float *now_a = NULL;
  g_autofree float *now_b = NULL;

  index_put_picture (index, "a.png", 1);
  index_put_picture (index, "b.png", 2);
  index_run (index);
  a = index_get_embedding (index, "a.png");
  b = index_get_embedding (index, "b.png");
  index_rename (index, "a.png", "c.png");
  index_rename (index, "b.png", "a.png");
  index_rename (index, "c.png", "b.png");
  index_run (index);
  g_assert_cmpuint (index->progress.removed, ==, 0);
  now_a = index_get_embedding (index, "a.png");
  now_b = index_get_embedding (index, "b.png");
  index_assert_equal_embeddings (now_a, b);
  index_assert_equal_embeddings (now_b, a);
}

static void
test_edit (Index *index, gconstpointer unused)
{
  g_autofree float *before = NULL;
  g_autofree float *after = NULL;
  g_autofree float *fresh = NULL;
  g_autoptr (InkPhoto) old = NULL;
  g_autoptr (InkPhoto) new = NULL;

  index_put_pictures (index, 2);
  index_run (index);
  old = index_find (index, "picture-00.png");
  before = index_get_embedding (index, "picture-00.png");
  index_put_picture (index, "picture-00.png", 33);
  index_run (index);
  index_expect (index, 2, 1, 1, 0, 0, 0);
  new = index_find (index, "picture-00.png");
  g_assert_cmpint (new->id, ==, old->id);
  after = index_get_embedding (index, "picture-00.png");
  g_assert_cmpint (memcmp (before, after, clip_model_get_info (index_model)->dims * sizeof *after),
                   !=, 0);

  index_put_picture (index, "fresh.png", 33);
  index_run (index);
  fresh = index_get_embedding (index, "fresh.png");
  index_assert_equal_embeddings (after, fresh);
}

static void
test_touch (Index *index, gconstpointer unused)
{
  g_autofree char *path = index_path (index, "picture-00.png");
  struct timespec times[2] = {{1000000000, 0}, {1000000000, 0}};
  g_autofree float *before = NULL;
  g_autofree float *after = NULL;

  index_put_pictures (index, 1);
  index_run (index);
  before = index_get_embedding (index, "picture-00.png");
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  index_run (index);
  index_expect (index, 1, 0, 1, 0, 0, 0);
  g_assert_cmpuint (index->progress.total, ==, 1);
  after = index_get_embedding (index, "picture-00.png");
  index_assert_equal_embeddings (before, after);
  index_run (index); /* its new time is known now */
  g_assert_cmpuint (index->progress.total, ==, 0);
}

static void
test_delete (Index *index, gconstpointer unused)
{
  g_autofree char *path = index_path (index, "picture-00.png");
  g_autofree char *broken = index_path (index, "broken.png");

  index_put_pictures (index, 3);
  test_folder_write (index->base.photos, "broken.png", "no picture", 10);
  index_run (index);
  g_unlink (path);
  g_unlink (broken);
  index_run (index);
  index_expect (index, 2, 0, 2, 0, 2, 0);
  g_assert_null (index_find (index, "picture-00.png"));
  g_assert_cmpint (ink_store_count_embeddings (index->store, index->space, NULL), ==, 2);
}

/* ---- What is not there at present -------------------------------------------------------- */

static void
test_offline_folder (Index *index, gconstpointer unused)
{
  g_autofree char *away = g_strconcat (index->base.photos, "-away", NULL);

  index_put_pictures (index, 3);
  index_run (index);
  g_assert_cmpint (g_rename (index->base.photos, away), ==, 0);
  index_run (index);
  index_expect (index, 0, 0, 0, 0, 0, 0);
  g_mkdir (index->base.photos, 0700); /* where it will be mounted again */
  index_run (index);
  index_expect (index, 0, 0, 0, 0, 0, 0);
  g_assert_cmpint (ink_store_count_embeddings (index->store, index->space, NULL), ==, 3);

  g_rmdir (index->base.photos);
  g_assert_cmpint (g_rename (away, index->base.photos), ==, 0);
  index_run (index);
  index_expect (index, 3, 0, 3, 0, 0, 0);
}

/* A copy elsewhere of a photo on a drive that is away is no move. */
static void
test_copy_from_offline_folder (Index *index, gconstpointer unused)
{
  g_autofree char *drive = g_build_filename (index->base.directory, "drive", NULL);
  g_autofree char *on_drive = g_build_filename (drive, "a.png", NULL);
  VipsImage *image = picture_waves (90, 60, 1);
  g_autofree char *saved = NULL;
  g_autoptr (InkPhoto) photo = NULL;
  g_autoptr (GError) error = NULL;

  g_mkdir (drive, 0700);
  saved = picture_save (image, drive, "a.png", ".png");
  g_object_unref (image);
  g_assert_true (ink_store_add_folder (index->store, drive, NULL, NULL));
  index_run (index);
  g_unlink (on_drive);
  index_put_picture (index, "copy.png", 1);
  index_run (index);
  index_expect (index, 1, 1, 0, 0, 0, 0);
  photo = ink_store_find_photo (index->store, on_drive, &error);
  g_assert_no_error (error);
}

static void
test_unreadable_folder (Index *index, gconstpointer unused)
{
  g_autofree char *sub = index_path (index, "sub");

  if (geteuid () == 0) {
    g_test_skip ("root can read every folder");
    return;
  }
  g_mkdir (sub, 0700);
  index_put_pictures (index, 1);
  index_put_picture (index, "sub/a.png", 5);
  index_run (index);
  g_chmod (sub, 0);
  index_run (index);
  g_chmod (sub, 0700);
  index_expect (index, 1, 0, 1, 0, 0, 0);
  g_assert_cmpint (ink_store_count_embeddings (index->store, index->space, NULL), ==, 2);
}

int
main (int argc, char **argv)
{
  static const IndexTest tests[] = {
      {"/indexer/second-run", test_second_run},
      {"/indexer/retry", test_retry},
      {"/indexer/rename", test_rename},
      {"/indexer/move-between-folders", test_move_between_folders},
      {"/indexer/copy", test_copy},
      {"/indexer/move-to-two-places", test_move_to_two_places},
      {"/indexer/swap", test_swap},
      {"/indexer/edit", test_edit},
      {"/indexer/touch", test_touch},
      {"/indexer/delete", test_delete},
      {"/indexer/offline-folder", test_offline_folder},
      {"/indexer/copy-from-offline-folder", test_copy_from_offline_folder},
      {"/indexer/unreadable-folder", test_unreadable_folder},
  };

  return index_run_tests (argc, argv, tests, G_N_ELEMENTS (tests));
}
