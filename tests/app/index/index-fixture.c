/* index-fixture.c: a real folder, a store and an indexer with the starter model (index-fixture.h).
 */
#include "app/index/index-fixture.h"

#include <glib/gstdio.h>

#include "app/decode/pictures.h"
#include "base/dirs.h"
#include "store/check.h"
#include "store/embeddings.h"

ClipModel *index_model;

static void
index_set_up (Index *index, gconstpointer unused)
{
  fixture_set_up (&index->base, NULL);
  index->store = fixture_open (&index->base);
  index->folder = fixture_add_folder (&index->base, index->store);
  index->space = fixture_add_space (index->store, clip_model_get_info (index_model)->dims);
  index->decoder = ink_decoder_new (0);
  index->indexer = ink_indexer_new ();
}

static void
index_tear_down (Index *index, gconstpointer unused)
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

gboolean
index_run_with (Index *index, gboolean retry, InkIndexFunc func, gpointer data,
                GCancellable *cancellable, GError **error)
{
  InkIndexJob job = {.store = index->store,
                     .decoder = index->decoder,
                     .model = index_model,
                     .space = index->space,
                     .retry_failed = retry};
  gboolean done = ink_indexer_run (index->indexer, &job, func, data, cancellable, error);

  ink_indexer_get_progress (index->indexer, &index->progress);
  return done;
}

void
index_run (Index *index)
{
  g_autoptr (GError) error = NULL;
  gboolean done = index_run_with (index, FALSE, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (done);
  g_assert_cmpint (index->progress.state, ==, INK_INDEX_IDLE);
  g_assert_cmpuint (index->progress.done, ==, index->progress.total);
  g_assert_cmpuint (index->progress.found, ==,
                    index->progress.indexed + index->progress.unchanged + index->progress.moved +
                        index->progress.failed);
}

void
index_expect (const Index *index, guint found, guint indexed, guint unchanged, guint moved,
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

char *
index_path (const Index *index, const char *name)
{
  return g_build_filename (index->base.photos, name, NULL);
}

void
index_put_picture (const Index *index, const char *name, guint seed)
{
  VipsImage *image = picture_waves (90, 60, seed);
  g_autofree char *path = picture_save (image, index->base.photos, name, ".png");

  g_assert_nonnull (path);
  g_object_unref (image);
}

void
index_put_pictures (const Index *index, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf ("picture-%02u.png", i);

    index_put_picture (index, name, i + 1);
  }
}

void
index_rename (const Index *index, const char *from, const char *to)
{
  g_autofree char *old = index_path (index, from);
  g_autofree char *new = index_path (index, to);

  g_assert_cmpint (g_rename (old, new), ==, 0);
}

InkPhoto *
index_find (const Index *index, const char *name)
{
  g_autofree char *path = index_path (index, name);

  return ink_store_find_photo (index->store, path, NULL);
}

float *
index_get_embedding (const Index *index, const char *name)
{
  guint dims = clip_model_get_info (index_model)->dims;
  g_autoptr (InkPhoto) photo = index_find (index, name);
  g_autofree float *embedding = g_new (float, dims);

  if (!photo ||
      !ink_store_get_embedding (index->store, photo->id, index->space, embedding, dims, NULL))
    return NULL;
  return g_steal_pointer (&embedding);
}

void
index_assert_equal_embeddings (const float *a, const float *b)
{
  guint dims = clip_model_get_info (index_model)->dims;

  g_assert_cmpmem (a, dims * sizeof *a, b, dims * sizeof *b);
}

int
index_run_tests (int argc, char **argv, const IndexTest *tests, gsize n)
{
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TestFolder) cache = test_folder_new ();
  int result;

  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  pictures_init (argv[0]);
  folder = ink_dirs_get_starter_model ();
  index_model = clip_model_open (folder, NULL, &error);
  g_assert_no_error (error);

  for (gsize i = 0; i < n; i++)
    g_test_add (tests[i].path, Index, NULL, index_set_up, tests[i].function, index_tear_down);
  result = g_test_run ();
  clip_model_unref (index_model);
  return result;
}
