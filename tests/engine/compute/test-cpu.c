/* test-cpu.c: INKLING_CPU_MASK only ever lowers what the processor has. */
#include <string.h>

#include "clip.h"
#include "compute/cpu.h"

static void
test_names (void)
{
  g_assert_cmpuint (clip_cpu_parse_mask ("scalar"), ==, 0);
  g_assert_cmpuint (clip_cpu_parse_mask ("avx2"), ==, CLIP_CPU_AVX2);
  g_assert_cmpuint (clip_cpu_parse_mask (" avx2, avx512 ,bf16"), ==,
                    CLIP_CPU_AVX2 | CLIP_CPU_AVX512 | CLIP_CPU_BF16);
  g_assert_cmpuint (clip_cpu_parse_mask ("avx512,vnni"), ==, CLIP_CPU_AVX512 | CLIP_CPU_VNNI);
  g_assert_cmpuint (clip_cpu_parse_mask ("avx2,avxvnni"), ==, CLIP_CPU_AVX2 | CLIP_CPU_AVXVNNI);
  g_assert_cmpuint (clip_cpu_parse_mask ("neon"), ==, CLIP_CPU_NEON);
}

static void
test_extension_alone (void)
{
  g_assert_cmpuint (clip_cpu_parse_mask ("bf16,vnni,avxvnni"), ==, 0);
  g_assert_cmpuint (clip_cpu_parse_mask ("avx2,bf16"), ==, CLIP_CPU_AVX2);
}

static void
test_unknown_name (void)
{
  if (g_test_subprocess ()) {
    g_log_set_always_fatal (G_LOG_LEVEL_ERROR);
    g_assert_cmpuint (clip_cpu_parse_mask ("avx2,mmx,"), ==, CLIP_CPU_AVX2);
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*INKLING_CPU_MASK*mmx*no instruction set*");
}

/* flags are read once for each process, so each mask needs a process of its own. */
static void
test_mask (void)
{
  if (g_test_subprocess ()) {
    g_assert_cmpuint (clip_cpu_flags (), ==, 0);
    g_assert_cmpstr (clip_cpu_isa (), ==, "scalar");
    return;
  }
  g_setenv ("INKLING_CPU_MASK", "scalar", TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_unsetenv ("INKLING_CPU_MASK");
}

static void
test_no_mask (void)
{
  if (g_test_subprocess ()) {
    guint flags = clip_cpu_flags ();
    g_assert_cmpuint (flags, ==, clip_cpu_detect ());
    gboolean wide = strstr (clip_cpu_isa (), "avx512") != NULL;
    g_assert_cmpint (wide, ==, (flags & CLIP_CPU_AVX512) != 0);
    return;
  }
  g_unsetenv ("INKLING_CPU_MASK");
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

/* What we say about the processor is what Linux says about it. */
static void
test_kernel_agrees (void)
{
  static const struct {
    const char *word;
    guint flag;
  } known[] = {
      {" avx2 ", CLIP_CPU_AVX2},        {" avx512f ", CLIP_CPU_AVX512},
      {" avx512_bf16 ", CLIP_CPU_BF16}, {" avx512_vnni ", CLIP_CPU_VNNI},
      {" avx_vnni ", CLIP_CPU_AVXVNNI},
  };
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL) || !strstr (text, "\nflags")) {
    g_test_skip ("no x86 /proc/cpuinfo here");
    return;
  }
  char *flags = strstr (text, "\nflags") + 1;
  *strchr (flags, '\n') = ' ';
  flags[strcspn (flags, "\n")] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    g_assert_cmpint ((clip_cpu_detect () & known[i].flag) != 0, ==,
                     strstr (flags, known[i].word) != NULL);
}

static void
test_peak (void)
{
  guint flags = clip_cpu_flags ();
  gboolean bf16 = (flags & CLIP_CPU_BF16) != 0;
  gboolean int8 = (flags & (CLIP_CPU_VNNI | CLIP_CPU_AVXVNNI)) != 0;
  g_assert_cmpfloat (clip_cpu_measure_peak (1, CLIP_PRECISION_F32), >, 0);
  g_assert_cmpfloat (clip_cpu_measure_peak (2, CLIP_PRECISION_AUTO), >, 0);
  g_assert_cmpint (clip_cpu_measure_peak (1, CLIP_PRECISION_BF16) > 0, ==, bf16);
  g_assert_cmpint (clip_cpu_measure_peak (1, CLIP_PRECISION_INT8) > 0, ==, int8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cpu/names", test_names);
  g_test_add_func ("/cpu/extension-alone", test_extension_alone);
  g_test_add_func ("/cpu/unknown-name", test_unknown_name);
  g_test_add_func ("/cpu/mask", test_mask);
  g_test_add_func ("/cpu/no-mask", test_no_mask);
  g_test_add_func ("/cpu/kernel-agrees", test_kernel_agrees);
  g_test_add_func ("/cpu/peak", test_peak);
  return g_test_run ();
}
