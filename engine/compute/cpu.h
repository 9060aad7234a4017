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
  CLIP_CPU_NEON = 1 << 5,    /* Advanced SIMD of AArch64 */
} ClipCpuFlags;

/* The sets that have vectors of floats. */
#define CLIP_CPU_VECTORS (CLIP_CPU_AVX2 | CLIP_CPU_AVX512 | CLIP_CPU_NEON)

/* What the processor and the operating system offer. */
guint clip_cpu_detect (void);

/* The flags that a comma-separated list of instruction sets names. An unknown name is ignored
 * with a warning, and so is an extension without the set that it extends. */
guint clip_cpu_parse_mask (const char *mask);

/* clip_cpu_detect() lowered by INKLING_CPU_MASK; read once. */
guint clip_cpu_flags (void);

G_END_DECLS
