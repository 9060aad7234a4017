/* tiles.c: fills the table of tile kernels. */
#include "compute/avx2/avx2.h"
#include "compute/avx512/avx512.h"
#include "compute/cpu.h"
#include "compute/scalar/scalar.h"
#include "compute/tiles.h"

void
clip_tiles_init (ClipTiles *tiles, guint cpu_flags)
{
  clip_tiles_init_scalar (tiles);
#ifdef __x86_64__
  if (cpu_flags & CLIP_CPU_AVX2)
    clip_tiles_init_avx2 (tiles);
  if (cpu_flags & CLIP_CPU_AVX512)
    clip_tiles_init_avx512 (tiles);
#endif
}

const ClipTiles *
clip_tiles (void)
{
  static ClipTiles table;
  static gsize ready;
  if (g_once_init_enter (&ready)) {
    clip_tiles_init (&table, clip_cpu_flags ());
    g_once_init_leave (&ready, 1);
  }
  return &table;
}
