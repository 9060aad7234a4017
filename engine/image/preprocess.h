/* preprocess.h: from an 8-bit picture to what an image tower sees. clip_picture_square() of
 * clip.h is here too. */
#pragma once

#include "clip.h"

G_BEGIN_DECLS

/* Normalises size × size × 3 bytes to floats (v / 255 − mean) / std, channels last (NHWC). */
void clip_picture_normalise (const guint8 *square, guint size, const float mean[3],
                             const float std[3], float *pixels);

/* Resamples @picture to @width × @height as Pillow's bicubic does (8-bit, antialiased).
 * @out has width × height × 3 bytes. */
gboolean clip_picture_resize (const ClipPicture *picture, guint width, guint height, guint8 *out,
                              GError **error);

G_END_DECLS
