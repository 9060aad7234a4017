/* hash.h: two short facts about how a picture looks. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The longest side of the reduction that is to be given to ink_hash_picture(). */
#define INK_HASHED_SIDE 256

/**
 * ink_hash_picture:
 * @rgb: @width × @height × 3 bytes, dense
 * @phash: (out): perceptual hash: bit 8y + x tells whether the DCT coefficient (x, y) of the
 *     picture's luminance, squeezed to 32 × 32, exceeds the median of the lowest 8 × 8. Small
 *     Hamming distances mean like pictures; a picture without structure has 0.
 * @colour: (out): mean colour, 0xRRGGBB
 */
gboolean ink_hash_picture (const guint8 *rgb, guint width, guint height, guint64 *phash,
                           guint32 *colour, GError **error);

G_END_DECLS
