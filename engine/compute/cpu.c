/* cpu.c: reads CPUID and XCR0, and lowers what they say by INKLING_CPU_MASK. */
#include "clip.h"
#include "compute/cpu.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>

/* The register state that the operating system saves at a context switch. */
#define XCR0_AVX 0x06u    /* XMM and YMM */
#define XCR0_AVX512 0xe6u /* and opmask, upper halves of ZMM0–15, ZMM16–31 */

static guint64
read_xcr0 (void)
{
  guint32 low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return ((guint64)high << 32) | low;
}

static gboolean
has (guint32 reg, guint32 bits)
{
  return (reg & bits) == bits;
}

guint
clip_cpu_detect (void)
{
  guint32 a, b, c, d, leaf1_c, flags = 0;
  if (!__get_cpuid (1, &a, &b, &leaf1_c, &d) || !has (leaf1_c, bit_OSXSAVE))
    return 0;
  guint64 xcr0 = read_xcr0 ();
  if ((xcr0 & XCR0_AVX) != XCR0_AVX || !__get_cpuid_count (7, 0, &a, &b, &c, &d))
    return 0;

  guint32 sub_a = 0, sub_b, sub_c, sub_d;
  if (a >= 1)
    __get_cpuid_count (7, 1, &sub_a, &sub_b, &sub_c, &sub_d);

  if (has (leaf1_c, bit_AVX | bit_FMA | bit_F16C) && has (b, bit_AVX2)) {
    flags |= CLIP_CPU_AVX2;
    if (has (sub_a, 1u << 4))
      flags |= CLIP_CPU_AVXVNNI;
  }
  if ((xcr0 & XCR0_AVX512) == XCR0_AVX512 && (flags & CLIP_CPU_AVX2) &&
      has (b, bit_AVX512F | bit_AVX512BW | bit_AVX512CD | bit_AVX512DQ | bit_AVX512VL)) {
    flags |= CLIP_CPU_AVX512;
    if (has (sub_a, 1u << 5))
      flags |= CLIP_CPU_BF16;
    if (has (c, bit_AVX512VNNI))
      flags |= CLIP_CPU_VNNI;
  }
  return flags;
}
#elif defined(__aarch64__)
guint
clip_cpu_detect (void)
{
  return CLIP_CPU_NEON;
}
#else
guint
clip_cpu_detect (void)
{
  return 0;
}
#endif

static const struct {
  const char *name;
  guint flag;
} names[] = {
    {"scalar", 0},           {"avx2", CLIP_CPU_AVX2}, {"avx512", CLIP_CPU_AVX512},
    {"bf16", CLIP_CPU_BF16}, {"vnni", CLIP_CPU_VNNI}, {"avxvnni", CLIP_CPU_AVXVNNI},
    {"neon", CLIP_CPU_NEON},
};

guint
clip_cpu_parse_mask (const char *mask)
{
  guint flags = 0;
  g_auto (GStrv) words = g_strsplit (mask, ",", -1);
  for (guint i = 0; words[i]; i++) {
    const char *word = g_strstrip (words[i]);
    guint k = 0;
    while (k < G_N_ELEMENTS (names) && g_strcmp0 (word, names[k].name) != 0)
      k++;
    if (k < G_N_ELEMENTS (names))
      flags |= names[k].flag;
    else if (*word)
      g_warning ("INKLING_CPU_MASK: “%s” is no instruction set; known are scalar, avx2, avx512, "
                 "bf16, vnni, avxvnni, neon",
                 word);
  }
  /* An extension is of no use without the registers that it works on. */
  if (!(flags & CLIP_CPU_AVX512))
    flags &= ~(guint)(CLIP_CPU_BF16 | CLIP_CPU_VNNI);
  if (!(flags & CLIP_CPU_AVX2))
    flags &= ~(guint)CLIP_CPU_AVXVNNI;
  return flags;
}

guint
clip_cpu_flags (void)
{
  static gsize known; /* the flags, and a bit that says that they were found */
  if (g_once_init_enter (&known)) {
    const char *mask = g_getenv ("INKLING_CPU_MASK");
    guint flags = clip_cpu_detect ();
    if (mask && *mask)
      flags &= clip_cpu_parse_mask (mask);
    g_once_init_leave (&known, (gsize)flags | (1u << 31));
  }
  return (guint)known & ~(1u << 31);
}

const char *
clip_cpu_isa (void)
{
  guint flags = clip_cpu_flags ();
  g_autoptr (GString) isa = g_string_new (NULL);
  for (guint k = 1; k < G_N_ELEMENTS (names); k++) {
    gboolean surpassed = names[k].flag == CLIP_CPU_AVX2 && (flags & CLIP_CPU_AVX512);
    if ((flags & names[k].flag) && !surpassed)
      g_string_append_printf (isa, "%s%s", isa->len ? " " : "", names[k].name);
  }
  return g_intern_string (isa->len ? isa->str : "scalar");
}
