/* filter.h: bicubic weights along one axis: which input samples make each output sample, and
 * how much of each. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Weights are integers, in units of 2^-CLIP_FILTER_BITS. */
#define CLIP_FILTER_BITS 22

/* The longest side that is resampled. With it the weights of one output sample, each rounded to
 * an integer, still sum to less than 2^31 / 255 in magnitude: an int32 holds every intermediate. */
#define CLIP_FILTER_MAX_LENGTH (1u << 20)

/* Output sample i is the sum of count input samples from first on, times weights[i * taps ...]. */
typedef struct {
  gsize first;
  gsize count;
} ClipFilterWindow;

typedef struct {
  gsize length; /* output samples */
  gsize taps;   /* weights kept for each of them, at least the largest count */
  ClipFilterWindow *windows;
  gint32 *weights;
} ClipFilter;

/**
 * clip_filter_new:
 * @in: samples of the input
 * @out: samples of the whole output
 * @offset: first output sample that is wanted
 * @length: how many are wanted; @offset + @length must not exceed @out
 *
 * Makes the weights of Pillow's antialiased bicubic filter (a = -1/2, after R. Keys, "Cubic
 * Convolution Interpolation for Digital Image Processing", 1981), rounded as Pillow rounds them
 * for 8-bit pictures. The first sample of the windows never decreases from one to the next.
 *
 * Returns: (transfer full): %NULL with %CLIP_ERROR_MEMORY where they do not fit in memory
 */
ClipFilter *clip_filter_new (gsize in, gsize out, gsize offset, gsize length, GError **error);
void clip_filter_free (ClipFilter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipFilter, clip_filter_free)

G_END_DECLS
