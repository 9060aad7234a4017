/* test-priority.c: batches stand still while a query is under way, and can be stopped meanwhile. */
#include <pthread.h>
#include <stdatomic.h>

#include "compute/run.h"

#define LAYERS 50
#define ASKS 5 /* more than a batch makes in one layer */

/* A batch on a thread of its own, which does nothing but ask between its layers. */
typedef struct {
  ClipMemoryList *list;
  pthread_t thread;
  atomic_uint asked, layers;
  atomic_bool stop, cancelled;
} Batch;

static gboolean
batch_asks (gpointer data)
{
  Batch *batch = data;
  atomic_fetch_add (&batch->asked, 1);
  return atomic_load (&batch->stop);
}

static void *
batch_main (void *data)
{
  Batch *batch = data;
  ClipCall call = {.cancelled = batch_asks, .data = batch};
  g_autoptr (GError) error = NULL;
  ClipRun run;
  g_assert_true (clip_run_begin (&run, batch->list, &call, NULL));
  while (atomic_load (&batch->layers) < LAYERS && clip_run_continue (&run, &error))
    atomic_fetch_add (&batch->layers, 1);
  clip_run_end (&run);
  atomic_store (&batch->cancelled, g_error_matches (error, CLIP_ERROR, CLIP_ERROR_CANCELLED));
  return NULL;
}

static void
batch_start (Batch *batch, ClipMemoryList *list)
{
  *batch = (Batch){.list = list};
  g_assert_cmpint (pthread_create (&batch->thread, NULL, batch_main, batch), ==, 0);
}

/* Waits until the batch was asked often enough that it must be standing still. */
static void
wait_until_asked (Batch *batch)
{
  guint before = atomic_load (&batch->asked);
  while (atomic_load (&batch->asked) < before + ASKS)
    g_usleep (100);
}

typedef struct {
  ClipPool *pools[2];
  ClipMemoryList *lists[2];
} Fixture;

/* Two of all, as two models have them. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 2; i++) {
    fixture->pools[i] = clip_pool_new (2);
    fixture->lists[i] = clip_memory_list_new (fixture->pools[i]);
  }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 2; i++) {
    clip_memory_list_free (fixture->lists[i]);
    clip_pool_free (fixture->pools[i]);
  }
}

static const ClipCall query_call = {.priority = CLIP_PRIORITY_QUERY};

static void
test_batch_waits (Fixture *fixture, gconstpointer data)
{
  Batch batch;
  ClipRun queries[2];
  /* The first query is of the batch's own model, the second of another. */
  for (guint i = 0; i < 2; i++)
    g_assert_true (clip_run_begin (&queries[i], fixture->lists[i], &query_call, NULL));
  batch_start (&batch, fixture->lists[0]);
  wait_until_asked (&batch);
  g_assert_cmpuint (atomic_load (&batch.layers), ==, 0);

  clip_run_end (&queries[0]);
  wait_until_asked (&batch);
  g_assert_cmpuint (atomic_load (&batch.layers), ==, 0);

  clip_run_end (&queries[1]);
  pthread_join (batch.thread, NULL);
  g_assert_cmpuint (atomic_load (&batch.layers), ==, LAYERS);
  g_assert_false (atomic_load (&batch.cancelled));
}

static void
test_batch_is_stopped (Fixture *fixture, gconstpointer data)
{
  Batch batch;
  ClipRun query;
  g_assert_true (clip_run_begin (&query, fixture->lists[0], &query_call, NULL));
  batch_start (&batch, fixture->lists[0]);
  wait_until_asked (&batch);
  atomic_store (&batch.stop, TRUE);
  pthread_join (batch.thread, NULL); /* though the query goes on */
  g_assert_cmpuint (atomic_load (&batch.layers), ==, 0);
  g_assert_true (atomic_load (&batch.cancelled));
  clip_run_end (&query);
}

/* Each of these would wait for ever if queries or calls that have ended counted. */
static void
test_nobody_else_waits (Fixture *fixture, gconstpointer data)
{
  ClipRun queries[2], plain;
  for (guint i = 0; i < 2; i++)
    g_assert_true (clip_run_begin (&queries[i], fixture->lists[i], &query_call, NULL));
  for (guint i = 0; i < 2; i++)
    g_assert_true (clip_run_continue (&queries[i], NULL));
  for (guint i = 0; i < 2; i++)
    clip_run_end (&queries[i]);
  clip_run_end (&queries[0]); /* ended already */
  g_assert_true (clip_run_begin (&plain, fixture->lists[0], NULL, NULL));
  g_assert_true (clip_run_continue (&plain, NULL));
  clip_run_end (&plain);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/priority/batch-waits", Fixture, NULL, set_up, test_batch_waits, tear_down);
  g_test_add ("/priority/batch-is-stopped", Fixture, NULL, set_up, test_batch_is_stopped,
              tear_down);
  g_test_add ("/priority/nobody-else-waits", Fixture, NULL, set_up, test_nobody_else_waits,
              tear_down);
  return g_test_run ();
}
