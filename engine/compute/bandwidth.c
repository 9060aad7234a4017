/* bandwidth.c: clip_cpu_measure_read(). */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "clip.h"
#include "compute/pool.h"
#include "compute/scan.h"

#define ROUNDS 8
#define PART (1u << 20)
#define HUGE_PAGE (2u << 20)

typedef struct {
  const guint8 *memory;
  gsize parts;
  guint32 *sums; /* by part, so that reading is of use */
} Reading;

static void
read_part (gpointer data, gsize index, guint slot)
{
  Reading *reading = data;
  reading->sums[index] = clip_scan ()->read (reading->memory + index * PART, PART);
}

/* The best of some rounds: what disturbs a round only ever makes it slower. */
double
clip_cpu_measure_read (guint threads, gsize bytes)
{
  gsize parts = MAX (bytes / PART, 1);
  gpointer memory =
      aligned_alloc (HUGE_PAGE, (parts * PART + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE);
  g_autofree guint32 *sums = g_new0 (guint32, parts);
  g_autoptr (ClipPool) pool = clip_pool_new (threads);
  Reading reading = {memory, parts, sums};
  double best = 0;
  if (!memory)
    return 0;
  madvise (memory, parts * PART, MADV_HUGEPAGE); /* as good as memory gets */
  memset (memory, 1, parts * PART);
  for (guint i = 0; i < ROUNDS; i++) {
    gint64 start = g_get_monotonic_time ();
    clip_pool_run (pool, parts, read_part, &reading);
    gint64 end = g_get_monotonic_time ();
    best = MAX (best, (double)(parts * PART) * G_USEC_PER_SEC / (double)MAX (end - start, 1));
  }
  free (memory);
  return best;
}
