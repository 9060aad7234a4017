/* picture.c: from a file's bytes to upright sRGB pixels in memory (picture.h). */
#include "decoder/picture.h"

#include "decoder/colour.h"
#include "decoder/failure.h"
#include "decoder/loader.h"

/* More pixels than any camera takes; above it a file is more likely a bomb than a photo. */
#define MAX_PIXELS ((guint64)500 * 1000 * 1000)

/* A picture is decoded reduced only while this many times the model's square is left on its short
 * side, so that the square hardly differs from one made of all pixels; and this many times the
 * thumbnail. */
#define SQUARE_MARGIN 3
#define THUMBNAIL_MARGIN 2

/* Every picture gets a hash and a mean colour from a reduction as large as a thumbnail. */
#define SMALLEST_THUMBNAIL 256

void
ink_picture_free (InkPicture *picture)
{
  g_clear_object (&picture->rgb);
  g_free (picture);
}

const guint8 *
ink_picture_get_pixels (const InkPicture *picture)
{
  return VIPS_IMAGE_ADDR (picture->rgb, 0, 0);
}

/* The largest whole number that both sides may be divided by. */
static guint
choose_reduction (const InkWireRequest *request, guint width, guint height)
{
  if ((request->flags & (INK_WIRE_FULL | INK_WIRE_REGION)) != 0)
    return 1;
  guint thumbnail = MAX (request->thumbnail, SMALLEST_THUMBNAIL);
  guint needed_long = MAX (request->pixels, THUMBNAIL_MARGIN * thumbnail);
  guint needed_short = MAX (SQUARE_MARGIN * request->square, 1);
  guint reduction = MIN (MAX (width, height) / needed_long, MIN (width, height) / needed_short);
  return MAX (reduction, 1);
}

/* JPEG can be decoded to a half, a quarter or an eighth. */
static guint
choose_shrink_on_load (InkFormat format, guint reduction)
{
  guint shrink = 1;
  while (format == INK_FORMAT_JPEG && shrink < 8 && 2 * shrink <= reduction)
    shrink *= 2;
  return shrink;
}

static gboolean
check_size (VipsImage *image, GError **error)
{
  guint64 pixels = (guint64)vips_image_get_width (image) * (guint64)vips_image_get_height (image);
  if (pixels > MAX_PIXELS) {
    g_set_error (error, INK_WIRE_ERROR, INK_WIRE_TOO_LARGE, "%d × %d pixels",
                 vips_image_get_width (image), vips_image_get_height (image));
    return FALSE;
  }
  return TRUE;
}

/* HEIF, AVIF and JPEG XL turn the picture themselves; an EXIF orientation in such a file tells
 * what was done already. */
static gboolean
turns_itself (InkFormat format)
{
  return format == INK_FORMAT_HEIF || format == INK_FORMAT_AVIF || format == INK_FORMAT_JXL;
}

static void
read_facts (InkPicture *picture, VipsImage *image, const guint8 *bytes, gsize size)
{
  const void *block = bytes;
  gsize block_size = size;
  InkExif exif = {0};

  /* A TIFF file has its dates where an EXIF block has them. */
  if (picture->format == INK_FORMAT_TIFF)
    ink_exif_parse (bytes, size, &exif);
  else if (vips_image_get_typeof (image, VIPS_META_EXIF_NAME) != 0 &&
           vips_image_get_blob (image, VIPS_META_EXIF_NAME, &block, &block_size) == 0)
    ink_exif_parse (block, block_size, &exif);

  memcpy (picture->taken, exif.taken, sizeof picture->taken);
  if (picture->orientation == 0)
    picture->orientation = turns_itself (picture->format) ? 1 : MAX (exif.orientation, 1);
  picture->width = (guint)vips_image_get_width (image);
  picture->height = (guint)vips_image_get_height (image);
  if (picture->orientation >= 5) {
    guint width = picture->width;
    picture->width = picture->height;
    picture->height = width;
  }
}

/* Runs the whole pipeline: this is where the file's pixels are decoded. */
static VipsImage *
render (VipsImage *image, guint reduction, guint orientation, GError **error)
{
  g_autoptr (VipsImage) srgb = ink_colour_to_srgb (image, error);
  if (srgb == NULL)
    return NULL;

  g_autoptr (VipsImage) reduced = NULL;
  g_autoptr (VipsImage) pixels = NULL;
  g_autoptr (VipsImage) marked = NULL;
  g_autoptr (VipsImage) turned = NULL;
  g_autoptr (VipsImage) upright = NULL;
  if (vips_shrink (srgb, &reduced, reduction, reduction, "ceil", TRUE, NULL) != 0 ||
      (pixels = vips_image_copy_memory (reduced)) == NULL) {
    ink_fail_from_vips (error, INK_WIRE_DAMAGED);
    return NULL;
  }
  if (orientation == 1)
    return g_steal_pointer (&pixels);

  if (vips_copy (pixels, &marked, NULL) == 0) {
    vips_image_set_int (marked, VIPS_META_ORIENTATION, (int)orientation);
    if (vips_autorot (marked, &turned, NULL) == 0)
      upright = vips_image_copy_memory (turned);
  }
  if (upright == NULL)
    ink_fail_from_vips (error, INK_WIRE_FAILED);
  return g_steal_pointer (&upright);
}

static gboolean
decode (InkPicture *picture, InkFormat format, const guint8 *bytes, gsize size,
        const InkWireRequest *request, GError **error)
{
  g_autoptr (VipsImage) image = ink_loader_open (format, bytes, size, 1, error);
  if (image == NULL || !check_size (image, error))
    return FALSE;
  read_facts (picture, image, bytes, size);

  guint reduction = choose_reduction (request, picture->width, picture->height);
  guint shrink = choose_shrink_on_load (format, reduction);
  if (shrink > 1) {
    g_object_unref (image);
    image = ink_loader_open (format, bytes, size, shrink, error);
    if (image == NULL)
      return FALSE;
  }
  picture->rgb = render (image, reduction / shrink, picture->orientation, error);
  return picture->rgb != NULL;
}

InkPicture *
ink_picture_decode (const InkInput *input, const InkWireRequest *request, GError **error)
{
  g_autoptr (InkPicture) picture = g_new0 (InkPicture, 1);

  picture->format = ink_format_sniff (input->bytes, input->size);
  if (picture->format == INK_FORMAT_UNKNOWN) {
    g_set_error_literal (error, INK_WIRE_ERROR, INK_WIRE_UNSUPPORTED, "not a picture");
    return NULL;
  }
  if (!decode (picture, picture->format, input->bytes, input->size, request, error))
    return NULL;
  return g_steal_pointer (&picture);
}

VipsImage *
ink_picture_reduce (const InkPicture *picture, guint longest, GError **error)
{
  g_autoptr (VipsImage) reduced = NULL;
  g_autoptr (VipsImage) pixels = NULL;

  if (vips_thumbnail_image (picture->rgb, &reduced, (int)longest, "height", (int)longest, "size",
                            VIPS_SIZE_DOWN, "no_rotate", TRUE, NULL) == 0)
    pixels = vips_image_copy_memory (reduced);
  if (pixels == NULL)
    ink_fail_from_vips (error, INK_WIRE_FAILED);
  return g_steal_pointer (&pixels);
}
