/* alike.c: the rule for near-duplicates: bursts, copies of another size or quality, crops of 90 %
 * and more; not photos of the same scene minutes apart.
 *
 * Taking two different photos for one hides a photo, so several kinds of evidence must agree: the
 * arrangement of light and dark (perceptual hash), the mean colour, the embedding, and either the
 * moment or the shape. Measured with the starter model on variants of 202 pictures:
 *
 *                                bits of the hash   mean colour   cosine
 *                                median  95 % 100 %     most       median
 *   resized to a fifth, JPEG 25      0     5    10         3      0.98
 *   crop of 90 % of the area        12    20    34        16      0.98
 *   burst: shifted by 1 to 5 %       8    26    30        18      0.99
 *   10 % of the frame further on    24    29    35        20      0.97
 *   other framing, same scene       30    38    44        49      0.93
 *   two of 150 different photos     32            ≥ 18             ≤ 0.92
 *
 * Embeddings alone won't do: photos of a cello and of a violin have a cosine of 0.986, and differ
 * in 34 bits. Where the hash agrees well, a cosine that is low by itself is enough (small and badly
 * compressed copies have one); where it does not, the embedding must be nearly the same.
 */
#include "search/alike.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How far the mean colours of crops and bursts may differ, and the shapes of crops. */
#define ALIKE_COLOUR 20
#define CROPPED 0.88

/* Without a date in common, photos of exactly one size are copies or different photos. */
#define COPY_BITS 8
#define COPY_COLOUR 6

static gboolean
have_equal_content (const InkCatalogueEntry *a, const InkCatalogueEntry *b)
{
  static const guint8 none[INK_CONTENT_KEY_SIZE];

  return memcmp (a->content_key, b->content_key, INK_CONTENT_KEY_SIZE) == 0 &&
         memcmp (a->content_key, none, INK_CONTENT_KEY_SIZE) != 0;
}

/* IMG_1.CR2 beside IMG_1.JPG: one photo in two formats. */
static gboolean
are_raw_and_developed (const InkCatalogueEntry *a, const InkCatalogueEntry *b)
{
  const char *dot_a = strrchr (a->path, '.'), *dot_b = strrchr (b->path, '.');

  if (a->folder != b->folder || !dot_a || !dot_b ||
      (g_strcmp0 (a->type, "raw") == 0) == (g_strcmp0 (b->type, "raw") == 0))
    return FALSE;
  return dot_a - a->path == dot_b - b->path && memcmp (a->path, b->path, dot_a - a->path) == 0;
}

/* The greatest difference of a channel of the mean colours. */
static int
compare_colours (guint32 a, guint32 b)
{
  int most = 0;

  for (guint shift = 0; shift < 24; shift += 8)
    most = MAX (most, abs ((int)(a >> shift & 255) - (int)(b >> shift & 255)));
  return most;
}

/* Whether one has the shape of the other, or of a crop of it. */
static gboolean
may_be_cropped (const InkCatalogueEntry *a, const InkCatalogueEntry *b)
{
  double first = (double)a->width * b->height, second = (double)b->width * a->height;

  return MIN (first, second) >= CROPPED * MAX (first, second);
}

double
ink_alike_get_least_cosine (const InkCatalogueEntry *a, const InkCatalogueEntry *b)
{
  int bits = __builtin_popcountll (a->phash ^ b->phash);
  gboolean both_dated = a->taken && b->taken;
  gboolean equal_size = a->width == b->width && a->height == b->height;
  gboolean must_be_copy = !both_dated && equal_size;

  if (have_equal_content (a, b) || are_raw_and_developed (a, b))
    return -INFINITY;
  /* A picture without structure has the hash 0. */
  if (a->phash == 0 || b->phash == 0 || bits > (must_be_copy ? COPY_BITS : INK_ALIKE_BITS) ||
      compare_colours (a->colour, b->colour) > (must_be_copy ? COPY_COLOUR : ALIKE_COLOUR))
    return INFINITY;
  /* Two photos with a date are one burst, or two photos, however alike. */
  if (both_dated ? ABS (a->clock - b->clock) > INK_ALIKE_SECONDS : !may_be_cropped (a, b))
    return INFINITY;
  return 0.5 + 0.02 * bits;
}
