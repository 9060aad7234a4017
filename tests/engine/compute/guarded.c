/* guarded.c: arrays of floats that notice a write or a read beside them (guarded.h). */
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/compute/guarded.h"

#define CANARY 0x7fc0beefu /* not a number, so that what uses it shows */
#define CANARIES 32u

/* The mapping of an array of @n floats: its size without the page at the end. */
static gsize
mapped_size (gsize n)
{
  gsize page = (gsize)sysconf (_SC_PAGESIZE);
  return ((n + CANARIES) * sizeof (float) + page - 1) / page * page;
}

float *
guarded_new (gsize n)
{
  gsize size = mapped_size (n), page = (gsize)sysconf (_SC_PAGESIZE);
  guint8 *memory =
      mmap (NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  g_assert_true (memory != MAP_FAILED);
  g_assert_cmpint (mprotect (memory + size, page, PROT_NONE), ==, 0);
  float *floats = (float *)(memory + size) - n;
  guint32 *canaries = (guint32 *)floats - CANARIES;
  for (guint i = 0; i < CANARIES; i++)
    canaries[i] = CANARY;
  return floats;
}

void
guarded_free (float *floats, gsize n)
{
  gsize size = mapped_size (n), page = (gsize)sysconf (_SC_PAGESIZE);
  const guint32 *canaries = (const guint32 *)floats - CANARIES;
  for (guint i = 0; i < CANARIES; i++)
    g_assert_cmphex (canaries[i], ==, CANARY);
  munmap ((guint8 *)(floats + n) - size, size + page);
}

float *
guarded_copy (const float *floats, gsize n)
{
  float *copy = guarded_new (n);
  memcpy (copy, floats, n * sizeof (float));
  return copy;
}

float *
guarded_random (GRand *rand, gsize n, double scale)
{
  float *x = guarded_new (n);
  for (gsize i = 0; i < n; i++)
    x[i] = (float)(scale * g_rand_double_range (rand, -1, 1));
  return x;
}

void
guarded_compare (const char *what, const float *a, const float *b, gsize n, double absolute,
                 double relative)
{
  for (gsize i = 0; i < n; i++) {
    if (isnan (a[i]) && isnan (b[i]))
      continue;
    if (a[i] == b[i] || fabs ((double)a[i] - b[i]) <= absolute + relative * fabs (b[i]))
      continue;
    g_test_message ("%s: value %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " is %.9g, expected %.9g",
                    what, i, n, a[i], b[i]);
    g_test_fail ();
    return;
  }
}
