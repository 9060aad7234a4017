/* test-indexer.c: runs over a real folder, to their end and not. */
#include "app/index/index-fixture.h"

#include <glib/gstdio.h>

#include "base/error.h"
#include "store/embeddings.h"

/* ---- What is found ----------------------------------------------------------------------- */

static void
test_first_run (Index *index, gconstpointer unused)
{
  g_autofree char *sub = index_path (index, "sub");
  g_autofree float *embedding = NULL;
  g_autoptr (InkPhoto) video = NULL;
  g_autoptr (InkPhoto) broken = NULL;
  g_autoptr (InkPhoto) photo = NULL;
  float length = 0;

  g_mkdir (sub, 0700);
  index_put_pictures (index, 4);
  index_put_picture (index, "sub/deep.png", 9);
  test_folder_write (index->base.photos, "broken.jpg", "\xff\xd8\xff\xe0 no picture", 16);
  test_folder_write (index->base.photos, "notes.txt", "hello", 5);
  test_folder_write (index->base.photos, "film.mp4", "moving", 6);
  index_run (index);
  index_expect (index, 6, 5, 0, 0, 0, 1);

  photo = index_find (index, "sub/deep.png");
  g_assert_cmpint (photo->state, ==, INK_PHOTO_OK);
  g_assert_cmpuint (photo->width, ==, 90);
  g_assert_cmpstr (photo->type, ==, "png");
  embedding = index_get_embedding (index, "sub/deep.png");
  for (guint i = 0; i < clip_model_get_info (index_model)->dims; i++)
    length += embedding[i] * embedding[i];
  g_assert_cmpfloat_with_epsilon (length, 1, 0.001F); /* float16 has 11 bits */

  broken = index_find (index, "broken.jpg");
  g_assert_cmpint (broken->state, ==, INK_PHOTO_FAILED);
  g_assert_cmpstr (broken->failure_code, ==, "damaged");
  g_assert_cmpuint (strlen (broken->failure_reason), >, 0);
  video = index_find (index, "film.mp4");
  g_assert_cmpint (video->state, ==, INK_PHOTO_UNSUPPORTED);
  g_assert_null (index_find (index, "notes.txt"));
}

static void
test_empty_folder (Index *index, gconstpointer unused)
{
  index_run (index);
  index_expect (index, 0, 0, 0, 0, 0, 0);
}

/* More than fit into the queues and into one commit. */
static void
test_many (Index *index, gconstpointer unused)
{
  index_put_pictures (index, 70);
  index_run (index);
  index_expect (index, 70, 70, 0, 0, 0, 0);
  g_assert_cmpint (ink_store_count_embeddings (index->store, index->space, NULL), ==, 70);
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

  index_put_pictures (index, 150);
  g_assert_false (
      index_run_with (index, FALSE, cancel_when_some_are_done, cancellable, cancellable, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_CANCELLED);
  kept = ink_store_count_embeddings (index->store, index->space, NULL);
  g_assert_cmpint (kept, >, 0);
  g_assert_cmpuint (index->progress.indexed, ==, kept);
  g_assert_cmpuint (index->progress.failed, ==, 0);
  index_run (index);
  g_assert_cmpuint (index->progress.unchanged, ==, kept);
  index_expect (index, 150, 150 - kept, kept, 0, 0, 0);
}

static void
test_cancelled_before (Index *index, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  index_put_pictures (index, 3);
  g_cancellable_cancel (cancellable);
  g_assert_false (index_run_with (index, FALSE, NULL, NULL, cancellable, &error));
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

  index_put_pictures (index, 5);
  ink_indexer_set_paused (index->indexer, TRUE);
  index_run_with (index, FALSE, resume_after_reports, &pause, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pause.reports, ==, 3);
  index_expect (index, 5, 5, 0, 0, 0, 0);
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

  index_put_pictures (index, 5);
  ink_indexer_set_paused (index->indexer, TRUE);
  g_assert_false (
      index_run_with (index, FALSE, cancel_while_paused, cancellable, cancellable, &error));
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

  index_put_pictures (index, 200);
  g_assert_false (index_run_with (index, FALSE, break_store, index, NULL, &error));
  g_assert_nonnull (error);
  g_assert_false (g_error_matches (error, INK_ERROR, INK_ERROR_CANCELLED));
  fixture_run_sql (&index->base, "ALTER TABLE hidden RENAME TO embeddings");
  kept = ink_store_count_embeddings (index->store, index->space, NULL);
  g_assert_cmpint (kept, >, 0);
  g_assert_cmpint (kept, <, 200);
  index_run (index);
  index_expect (index, 200, 200 - kept, kept, 0, 0, 0);
}

static void
test_no_decoder (Index *index, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *saved = g_strdup (g_getenv ("INKLING_DECODER_DIR"));

  index_put_pictures (index, 2);
  g_setenv ("INKLING_DECODER_DIR", index->base.photos, TRUE);
  g_assert_false (index_run_with (index, FALSE, NULL, NULL, NULL, &error));
  if (saved)
    g_setenv ("INKLING_DECODER_DIR", saved, TRUE);
  else
    g_unsetenv ("INKLING_DECODER_DIR");
  g_assert_error (error, INK_ERROR, INK_ERROR_DECODER);
  g_clear_error (&error);
  g_assert_null (index_find (index, "picture-00.png"));
  index_run (index);
  index_expect (index, 2, 2, 0, 0, 0, 0);
}

int
main (int argc, char **argv)
{
  static const IndexTest tests[] = {
      {"/indexer/first-run", test_first_run},
      {"/indexer/empty-folder", test_empty_folder},
      {"/indexer/many", test_many},
      {"/indexer/cancel", test_cancel},
      {"/indexer/cancelled-before", test_cancelled_before},
      {"/indexer/pause", test_pause},
      {"/indexer/cancel-while-paused", test_cancel_while_paused},
      {"/indexer/store-error", test_store_error},
      {"/indexer/no-decoder", test_no_decoder},
  };

  return index_run_tests (argc, argv, tests, G_N_ELEMENTS (tests));
}
