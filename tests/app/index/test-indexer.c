/* test-indexer.c: runs over a real folder, with the starter model and a real store. */
#include "index/indexer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "app/decode/pictures.h"
#include "app/store/store-fixture.h"
#include "base/dirs.h"
#include "base/error.h"
#include "search/encoder.h"
#include "store/check.h"
#include "store/embeddings.h"

static ClipModel *model; /* opened once for all tests */

typedef struct {
  Fixture base;
  InkStore *store;
  gint64 folder, space;
  InkDecoder *decoder;
  InkIndexer *indexer;
  InkIndexProgress progress; /* how the last run ended */
  gboolean broken;           /* the store lacks a table */
} Index;

static void
set_up (Index *index, gconstpointer unused)
{
  fixture_set_up (&index->base, NULL);
  index->store = fixture_open (&index->base);
  index->folder = fixture_add_folder (&index->base, index->store);
  index->space = fixture_add_space (index->store, clip_model_get_info (model)->dims);
  index->decoder = ink_decoder_new (0);
  index->indexer = ink_indexer_new ();
}

static void
tear_down (Index *index, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = ink_store_check (index->store, FALSE, &error);

  /* Whatever a test did, the library is whole. */
  g_assert_no_error (error);
  g_assert_cmpuint (problems->len, ==, 0);
  ink_indexer_free (index->indexer);
  g_object_unref (index->decoder);
  ink_store_unref (index->store);
  fixture_tear_down (&index->base, NULL);
}

static gboolean
run_with (Index *index, gboolean retry, InkIndexFunc func, gpointer data, GCancellable *cancellable,
          GError **error)
{
  InkIndexJob job = {.store = index->store,
                     .decoder = index->decoder,
                     .model = model,
                     .space = index->space,
                     .retry_failed = retry};
  gboolean done = ink_indexer_run (index->indexer, &job, func, data, cancellable, error);

  ink_indexer_get_progress (index->indexer, &index->progress);
  return done;
}

static void
run (Index *index)
{
  g_autoptr (GError) error = NULL;
  gboolean done = run_with (index, FALSE, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (done);
  g_assert_cmpint (index->progress.state, ==, INK_INDEX_IDLE);
  g_assert_cmpuint (index->progress.done, ==, index->progress.total);
  g_assert_cmpuint (index->progress.found, ==,
                    index->progress.indexed + index->progress.unchanged + index->progress.moved +
                        index->progress.failed);
}

/* Counts of the last run, in the order of the command line's report. */
static void
expect_counts (const Index *index, guint found, guint indexed, guint unchanged, guint moved,
               guint removed, guint failed)
{
  const InkIndexProgress *progress = &index->progress;
  g_autofree char *got = g_strdup_printf (
      "found %u indexed %u unchanged %u moved %u removed %u failed %u", progress->found,
      progress->indexed, progress->unchanged, progress->moved, progress->removed, progress->failed);
  g_autofree char *expected =
      g_strdup_printf ("found %u indexed %u unchanged %u moved %u removed %u failed %u", found,
                       indexed, unchanged, moved, removed, failed);

  g_assert_cmpstr (got, ==, expected);
}

static char *
path_of (const Index *index, const char *name)
{
  return g_build_filename (index->base.photos, name, NULL);
}

/* Makes a picture that is another one for each @seed. */
static void
put_picture (const Index *index, const char *name, guint seed)
{
  VipsImage *image = picture_waves (90, 60, seed);
  g_autofree char *path = picture_save (image, index->base.photos, name, ".png");

  g_assert_nonnull (path);
  g_object_unref (image);
}

static void
put_pictures (const Index *index, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf ("picture-%02u.png", i);

    put_picture (index, name, i + 1);
  }
}

static void
rename_file (const Index *index, const char *from, const char *to)
{
  g_autofree char *old = path_of (index, from);
  g_autofree char *new = path_of (index, to);

  g_assert_cmpint (g_rename (old, new), ==, 0);
}

static InkPhoto *
find_photo (const Index *index, const char *name)
{
  g_autofree char *path = path_of (index, name);

  return ink_store_find_photo (index->store, path, NULL);
}

/* Returns: (transfer full) (nullable): the embedding that is stored for a file */
static float *
get_embedding (const Index *index, const char *name)
{
  guint dims = clip_model_get_info (model)->dims;
  g_autoptr (InkPhoto) photo = find_photo (index, name);
  g_autofree float *embedding = g_new (float, dims);

  if (!photo ||
      !ink_store_get_embedding (index->store, photo->id, index->space, embedding, dims, NULL))
    return NULL;
  return g_steal_pointer (&embedding);
}

static void
assert_equal_embeddings (const float *a, const float *b)
{
  guint dims = clip_model_get_info (model)->dims;

  g_assert_cmpmem (a, dims * sizeof *a, b, dims * sizeof *b);
}

/* ---- What is found ----------------------------------------------------------------------- */

static void
test_first_run (Index *index, gconstpointer unused)
{
  g_autofree char *sub = path_of (index, "sub");
  g_autofree float *embedding = NULL;
  g_autoptr (InkPhoto) video = NULL;
  g_autoptr (InkPhoto) broken = NULL;
  g_autoptr (InkPhoto) photo = NULL;
  float length = 0;

  g_mkdir (sub, 0700);
  put_pictures (index, 4);
  put_picture (index, "sub/deep.png", 9);
  test_folder_write (index->base.photos, "broken.jpg", "\xff\xd8\xff\xe0 no picture", 16);
  test_folder_write (index->base.photos, "notes.txt", "hello", 5);
  test_folder_write (index->base.photos, "film.mp4", "moving", 6);
  run (index);
  expect_counts (index, 6, 5, 0, 0, 0, 1);

  photo = find_photo (index, "sub/deep.png");
  g_assert_cmpint (photo->state, ==, INK_PHOTO_OK);
  g_assert_cmpuint (photo->width, ==, 90);
  g_assert_cmpstr (photo->type, ==, "png");
  embedding = get_embedding (index, "sub/deep.png");
  for (guint i = 0; i < clip_model_get_info (model)->dims; i++)
    length += embedding[i] * embedding[i];
  g_assert_cmpfloat_with_epsilon (length, 1, 0.001F); /* float16 has 11 bits */

  broken = find_photo (index, "broken.jpg");
  g_assert_cmpint (broken->state, ==, INK_PHOTO_FAILED);
  g_assert_cmpstr (broken->failure_code, ==, "damaged");
  g_assert_cmpuint (strlen (broken->failure_reason), >, 0);
  video = find_photo (index, "film.mp4");
  g_assert_cmpint (video->state, ==, INK_PHOTO_UNSUPPORTED);
  g_assert_null (find_photo (index, "notes.txt"));
}

static void
test_empty_folder (Index *index, gconstpointer unused)
{
  run (index);
  expect_counts (index, 0, 0, 0, 0, 0, 0);
}

/* More than fit into the queues and into one commit. */
static void
test_many (Index *index, gconstpointer unused)
{
  put_pictures (index, 70);
  run (index);
  expect_counts (index, 70, 70, 0, 0, 0, 0);
  g_assert_cmpint (ink_store_count_embeddings (index->store, index->space, NULL), ==, 70);
}

/* ---- What has changed -------------------------------------------------------------------- */

static void
test_second_run (Index *index, gconstpointer unused)
{
  gint64 generation;

  put_pictures (index, 3);
  test_folder_write (index->base.photos, "broken.png", "no picture", 10);
  test_folder_write (index->base.photos, "film.mp4", "moving", 6);
  run (index);
  generation = ink_store_get_generation (index->store, NULL);
  run (index);
  expect_counts (index, 4, 0, 4, 0, 0, 0);
  g_assert_cmpuint (index->progress.total, ==, 0);
  g_assert_cmpint (ink_store_get_generation (index->store, NULL), ==, generation);

  put_picture (index, "new.png", 20);
  run (index);
  expect_counts (index, 5, 1, 4, 0, 0, 0);
}

static void
test_retry (Index *index, gconstpointer unused)
{
  test_folder_write (index->base.photos, "broken.png", "no picture", 10);
  run (index);
  expect_counts (index, 1, 0, 0, 0, 0, 1);
  g_assert_true (run_with (index, TRUE, NULL, NULL, NULL, NULL));
  expect_counts (index, 1, 0, 0, 0, 0, 1);
  put_picture (index, "broken.png", 1);
  run (index);
  expect_counts (index, 1, 1, 0, 0, 0, 0);
}

static void
test_rename (Index *index, gconstpointer unused)
{
  g_autofree char *sub = path_of (index, "sub");
  g_autofree float *before = NULL;
  g_autofree float *after = NULL;
  g_autoptr (InkPhoto) old = NULL;
  g_autoptr (InkPhoto) new = NULL;

  put_pictures (index, 3);
  run (index);
  old = find_photo (index, "picture-01.png");
  before = get_embedding (index, "picture-01.png");
  g_mkdir (sub, 0700);
  rename_file (index, "picture-01.png", "sub/other name.png");
  run (index);
  expect_counts (index, 3, 0, 2, 1, 0, 0);

  g_assert_null (find_photo (index, "picture-01.png"));
  new = find_photo (index, "sub/other name.png");
  g_assert_cmpint (new->id, ==, old->id);
  after = get_embedding (index, "sub/other name.png");
  assert_equal_embeddings (before, after);
}

/* From one folder of the library to another, of which only the new one is scanned. */
static void
test_move_between_folders (Index *index, gconstpointer unused)
{
  g_autofree char *other = g_build_filename (index->base.directory, "other", NULL);
  g_autofree char *from = path_of (index, "picture-00.png");
  g_autofree char *to = g_build_filename (other, "moved.png", NULL);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  InkIndexJob job = {.store = index->store,
                     .decoder = index->decoder,
                     .model = model,
                     .space = index->space,
                     .folders = ids};
  g_autoptr (InkPhoto) photo = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id;

  put_pictures (index, 2);
  run (index);
  g_mkdir (other, 0700);
  g_assert_true (ink_store_add_folder (index->store, other, &id, NULL));
  g_assert_cmpint (g_rename (from, to), ==, 0);
  g_array_append_val (ids, id);
  ink_indexer_run (index->indexer, &job, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  ink_indexer_get_progress (index->indexer, &index->progress);
  expect_counts (index, 1, 0, 0, 1, 0, 0);
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

  put_picture (index, "a.png", 1);
  run (index);
  put_picture (index, "b.png", 1);
  run (index);
  expect_counts (index, 2, 1, 1, 0, 0, 0);
  original = get_embedding (index, "a.png");
  copy = get_embedding (index, "b.png");
  assert_equal_embeddings (original, copy);
  first = find_photo (index, "a.png");
  second = find_photo (index, "b.png");
  g_assert_cmpint (first->id, !=, second->id);
  g_assert_cmpuint (second->width, ==, 90);
}

/* One photo gone, its content at two new places: one has moved, the other is a copy. */
static void
test_move_to_two_places (Index *index, gconstpointer unused)
{
  g_autofree float *a = NULL;
  g_autofree float *b = NULL;

  put_picture (index, "old.png", 1);
  put_picture (index, "stays.png", 2);
  run (index);
  rename_file (index, "old.png", "new-a.png");
  put_picture (index, "new-b.png", 1);
  run (index);
  expect_counts (index, 3, 1, 1, 1, 0, 0);
  a = get_embedding (index, "new-a.png");
  b = get_embedding (index, "new-b.png");
  assert_equal_embeddings (a, b);
}

static void
test_swap (Index *index, gconstpointer unused)
{
  g_autofree float *a = NULL;
  g_autofree float *b = NULL;
  g_autofree float *now_a = NULL;
  g_autofree float *now_b = NULL;

  put_picture (index, "a.png", 1);
  put_picture (index, "b.png", 2);
  run (index);
  a = get_embedding (index, "a.png");
  b = get_embedding (index, "b.png");
  rename_file (index, "a.png", "c.png");
  rename_file (index, "b.png", "a.png");
  rename_file (index, "c.png", "b.png");
  run (index);
  g_assert_cmpuint (index->progress.removed, ==, 0);
  now_a = get_embedding (index, "a.png");
  now_b = get_embedding (index, "b.png");
  assert_equal_embeddings (now_a, b);
  assert_equal_embeddings (now_b, a);
}

static void
test_edit (Index *index, gconstpointer unused)
{
  g_autofree float *before = NULL;
  g_autofree float *after = NULL;
  g_autofree float *fresh = NULL;
  g_autoptr (InkPhoto) old = NULL;
  g_autoptr (InkPhoto) new = NULL;

  put_pictures (index, 2);
  run (index);
  old = find_photo (index, "picture-00.png");
  before = get_embedding (index, "picture-00.png");
  put_picture (index, "picture-00.png", 33);
  run (index);
  expect_counts (index, 2, 1, 1, 0, 0, 0);
  new = find_photo (index, "picture-00.png");
  g_assert_cmpint (new->id, ==, old->id);
  after = get_embedding (index, "picture-00.png");
  g_assert_cmpint (memcmp (before, after, clip_model_get_info (model)->dims * sizeof *after), !=,
                   0);

  put_picture (index, "fresh.png", 33);
  run (index);
  fresh = get_embedding (index, "fresh.png");
  assert_equal_embeddings (after, fresh);
}

static void
test_touch (Index *index, gconstpointer unused)
{
  g_autofree char *path = path_of (index, "picture-00.png");
  struct timespec times[2] = {{1000000000, 0}, {1000000000, 0}};
  g_autofree float *before = NULL;
  g_autofree float *after = NULL;

  put_pictures (index, 1);
  run (index);
  before = get_embedding (index, "picture-00.png");
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  run (index);
  expect_counts (index, 1, 0, 1, 0, 0, 0);
  g_assert_cmpuint (index->progress.total, ==, 1);
  after = get_embedding (index, "picture-00.png");
  assert_equal_embeddings (before, after);
  run (index); /* its new time is known now */
  g_assert_cmpuint (index->progress.total, ==, 0);
}

static void
test_delete (Index *index, gconstpointer unused)
{
  g_autofree char *path = path_of (index, "picture-00.png");
  g_autofree char *broken = path_of (index, "broken.png");

  put_pictures (index, 3);
  test_folder_write (index->base.photos, "broken.png", "no picture", 10);
  run (index);
  g_unlink (path);
  g_unlink (broken);
  run (index);
  expect_counts (index, 2, 0, 2, 0, 2, 0);
  g_assert_null (find_photo (index, "picture-00.png"));
  g_assert_cmpint (ink_store_count_embeddings (index->store, index->space, NULL), ==, 2);
}

/* ---- What is not there at present -------------------------------------------------------- */

static void
test_offline_folder (Index *index, gconstpointer unused)
{
  g_autofree char *away = g_strconcat (index->base.photos, "-away", NULL);

  put_pictures (index, 3);
  run (index);
  g_assert_cmpint (g_rename (index->base.photos, away), ==, 0);
  run (index);
  expect_counts (index, 0, 0, 0, 0, 0, 0);
  g_mkdir (index->base.photos, 0700); /* where it will be mounted again */
  run (index);
  expect_counts (index, 0, 0, 0, 0, 0, 0);
  g_assert_cmpint (ink_store_count_embeddings (index->store, index->space, NULL), ==, 3);

  g_rmdir (index->base.photos);
  g_assert_cmpint (g_rename (away, index->base.photos), ==, 0);
  run (index);
  expect_counts (index, 3, 0, 3, 0, 0, 0);
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
  run (index);
  g_unlink (on_drive);
  put_picture (index, "copy.png", 1);
  run (index);
  expect_counts (index, 1, 1, 0, 0, 0, 0);
  photo = ink_store_find_photo (index->store, on_drive, &error);
  g_assert_no_error (error);
}

static void
test_unreadable_folder (Index *index, gconstpointer unused)
{
  g_autofree char *sub = path_of (index, "sub");

  if (geteuid () == 0) {
    g_test_skip ("root can read every folder");
    return;
  }
  g_mkdir (sub, 0700);
  put_pictures (index, 1);
  put_picture (index, "sub/a.png", 5);
  run (index);
  g_chmod (sub, 0);
  run (index);
  g_chmod (sub, 0700);
  expect_counts (index, 1, 0, 1, 0, 0, 0);
  g_assert_cmpint (ink_store_count_embeddings (index->store, index->space, NULL), ==, 2);
}

/* ---- Runs that do not go to their end ---------------------------------------------------- */

static void
cancel_when_some_are_done (const InkIndexProgress *progress, gpointer data)
{
  if (progress->done > 0)
    g_cancellable_cancel (data);
}

static void
test_cancel (Index *index, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gint64 kept;

  put_pictures (index, 150);
  g_assert_false (
      run_with (index, FALSE, cancel_when_some_are_done, cancellable, cancellable, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_CANCELLED);
  kept = ink_store_count_embeddings (index->store, index->space, NULL);
  g_assert_cmpint (kept, >, 0);
  g_assert_cmpuint (index->progress.indexed, ==, kept);
  g_assert_cmpuint (index->progress.failed, ==, 0);
  run (index);
  g_assert_cmpuint (index->progress.unchanged, ==, kept);
  expect_counts (index, 150, 150 - kept, kept, 0, 0, 0);
}

static void
test_cancelled_before (Index *index, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  put_pictures (index, 3);
  g_cancellable_cancel (cancellable);
  g_assert_false (run_with (index, FALSE, NULL, NULL, cancellable, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_CANCELLED);
  g_assert_cmpint (ink_store_count_embeddings (index->store, index->space, NULL), ==, 0);
}

typedef struct {
  Index *index;
  guint reports; /* while it was paused */
} Pause;

/* Lets the run go on after it has been seen to stand still. */
static void
resume_after_reports (const InkIndexProgress *progress, gpointer data)
{
  Pause *pause = data;

  if (progress->state != INK_INDEX_PAUSED)
    return;
  g_assert_cmpuint (progress->done, ==, 0);
  if (++pause->reports == 3)
    ink_indexer_set_paused (pause->index->indexer, FALSE);
}

static void
test_pause (Index *index, gconstpointer unused)
{
  Pause pause = {index, 0};
  g_autoptr (GError) error = NULL;

  put_pictures (index, 5);
  ink_indexer_set_paused (index->indexer, TRUE);
  run_with (index, FALSE, resume_after_reports, &pause, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pause.reports, ==, 3);
  expect_counts (index, 5, 5, 0, 0, 0, 0);
}

/* A run that is held back can be ended. */
static void
cancel_while_paused (const InkIndexProgress *progress, gpointer data)
{
  if (progress->state == INK_INDEX_PAUSED)
    g_cancellable_cancel (data);
}

static void
test_cancel_while_paused (Index *index, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  put_pictures (index, 5);
  ink_indexer_set_paused (index->indexer, TRUE);
  g_assert_false (run_with (index, FALSE, cancel_while_paused, cancellable, cancellable, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_CANCELLED);
}

/* The store refuses a write in the middle of a run: it ends with that error, and what was
 * committed before is kept. */
static void
break_store (const InkIndexProgress *progress, gpointer data)
{
  Index *index = data;

  if (progress->done == 0 || index->broken)
    return;
  fixture_run_sql (&index->base, "ALTER TABLE embeddings RENAME TO hidden");
  index->broken = TRUE;
}

static void
test_store_error (Index *index, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  gint64 kept;

  put_pictures (index, 200);
  g_assert_false (run_with (index, FALSE, break_store, index, NULL, &error));
  g_assert_nonnull (error);
  g_assert_false (g_error_matches (error, INK_ERROR, INK_ERROR_CANCELLED));
  fixture_run_sql (&index->base, "ALTER TABLE hidden RENAME TO embeddings");
  kept = ink_store_count_embeddings (index->store, index->space, NULL);
  g_assert_cmpint (kept, >, 0);
  g_assert_cmpint (kept, <, 200);
  run (index);
  expect_counts (index, 200, 200 - kept, kept, 0, 0, 0);
}

static void
test_no_decoder (Index *index, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *saved = g_strdup (g_getenv ("INKLING_DECODER_DIR"));

  put_pictures (index, 2);
  g_setenv ("INKLING_DECODER_DIR", index->base.photos, TRUE);
  g_assert_false (run_with (index, FALSE, NULL, NULL, NULL, &error));
  if (saved)
    g_setenv ("INKLING_DECODER_DIR", saved, TRUE);
  else
    g_unsetenv ("INKLING_DECODER_DIR");
  g_assert_error (error, INK_ERROR, INK_ERROR_DECODER);
  g_clear_error (&error);
  g_assert_null (find_photo (index, "picture-00.png"));
  run (index);
  expect_counts (index, 2, 2, 0, 0, 0, 0);
}

#define add(path, function) g_test_add (path, Index, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TestFolder) cache = test_folder_new ();
  int result;

  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  pictures_init (argv[0]);
  folder = ink_dirs_get_starter_model ();
  model = clip_model_open (folder, NULL, &error);
  g_assert_no_error (error);

  add ("/indexer/first-run", test_first_run);
  add ("/indexer/empty-folder", test_empty_folder);
  add ("/indexer/many", test_many);
  add ("/indexer/second-run", test_second_run);
  add ("/indexer/retry", test_retry);
  add ("/indexer/rename", test_rename);
  add ("/indexer/move-between-folders", test_move_between_folders);
  add ("/indexer/copy", test_copy);
  add ("/indexer/move-to-two-places", test_move_to_two_places);
  add ("/indexer/swap", test_swap);
  add ("/indexer/edit", test_edit);
  add ("/indexer/touch", test_touch);
  add ("/indexer/delete", test_delete);
  add ("/indexer/offline-folder", test_offline_folder);
  add ("/indexer/copy-from-offline-folder", test_copy_from_offline_folder);
  add ("/indexer/unreadable-folder", test_unreadable_folder);
  add ("/indexer/cancel", test_cancel);
  add ("/indexer/cancelled-before", test_cancelled_before);
  add ("/indexer/pause", test_pause);
  add ("/indexer/cancel-while-paused", test_cancel_while_paused);
  add ("/indexer/store-error", test_store_error);
  add ("/indexer/no-decoder", test_no_decoder);
  result = g_test_run ();
  clip_model_unref (model);
  return result;
}
