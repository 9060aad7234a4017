/* peak.c: clip_cpu_measure_peak(). */
#include "clip.h"
#include "compute/cpu.h"
#include "compute/peak.h"
#include "compute/pool.h"

#define ROUNDS 6
#define ROUND_SECONDS 0.015

/* NULL where the processor has nothing for that precision. Bytes without an instruction for their
 * products are multiplied as 16-bit numbers, as many at a time as floats. */
static ClipPeakLoop
choose_loop (ClipPrecision precision)
{
#ifdef __x86_64__
  guint flags = clip_cpu_flags ();
  switch (precision) {
  case CLIP_PRECISION_BF16:
    return flags & CLIP_CPU_BF16 ? clip_peak_bf16_avx512 : NULL;
  case CLIP_PRECISION_INT8:
    if (flags & CLIP_CPU_VNNI)
      return clip_peak_int8_avx512;
    if (flags & CLIP_CPU_AVXVNNI)
      return clip_peak_int8_avx2;
    G_GNUC_FALLTHROUGH;
  case CLIP_PRECISION_AUTO:
  case CLIP_PRECISION_F32:
    if (flags & CLIP_CPU_AVX512)
      return clip_peak_f32_avx512;
    return flags & CLIP_CPU_AVX2 ? clip_peak_f32_avx2 : clip_peak_f32_scalar;
  }
#endif
#ifdef __aarch64__
  if (precision != CLIP_PRECISION_BF16 && (clip_cpu_flags () & CLIP_CPU_NEON))
    return clip_peak_f32_neon;
#endif
  return precision == CLIP_PRECISION_BF16 ? NULL : clip_peak_f32_scalar;
}

typedef struct {
  ClipPeakLoop loop;
  gsize steps;
  double *operations; /* by task */
} Round;

static void
run_loop (gpointer data, gsize index, guint slot)
{
  Round *round = data;
  round->operations[index] = round->loop (round->steps);
}

/* Seconds that all threads took together; @operations: what they did. */
static double
run_round (ClipPool *pool, Round *round, double *operations)
{
  guint threads = clip_pool_get_threads (pool);
  gint64 start = g_get_monotonic_time ();
  clip_pool_run (pool, threads, run_loop, round);
  gint64 end = g_get_monotonic_time ();
  *operations = 0;
  for (guint i = 0; i < threads; i++)
    *operations += round->operations[i];
  return (double)MAX (end - start, 1) / G_USEC_PER_SEC;
}

/* The best of some rounds: what disturbs a round only ever makes it slower. */
double
clip_cpu_measure_peak (guint threads, ClipPrecision precision)
{
  Round round = {.loop = choose_loop (precision), .steps = 1000};
  if (!round.loop)
    return 0;
  g_autoptr (ClipPool) pool = clip_pool_new (threads);
  g_autofree double *operations = g_new0 (double, clip_pool_get_threads (pool));
  round.operations = operations;
  double done, seconds;
  while ((seconds = run_round (pool, &round, &done)) < ROUND_SECONDS)
    round.steps = (gsize)((double)round.steps * CLAMP (ROUND_SECONDS / seconds, 1.2, 20)) + 1;
  double best = 0;
  for (guint i = 0; i < ROUNDS; i++) {
    seconds = run_round (pool, &round, &done);
    best = MAX (best, done / seconds);
  }
  return best;
}
