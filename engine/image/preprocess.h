/* preprocess.h: from an 8-bit picture to what an image tower sees. clip_picture_square() and
 * clip_picture_tile() of clip.h are here too. */
#pragma once

#include "clip.h"

G_BEGIN_DECLS

/* Normalises a picture to floats (v / 255 − mean) / std, channels last (NHWC), dense. */
void clip_picture_normalise (const ClipPicture *picture, const float mean[3], const float std[3],
                             float *pixels);

/* FALSE with CLIP_ERROR_ARGUMENT where a picture's sizes are out of range. */
gboolean clip_picture_check (const ClipPicture *picture, GError **error);

/* Resamples @picture to @width × @height as Pillow's bicubic does (8-bit, antialiased).
 * @out has width × height × 3 bytes. */
gboolean clip_picture_resize (const ClipPicture *picture, guint width, guint height, guint8 *out,
                              GError **error);

G_END_DECLS
