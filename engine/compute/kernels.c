/* kernels.c: fills the table of kernels: portable C first, then whatever the processor has. */
#include "compute/cpu.h"
#include "compute/kernels.h"
#include "compute/scalar/scalar.h"

void
clip_kernels_init (ClipKernels *kernels, guint cpu_flags)
{
  clip_kernels_init_scalar (kernels);
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
