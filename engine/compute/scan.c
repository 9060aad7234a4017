/* scan.c: fills the table of scan kernels: portable C first, then whatever the processor has. */
#include <pthread.h>

#include "compute/avx2/avx2.h"
#include "compute/avx512/avx512.h"
#include "compute/avx512vnni/avx512vnni.h"
#include "compute/avxvnni/avxvnni.h"
#include "compute/cpu.h"
#include "compute/neon/neon.h"
#include "compute/scalar/scalar.h"
#include "compute/scan.h"

void
clip_scan_init (ClipScan *scan, guint cpu_flags)
{
  clip_scan_init_scalar (scan);
#ifdef __x86_64__
  if (cpu_flags & CLIP_CPU_AVX2)
    clip_scan_init_avx2 (scan);
  if (cpu_flags & CLIP_CPU_AVXVNNI)
    clip_scan_init_avxvnni (scan);
  if (cpu_flags & CLIP_CPU_AVX512)
    clip_scan_init_avx512 (scan);
  if (cpu_flags & CLIP_CPU_VNNI)
    clip_scan_init_avx512vnni (scan);
#endif
#ifdef __aarch64__
  if (cpu_flags & CLIP_CPU_NEON)
    clip_scan_init_neon (scan);
#endif
}

static ClipScan table;

static void
init_table (void)
{
  clip_scan_init (&table, clip_cpu_flags ());
}

const ClipScan *
clip_scan (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT; /* ThreadSanitizer sees it, not GLib's */
  pthread_once (&once, init_table);
  return &table;
}
