/* test-pool.c: every step of a loop is run once, whoever else uses the pool at the same time. */
#include <pthread.h>
#include <stdatomic.h>

#include "compute/pool.h"

#define STEPS 1000
#define CALLERS 4
#define ROUNDS 200

typedef struct {
  atomic_uint runs[STEPS];
  atomic_uint busy[64]; /* by slot */
  guint threads;
  atomic_uint wrong;
} Loop;

static void
step (gpointer data, gsize index, guint slot)
{
  Loop *loop = data;
  if (slot >= loop->threads || atomic_exchange (&loop->busy[slot], 1) != 0)
    atomic_fetch_add (&loop->wrong, 1);
  atomic_fetch_add (&loop->runs[index], 1);
  atomic_store (&loop->busy[slot], 0);
}

/* Runs loops of every length from 0 to @most and checks each. */
static void
run_loops (ClipPool *pool, gsize most)
{
  for (gsize n = 0; n <= most; n += 1 + n / 8) {
    g_autofree Loop *loop = g_new0 (Loop, 1);
    loop->threads = clip_pool_get_threads (pool);
    clip_pool_run (pool, n, step, loop);
    for (gsize i = 0; i < STEPS; i++)
      g_assert_cmpuint (atomic_load (&loop->runs[i]), ==, i < n ? 1 : 0);
    g_assert_cmpuint (atomic_load (&loop->wrong), ==, 0);
  }
}

static void
test_each_step_once (void)
{
  for (guint threads = 1; threads <= 5; threads++) {
    g_autoptr (ClipPool) pool = clip_pool_new (threads);
    g_assert_cmpuint (clip_pool_get_threads (pool), ==, threads);
    run_loops (pool, STEPS);
  }
}

static void *
caller_main (void *data)
{
  for (guint i = 0; i < ROUNDS; i++)
    run_loops (data, 40);
  return NULL;
}

static void
test_many_callers (void)
{
  g_autoptr (ClipPool) pool = clip_pool_new (3);
  pthread_t callers[CALLERS];
  for (guint i = 0; i < CALLERS; i++)
    g_assert_cmpint (pthread_create (&callers[i], NULL, caller_main, pool), ==, 0);
  for (guint i = 0; i < CALLERS; i++)
    pthread_join (callers[i], NULL);
}

/* Workers that sleep are woken, and a pool that is freed while they sleep ends. */
static void
test_sleep (void)
{
  g_autoptr (ClipPool) pool = clip_pool_new (3);
  for (guint i = 0; i < 5; i++) {
    g_usleep (3000);
    run_loops (pool, 20);
  }
  g_usleep (3000);
}

static void
test_default_size (void)
{
  cpu_set_t before, one;
  g_assert_cmpint (pthread_getaffinity_np (pthread_self (), sizeof before, &before), ==, 0);
  g_autoptr (ClipPool) all = clip_pool_new (0);
  g_assert_cmpint (clip_pool_get_threads (all), ==, CPU_COUNT (&before));

  guint first = 0;
  while (!CPU_ISSET (first, &before))
    first++;
  CPU_ZERO (&one);
  CPU_SET (first, &one);
  g_assert_cmpint (pthread_setaffinity_np (pthread_self (), sizeof one, &one), ==, 0);
  g_autoptr (ClipPool) single = clip_pool_new (0);
  g_assert_cmpuint (clip_pool_get_threads (single), ==, 1);
  run_loops (single, 40);
  pthread_setaffinity_np (pthread_self (), sizeof before, &before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool/each-step-once", test_each_step_once);
  g_test_add_func ("/pool/many-callers", test_many_callers);
  g_test_add_func ("/pool/sleep", test_sleep);
  g_test_add_func ("/pool/default-size", test_default_size);
  return g_test_run ();
}
