/* resample.h: bicubic resampling of an 8-bit RGB picture. */
#pragma once

#include "clip.h"

G_BEGIN_DECLS

/* A part of a resampled picture, in pixels. */
typedef struct {
  gsize x, y;
  gsize width, height;
} ClipRectangle;

/**
 * clip_resample:
 * @picture: must be valid (clip_picture_check())
 * @width: of the whole resampled picture; as @height at least 1
 * @height: of the whole resampled picture
 * @part: what of it is wanted; must lie inside
 * @out: (out caller-allocates): part->width × part->height × 3 bytes
 *
 * Resamples @picture as Pillow 13 does: along the rows and then across them (for some tall
 * pictures the other way about), each pass rounded to 8 bits. Only what @part needs is computed,
 * and no more than the rows that the filter spans are held at a time, however large @picture is.
 *
 * Returns: %FALSE with %CLIP_ERROR_MEMORY where not even those fit in memory
 */
gboolean clip_resample (const ClipPicture *picture, gsize width, gsize height,
                        const ClipRectangle *part, guint8 *out, GError **error);

G_END_DECLS
