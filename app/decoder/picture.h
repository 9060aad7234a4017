/* picture.h: a decoded picture, upright, as plain sRGB in memory. */
#pragma once

#include "decoder/vips-compat.h"

#include "decode/protocol.h"
#include "decoder/exif.h"
#include "decoder/input.h"

G_BEGIN_DECLS

typedef struct {
  InkFormat format;
  guint width, height;        /* of the file's picture, after orientation */
  guint orientation;          /* 1 to 8 */
  char taken[INK_TAKEN_SIZE]; /* see InkExif */
  InkWireCamera camera;
  VipsImage *rgb; /* the pixels, upright, perhaps reduced or of a part; three bands of bytes */
} InkPicture;

/* Decodes @input once, reduced as far as what @request wants of it allows. */
InkPicture *
ink_picture_decode (const InkInput *input, const InkWireRequest *request, GError **error);
void ink_picture_free (InkPicture *picture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkPicture, ink_picture_free)

/* The picture's pixels: three bytes each, rows without gaps. */
const guint8 *ink_picture_get_pixels (const InkPicture *picture);

/* Returns: (transfer full): the picture reduced to at most @longest pixels a side; never enlarged
 */
VipsImage *ink_picture_reduce (const InkPicture *picture, guint longest, GError **error);

G_END_DECLS
