/* picture.c: from a file's bytes to upright sRGB pixels in memory (picture.h). */
#include "decoder/picture.h"

#include "decoder/colour.h"
#include "decoder/failure.h"
#include "decoder/hash.h"
#include "decoder/loader.h"
#include "decoder/raw.h"

/* More pixels than any camera takes; above it a file is more likely a bomb than a photo. */
#define MAX_PIXELS ((guint64)500 * 1000 * 1000)

/* A picture is decoded reduced only while this many times the model's square is left on its short
 * side, so that the square hardly differs from one made of all pixels; and this many times the
 * thumbnail. */
#define SQUARE_MARGIN 3
#define THUMBNAIL_MARGIN 2

/* Rows that are decoded at a time above a part of a picture. */
#define STRIP_ROWS 64

/* A file in memory, or a part of one, that a libvips loader reads. */
typedef struct {
  InkFormat format;
  const guint8 *bytes;
  gsize size;
} File;

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

/* The part of the stored picture that is to be decoded, in fractions. */
typedef struct {
  double x, y, width, height;
} Part;

static const Part everything = {0, 0, 1, 1};

/* Where a region of the upright picture lies in the stored one (EXIF 2.32, 4.6.4). */
static Part
find_part (const InkWireRequest *request, guint orientation)
{
  const double *r = request->region;
  double x = r[0], y = r[1], w = MIN (r[2], 1 - x), h = MIN (r[3], 1 - y);
  double right = 1 - x - w, below = 1 - y - h;

  if ((request->flags & INK_WIRE_CROP) == 0)
    return everything;
  switch (orientation) {
  case 2:
    return (Part){right, y, w, h};
  case 3:
    return (Part){right, below, w, h};
  case 4:
    return (Part){x, below, w, h};
  case 5:
    return (Part){y, x, h, w};
  case 6:
    return (Part){y, right, h, w};
  case 7:
    return (Part){below, right, h, w};
  case 8:
    return (Part){below, x, h, w};
  default:
    return (Part){x, y, w, h};
  }
}

/* The largest whole number that both sides may be divided by. */
static guint
choose_reduction (const InkWireRequest *request, guint width, guint height)
{
  if ((request->flags & (INK_WIRE_FULL | INK_WIRE_REGION)) != 0)
    return 1;
  guint thumbnail = MAX (request->thumbnail, INK_HASHED_SIDE);
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

/* @raw: (nullable): the RAW file that @image is the preview of */
static void
read_facts (InkPicture *picture, VipsImage *image, const File *file, const InkRaw *raw)
{
  const void *block = file->bytes;
  gsize block_size = file->size;
  InkExif exif = {0};

  /* A TIFF file has its dates where an EXIF block has them. */
  if (file->format == INK_FORMAT_TIFF)
    ink_exif_parse (file->bytes, file->size, &exif);
  else if (vips_image_get_typeof (image, VIPS_META_EXIF_NAME) != 0 &&
           vips_image_get_blob (image, VIPS_META_EXIF_NAME, &block, &block_size) == 0)
    ink_exif_parse (block, block_size, &exif);

  gboolean raw_knows_date = raw != NULL && raw->taken[0] != '\0';
  memcpy (picture->taken, raw_knows_date ? raw->taken : exif.taken, sizeof picture->taken);
  picture->camera = raw != NULL && exif.camera.model[0] == '\0' ? raw->camera : exif.camera;
  if (turns_itself (file->format))
    picture->orientation = 1;
  else if (exif.orientation != 0)
    picture->orientation = exif.orientation;
  else
    picture->orientation = raw != NULL ? raw->orientation : 1;

  guint width = raw != NULL ? raw->width : (guint)vips_image_get_width (image);
  guint height = raw != NULL ? raw->height : (guint)vips_image_get_height (image);
  picture->width = picture->orientation < 5 ? width : height;
  picture->height = picture->orientation < 5 ? height : width;
}

/* Passes over the rows above @top, a strip at a time: libvips would skip them all at once, which
 * for a very large picture takes more memory than the part itself. */
static gboolean
skip_rows (VipsImage *image, int top, GError **error)
{
  g_autoptr (VipsRegion) strip = vips_region_new (image);

  for (int y = 0; y < top; y += STRIP_ROWS) {
    VipsRect rows = {0, y, vips_image_get_width (image), MIN (STRIP_ROWS, top - y)};
    if (vips_region_prepare (strip, &rows) != 0) {
      ink_fail_from_vips (error, INK_WIRE_DAMAGED);
      return FALSE;
    }
  }
  return TRUE;
}

/* At least the pixel at its corner, and none beyond the edge. */
static VipsImage *
crop (VipsImage *image, const Part *part, GError **error)
{
  int width = vips_image_get_width (image), height = vips_image_get_height (image);
  int x = MIN ((int)(part->x * width), width - 1), y = MIN ((int)(part->y * height), height - 1);
  int w = CLAMP ((int)(part->width * width + 0.5), 1, width - x);
  int h = CLAMP ((int)(part->height * height + 0.5), 1, height - y);
  VipsImage *cropped = NULL;

  if (w == width && h == height)
    return g_object_ref (image);
  if (!skip_rows (image, y, error))
    return NULL;
  if (vips_extract_area (image, &cropped, x, y, w, h, NULL) != 0)
    ink_fail_from_vips (error, INK_WIRE_FAILED);
  return cropped;
}

/* Runs the whole pipeline: this is where the file's pixels are decoded. */
static VipsImage *
render (VipsImage *image, const Part *part, guint reduction, guint orientation, GError **error)
{
  g_autoptr (VipsImage) cropped = crop (image, part, error);
  g_autoptr (VipsImage) srgb = cropped != NULL ? ink_colour_to_srgb (cropped, error) : NULL;
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
decode (InkPicture *picture, const File *file, const InkRaw *raw, const InkWireRequest *request,
        GError **error)
{
  g_autoptr (VipsImage) image = ink_loader_open (file->format, file->bytes, file->size, 1, error);
  if (image == NULL || !check_size (image, error))
    return FALSE;
  read_facts (picture, image, file, raw);

  Part part = find_part (request, picture->orientation);
  guint reduction = choose_reduction (request, (guint)(part.width * vips_image_get_width (image)),
                                      (guint)(part.height * vips_image_get_height (image)));
  guint shrink = choose_shrink_on_load (file->format, reduction);
  if (shrink > 1) {
    g_object_unref (image);
    image = ink_loader_open (file->format, file->bytes, file->size, shrink, error);
    if (image == NULL)
      return FALSE;
  }
  picture->rgb = render (image, &part, reduction / shrink, picture->orientation, error);
  return picture->rgb != NULL;
}

InkPicture *
ink_picture_decode (const InkInput *input, const InkWireRequest *request, GError **error)
{
  g_autoptr (InkPicture) picture = g_new0 (InkPicture, 1);
  g_autoptr (InkRaw) raw = NULL;
  File file = {ink_format_sniff (input->bytes, input->size), input->bytes, input->size};

  /* What an earlier picture left there, though it was decoded. */
  vips_error_clear ();
  if (file.format == INK_FORMAT_UNKNOWN) {
    g_set_error_literal (error, INK_WIRE_ERROR, INK_WIRE_UNSUPPORTED, "not a picture");
    return NULL;
  }
  if ((file.format == INK_FORMAT_RAW || file.format == INK_FORMAT_TIFF) &&
      !ink_raw_open (file.bytes, file.size, &raw, error))
    return NULL;
  if (raw != NULL)
    file = (File){INK_FORMAT_JPEG, raw->preview, raw->preview_size};
  picture->format = raw != NULL ? INK_FORMAT_RAW : file.format;
  return decode (picture, &file, raw, request, error) ? g_steal_pointer (&picture) : NULL;
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
