/* test-run.c: memory is reused between runs, and too much of it is an error, not an abort. */
#include <string.h>

#include "compute/run.h"

typedef struct {
  ClipPool *pool;
  ClipMemoryList *list;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->pool = clip_pool_new (2);
  fixture->list = clip_memory_list_new (fixture->pool);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  clip_memory_list_free (fixture->list);
  clip_pool_free (fixture->pool);
}

static void
test_reuse (Fixture *fixture, gconstpointer data)
{
  ClipRun run;
  g_assert_true (clip_run_begin (&run, fixture->list, NULL, NULL));
  float *first = clip_run_alloc (&run, 100, 20, 3, NULL);
  float *second = clip_run_alloc (&run, 7, 1, 1, NULL);
  g_assert_true (first != second);
  g_assert_cmpuint ((gsize)first % 64, ==, 0);
  memset (first, 1, 6000 * sizeof (float));
  memset (second, 2, 7 * sizeof (float));
  g_assert_cmpint (*(guint8 *)first, ==, 1);

  clip_run_reset (&run);
  g_assert_true (clip_run_alloc (&run, 50, 1, 1, NULL) == first);
  g_assert_true (clip_run_alloc (&run, 1, 7, 1, NULL) == second);
  clip_run_end (&run);

  g_assert_true (clip_run_begin (&run, fixture->list, NULL, NULL));
  g_assert_true (clip_run_alloc (&run, 6000, 1, 1, NULL) == first);
  clip_run_end (&run);
}

/* Runs at the same time have nothing in common; however many there were, all is freed. */
static void
test_several (Fixture *fixture, gconstpointer data)
{
  ClipRun runs[5];
  for (guint i = 0; i < 5; i++) {
    g_assert_true (clip_run_begin (&runs[i], fixture->list, NULL, NULL));
    float *block = clip_run_alloc (&runs[i], 16, 1, 1, NULL);
    block[0] = (float)i;
    for (guint k = 0; k < 2; k++)
      memset (clip_run_scratch (&runs[i], k), (int)i, CLIP_SCRATCH_SIZE);
    if (i > 0) {
      g_assert_true (clip_run_scratch (&runs[i], 0) != clip_run_scratch (&runs[i - 1], 0));
      g_assert_cmpint (*(guint8 *)clip_run_scratch (&runs[i - 1], 1), ==, (int)i - 1);
    }
  }
  for (guint i = 0; i < 5; i++)
    clip_run_end (&runs[i]);
}

static void
test_too_much (Fixture *fixture, gconstpointer data)
{
  ClipRun run;
  g_assert_true (clip_run_begin (&run, fixture->list, NULL, NULL));
  g_autoptr (GError) error = NULL;
  g_assert_null (clip_run_alloc (&run, G_MAXSIZE / 2, 3, 1, &error));
  g_assert_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY);
  g_clear_error (&error);
  g_assert_null (clip_run_alloc (&run, G_MAXSIZE / 4, 1, 1, &error));
  g_assert_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY);
  g_assert_nonnull (clip_run_alloc (&run, 4, 4, 4, NULL));
  clip_run_end (&run);
}

static gboolean
at_the_third_time (gpointer data)
{
  guint *asked = data;
  return ++*asked == 3;
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  guint asked = 0;
  ClipCall call = {.cancelled = at_the_third_time, .data = &asked};
  ClipRun run;
  g_autoptr (GError) error = NULL;
  g_assert_true (clip_run_begin (&run, fixture->list, &call, NULL));
  g_assert_true (clip_run_continue (&run, &error));
  g_assert_true (clip_run_continue (&run, &error));
  g_assert_false (clip_run_continue (&run, &error));
  g_assert_error (error, CLIP_ERROR, CLIP_ERROR_CANCELLED);
  clip_run_end (&run);

  g_assert_true (clip_run_begin (&run, fixture->list, NULL, NULL));
  g_assert_true (clip_run_continue (&run, NULL));
  clip_run_end (&run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/run/reuse", Fixture, NULL, set_up, test_reuse, tear_down);
  g_test_add ("/run/several", Fixture, NULL, set_up, test_several, tear_down);
  g_test_add ("/run/too-much", Fixture, NULL, set_up, test_too_much, tear_down);
  g_test_add ("/run/cancel", Fixture, NULL, set_up, test_cancel, tear_down);
  return g_test_run ();
}
