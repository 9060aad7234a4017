/* rotation.c: the orthogonal matrix of rotation.h.
 *
 * A vector is seen as rows of LANES floats. Butterflies mix its first rows, as many as a power of
 * two allows, then its last ones, so that every row is in one of them. They leave the lanes apart;
 * before the second round what was in one lane is laid over all of them.
 *
 * Each step is a rounding of every number, and there are at most four times 2 + log2 (rows) of
 * them: with 2^-24 each that stays below CLIP_ROTATION_ERROR for 2^14 rows.
 */
#include "compute/rotation.h"

#include <math.h>
#include <string.h>

#define LANES 16
#define ROUNDS 2

/* GNU C's vectors: each compiles to what the target has. */
typedef float Lanes __attribute__ ((vector_size (LANES * sizeof (float)), aligned (4), may_alias));

struct _ClipRotation {
  gsize n;
  gsize rows;       /* that butterflies mix: a power of two */
  float *signs;     /* ±1/√rows, for each round those of the first rows, then of the last */
  guint32 *sources; /* of each number after the permutation */
};

ClipRotation *
clip_rotation_new (gsize n)
{
  ClipRotation *rotation = g_new0 (ClipRotation, 1);
  guint64 random = 1;
  rotation->n = n;
  rotation->rows = 1;
  while (2 * rotation->rows <= n / LANES)
    rotation->rows *= 2;
  if (rotation->rows == 1)
    return rotation;
  gsize n_signs = ROUNDS * 2 * rotation->rows * LANES, filled = 0;
  float unit = (float)(1 / sqrt ((double)rotation->rows));
  rotation->signs = g_new (float, n_signs);
  for (gsize i = 0; i < n_signs; i++) {
    random = random * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
    rotation->signs[i] = random >> 63 ? unit : -unit;
  }
  rotation->sources = g_new (guint32, n);
  for (gsize lane = 0; lane < LANES; lane++)
    for (gsize i = lane; i < n; i += LANES)
      rotation->sources[filled++] = (guint32)i;
  return rotation;
}

void
clip_rotation_free (ClipRotation *rotation)
{
  g_free (rotation->signs);
  g_free (rotation->sources);
  g_free (rotation);
}

/* Signs, then the butterflies of a Hadamard matrix, for each lane apart. */
static void
mix (Lanes *rows, gsize n, const Lanes *signs)
{
  for (gsize i = 0; i < n; i++)
    rows[i] *= signs[i];
  for (gsize half = 1; half < n; half *= 2)
    for (gsize start = 0; start < n; start += 2 * half)
      for (gsize i = start; i < start + half; i++) {
        Lanes a = rows[i], b = rows[i + half];
        rows[i] = a + b;
        rows[i + half] = a - b;
      }
}

void
clip_rotation_apply (const ClipRotation *rotation, float *vector, float *scratch)
{
  const gsize n = rotation->n, mixed = rotation->rows * LANES;
  const float *signs = rotation->signs;
  if (rotation->rows == 1)
    return;
  for (guint round = 0; round < ROUNDS; round++, signs += 2 * mixed) {
    if (round > 0) {
      memcpy (scratch, vector, n * sizeof *vector);
      for (gsize i = 0; i < n; i++)
        vector[i] = scratch[rotation->sources[i]];
    }
    mix ((Lanes *)(gpointer)vector, rotation->rows, (const Lanes *)(gconstpointer)signs);
    mix ((Lanes *)(gpointer)(vector + n - mixed), rotation->rows,
         (const Lanes *)(gconstpointer)(signs + mixed));
  }
}
