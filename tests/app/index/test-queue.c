/* test-queue.c: the bounded queue between the indexer's stages. */
#include "index/queue.h"

#define ITEMS 2000

typedef struct {
  InkQueue *queue;
  guint sum;  /* atomic */
  guint seen; /* atomic */
} Shared;

static gpointer
produce (gpointer data)
{
  Shared *shared = data;

  for (guint i = 1; i <= ITEMS; i++)
    ink_queue_push (shared->queue, g_memdup2 (&i, sizeof i));
  ink_queue_close (shared->queue);
  return NULL;
}

static gpointer
consume (gpointer data)
{
  Shared *shared = data;
  guint *item;

  while ((item = ink_queue_pop (shared->queue))) {
    g_atomic_int_add (&shared->sum, *item);
    g_atomic_int_inc (&shared->seen);
    g_free (item);
  }
  return NULL;
}

/* Every item comes out once, with several threads at both ends. */
static void
test_threads (void)
{
  Shared shared = {ink_queue_new (3, 3, g_free), 0, 0};
  GThread *threads[6];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new (NULL, i % 2 ? produce : consume, &shared);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (shared.seen, ==, 3 * ITEMS);
  g_assert_cmpuint (shared.sum, ==, 3 * (ITEMS * (ITEMS + 1) / 2));
  g_assert_true (ink_queue_is_finished (shared.queue));
  ink_queue_free (shared.queue);
}

static void
test_order (void)
{
  InkQueue *queue = ink_queue_new (8, 1, g_free);

  for (guint i = 0; i < 8; i++)
    ink_queue_push (queue, g_memdup2 (&i, sizeof i));
  ink_queue_close (queue);
  for (guint i = 0; i < 8; i++) {
    g_autofree guint *item = ink_queue_pop (queue);

    g_assert_false (ink_queue_is_finished (queue) && i < 7);
    g_assert_cmpuint (*item, ==, i);
  }
  g_assert_null (ink_queue_pop (queue));
  ink_queue_free (queue);
}

static void
test_time_limit (void)
{
  InkQueue *queue = ink_queue_new (1, 1, g_free);

  g_assert_null (ink_queue_pop_until (queue, 0));
  g_assert_null (ink_queue_pop_until (queue, g_get_monotonic_time () + 1000));
  g_assert_false (ink_queue_is_finished (queue));
  ink_queue_free (queue);
}

/* Whoever waits at a full or at an empty queue is woken, and nothing leaks (under a sanitizer). */
static void
test_abort (void)
{
  Shared full = {ink_queue_new (2, 1, g_free), 0, 0};
  Shared empty = {ink_queue_new (2, 1, g_free), 0, 0};
  GThread *producer = g_thread_new (NULL, produce, &full);
  GThread *consumer = g_thread_new (NULL, consume, &empty);

  ink_queue_abort (full.queue);
  ink_queue_abort (empty.queue);
  g_thread_join (producer);
  g_thread_join (consumer);
  g_assert_true (ink_queue_is_finished (full.queue));
  g_assert_null (ink_queue_pop (full.queue));
  ink_queue_push (full.queue, g_strdup ("freed"));
  g_assert_cmpuint (empty.seen, ==, 0);
  ink_queue_free (full.queue);
  ink_queue_free (empty.queue);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/queue/threads", test_threads);
  g_test_add_func ("/queue/order", test_order);
  g_test_add_func ("/queue/time-limit", test_time_limit);
  g_test_add_func ("/queue/abort", test_abort);
  return g_test_run ();
}
