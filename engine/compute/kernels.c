/* kernels.c: fills the table of kernels: portable C first, then whatever the processor has. */
#include "compute/avx2/avx2.h"
#include "compute/avx512/avx512.h"
#include "compute/cpu.h"
#include "compute/kernels.h"
#include "compute/neon/neon.h"
#include "compute/scalar/scalar.h"

void
clip_kernels_init (ClipKernels *kernels, guint cpu_flags)
{
  clip_kernels_init_scalar (kernels);
#ifdef __x86_64__
  if (cpu_flags & CLIP_CPU_AVX2)
    clip_kernels_init_avx2 (kernels);
  if (cpu_flags & CLIP_CPU_AVX512)
    clip_kernels_init_avx512 (kernels);
#endif
#ifdef __aarch64__
  if (cpu_flags & CLIP_CPU_NEON)
    clip_kernels_init_neon (kernels);
#endif
}

const ClipKernels *
clip_kernels (void)
{
  static ClipKernels table;
  static gsize ready;
  if (g_once_init_enter (&ready)) {
    clip_kernels_init (&table, clip_cpu_flags ());
    g_once_init_leave (&ready, 1);
  }
  return &table;
}
