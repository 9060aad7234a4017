/* test-query.c: a query is answered while a batch is under way, and neither changes the other. */
#include <pthread.h>
#include <stdatomic.h>

#include "engine/model/model-fixture.h"

#define PICTURES 6

static const char *const texts[] = {"a photo of a dog that runs on the grass"};

typedef struct {
  ClipModel *model;
  const ClipPicture *pictures;
  float *embeddings;
  atomic_uint asked;
  atomic_bool go_on, done;
} Batch;

/* Holds the batch before its first layer until it may go on. */
static gboolean
batch_asks (gpointer data)
{
  Batch *batch = data;
  atomic_fetch_add (&batch->asked, 1);
  while (!atomic_load (&batch->go_on))
    g_usleep (100);
  return FALSE;
}

static void *
batch_main (void *data)
{
  Batch *batch = data;
  ClipCall call = {.cancelled = batch_asks, .data = batch};
  g_assert_true (clip_model_encode_pictures (batch->model, batch->pictures, PICTURES,
                                             batch->embeddings, &call, NULL));
  atomic_store (&batch->done, TRUE);
  return NULL;
}

/* The query holds on until the batch was asked more often than in all its layers together: so it
 * stands still, or has ended. */
typedef struct {
  Batch *batch;
  guint asks;
} Query;

static gboolean
query_asks (gpointer data)
{
  const Query *query = data;
  atomic_store (&query->batch->go_on, TRUE);
  while (atomic_load (&query->batch->asked) < query->asks && !atomic_load (&query->batch->done))
    g_usleep (100);
  return FALSE;
}

static void
check_query (ClipModel *images, ClipModel *words, const ClipPicture *pictures)
{
  gsize dims = clip_model_get_info (images)->dims, bytes = dims * sizeof (float);
  g_autofree float *expected = g_new (float, PICTURES *dims);
  g_autofree float *embeddings = g_new (float, PICTURES *dims);
  g_autofree float *expected_text = g_new (float, dims);
  g_autofree float *text = g_new (float, dims);
  Batch alone = {images, pictures, expected, .go_on = TRUE};
  batch_main (&alone);
  g_assert_true (clip_model_encode_texts (words, texts, 1, expected_text, NULL, NULL));

  Batch batch = {images, pictures, embeddings};
  Query query = {&batch, atomic_load (&alone.asked) + 1};
  ClipCall call = {query_asks, &query, CLIP_PRIORITY_QUERY};
  pthread_t thread;
  g_assert_cmpint (pthread_create (&thread, NULL, batch_main, &batch), ==, 0);
  while (atomic_load (&batch.asked) == 0)
    g_usleep (10);
  g_assert_true (clip_model_encode_texts (words, texts, 1, text, &call, NULL));
  pthread_join (thread, NULL);

  /* Had the batch gone on, it would have ended without being asked so often. */
  g_assert_cmpuint (atomic_load (&batch.asked), >, atomic_load (&alone.asked));
  g_assert_cmpmem (text, bytes, expected_text, bytes);
  g_assert_cmpmem (embeddings, PICTURES * bytes, expected, PICTURES * bytes);
}

static void
test_query_during_batch (void)
{
  static const char *const names[] = {"tiny-convnext", "tiny-vit"};
  ClipPicture pictures[PICTURES];
  for (guint i = 0; i < PICTURES; i++)
    model_picture_init (&pictures[i], 90 + i, 70, i);
  for (guint c = 0; c < G_N_ELEMENTS (names); c++) {
    g_autoptr (ModelFixture) fixture = model_fixture_new (names[c]);
    g_autoptr (ClipModel) model = model_fixture_open (fixture, 2);
    g_autoptr (ClipModel) other = model_fixture_open (fixture, 2);
    check_query (model, model, pictures);
    check_query (model, other, pictures);
  }
  for (guint i = 0; i < PICTURES; i++)
    model_picture_clear (&pictures[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/query-during-batch", test_query_during_batch);
  return g_test_run ();
}
