/* pictures.h: picture files made on the spot, and what a decode of them should give. */
#pragma once

#include "decode/decoder.h"
#include "support/folder.h"
#include "decoder/vips-compat.h"

G_BEGIN_DECLS

/* Starts libvips in the test itself; call after g_test_init(). */
void pictures_init (const char *program);

/* An sRGB picture with a different plain colour in each quarter: red, green in the upper half,
 * blue, white in the lower. */
VipsImage *picture_quarters (guint width, guint height);

/* A smooth picture with some structure; another one for each @seed. */
VipsImage *picture_waves (guint width, guint height, guint seed);

/* Pixels that no encoder can make small. */
VipsImage *picture_noise (guint width, guint height);

/* Writes @image as FOLDER/NAME in the format that @suffix has with libvips's saver options, such as
 * ".jpg[Q=95]". Returns: the path, or NULL where this libvips can't write the format */
char *
picture_save (VipsImage *image, const TestFolder *folder, const char *name, const char *suffix);

/* Whether this build reads the format called @type, as InkDecoded.type has it. */
gboolean picture_type_is_read (InkDecoder *decoder, const char *type);

/* Likewise for a suffix of picture_save(). */
gboolean picture_suffix_is_read (InkDecoder *decoder, const char *suffix);

/* Decodes @path, which must work. */
InkDecoded *picture_decode (InkDecoder *decoder, const char *path, const InkDecodeRequest *request);

/* Decodes @path, which must fail with this INK_ERROR code. */
void picture_expect_error (InkDecoder *decoder, const char *path, int code);

/* The pixel of a square, 0xRRGGBB. */
guint32 picture_pixel (GBytes *rgb, guint width, guint x, guint y);

/* Whether no channel differs by more than @tolerance. */
gboolean picture_colours_are_near (guint32 a, guint32 b, guint tolerance);

G_END_DECLS
