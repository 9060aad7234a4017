/* tiles.c: fills the tables of tile kernels: portable C first, then whatever the processor has. */
#include "compute/avx2/avx2.h"
#include "compute/avx512/avx512.h"
#include "compute/avx512bf16/avx512bf16.h"
#include "compute/avx512vnni/avx512vnni.h"
#include "compute/avxvnni/avxvnni.h"
#include "compute/cpu.h"
#include "compute/neon/neon.h"
#include "compute/scalar/scalar.h"
#include "compute/tiles.h"

void
clip_tiles_init (ClipTiles *tiles, ClipPrecision precision, guint cpu_flags)
{
  clip_tiles_init_scalar (tiles, precision);
#ifdef __x86_64__
  if (cpu_flags & CLIP_CPU_AVX2)
    clip_tiles_init_avx2 (tiles, precision);
  if (cpu_flags & CLIP_CPU_AVXVNNI)
    clip_tiles_init_avxvnni (tiles, precision);
  if (cpu_flags & CLIP_CPU_AVX512)
    clip_tiles_init_avx512 (tiles, precision);
  if (cpu_flags & CLIP_CPU_BF16)
    clip_tiles_init_avx512bf16 (tiles, precision);
  if (cpu_flags & CLIP_CPU_VNNI)
    clip_tiles_init_avx512vnni (tiles, precision);
#endif
#ifdef __aarch64__
  if (cpu_flags & CLIP_CPU_NEON)
    clip_tiles_init_neon (tiles, precision);
#endif
}

const ClipTiles *
clip_tiles (ClipPrecision precision)
{
  static ClipTiles tables[CLIP_PRECISION_INT8 + 1];
  static gsize ready;
  if (g_once_init_enter (&ready)) {
    for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
      clip_tiles_init (&tables[i], i, clip_cpu_flags ());
    g_once_init_leave (&ready, 1);
  }
  return &tables[precision];
}
