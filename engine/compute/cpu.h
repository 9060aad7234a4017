/* cpu.h: which instruction sets may be used: what CPUID and XCR0 say, and the user's mask. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  CLIP_CPU_AVX2 = 1 << 0,    /* AVX2, FMA and F16C */
  CLIP_CPU_AVX512 = 1 << 1,  /* F, BW, CD, DQ, VL */
  CLIP_CPU_BF16 = 1 << 2,    /* AVX512_BF16 */
  CLIP_CPU_VNNI = 1 << 3,    /* AVX512_VNNI */
  CLIP_CPU_AVXVNNI = 1 << 4, /* AVX-VNNI: VEX-encoded dot products for processors without AVX-512 */
} ClipCpuFlags;

/* What the processor and the operating system offer. */
guint clip_cpu_detect (void);

/* clip_cpu_detect() lowered by INKLING_CPU_MASK; an unknown name in it is ignored with a warning. */
guint clip_cpu_flags (void);

G_END_DECLS
