/* answer.c: makes a picture's tiles, thumbnail, pixels and facts (answer.h). */
#include "decoder/answer.h"

#include <string.h>
#include <sys/mman.h>

#include "decoder/failure.h"
#include "decoder/hash.h"
#include "decoder/picture.h"
#include "image/preprocess.h"

/* The part of the picture that the tiles are made of. */
static ClipPicture
select_region (const InkPicture *picture, const InkWireRequest *request)
{
  guint width = (guint)vips_image_get_width (picture->rgb);
  guint height = (guint)vips_image_get_height (picture->rgb);
  gsize stride = (gsize)width * 3;
  ClipPicture whole = {ink_picture_get_pixels (picture), width, height, stride};

  if ((request->flags & INK_WIRE_REGION) == 0)
    return whole;
  guint x = MIN ((guint)(request->region[0] * width), width - 1);
  guint y = MIN ((guint)(request->region[1] * height), height - 1);
  guint w = CLAMP ((guint)(request->region[2] * width + 0.5), 1, width - x);
  guint h = CLAMP ((guint)(request->region[3] * height + 0.5), 1, height - y);
  return (ClipPicture){whole.rgb + y * stride + (gsize)x * 3, w, h, stride};
}

static gboolean
write_tiles (const InkPicture *picture, const InkWireRequest *request, guint8 *room,
             InkWireReply *reply, GError **error)
{
  g_autoptr (GError) cause = NULL;
  ClipPicture region = select_region (picture, request);
  ClipTiling tiling;

  clip_tiling_init (&tiling, (ClipView)request->view, region.width, region.height, request->square);
  reply->tiles = tiling.n;
  reply->tile_width = tiling.tile_width;
  reply->tile_height = tiling.tile_height;
  for (guint i = 0; i < tiling.n; i++, room += (gsize)3 * tiling.tile_width * tiling.tile_height)
    if (!clip_picture_tile (&region, &tiling, i, room, &cause)) {
      g_set_error_literal (error, INK_WIRE_ERROR, INK_WIRE_FAILED, cause->message);
      return FALSE;
    }
  return TRUE;
}

/* Encodes with less and less quality until it fits. */
static gboolean
write_thumbnail (VipsImage *image, guint8 *room, gsize room_size, InkWireReply *reply,
                 GError **error)
{
  static const int qualities[] = {80, 70, 60, 50, 40, 30, 20, 10, 5, 1};

  for (gsize i = 0; i < G_N_ELEMENTS (qualities); i++) {
    void *encoded = NULL;
    gsize size = 0;
    if (vips_jpegsave_buffer (image, &encoded, &size, "Q", qualities[i], "optimize_coding", TRUE,
                              "strip", TRUE, NULL) != 0) {
      ink_fail_from_vips (error, INK_WIRE_FAILED);
      return FALSE;
    }
    gboolean fits = size <= room_size;
    if (fits) {
      memcpy (room, encoded, size);
      reply->thumbnail_size = (guint32)size;
    }
    g_free (encoded);
    if (fits)
      return TRUE;
  }
  g_set_error_literal (error, INK_WIRE_ERROR, INK_WIRE_FAILED, "the thumbnail does not get small");
  return FALSE;
}

static gboolean
write_pixels (const InkPicture *picture, guint longest, guint8 *room, gsize room_size,
              InkWireReply *reply, GError **error)
{
  g_autoptr (VipsImage) image = ink_picture_reduce (picture, longest, error);
  if (image == NULL)
    return FALSE;
  g_assert (VIPS_IMAGE_SIZEOF_IMAGE (image) <= room_size);
  reply->pixels_width = (guint32)vips_image_get_width (image);
  reply->pixels_height = (guint32)vips_image_get_height (image);
  memcpy (room, VIPS_IMAGE_ADDR (image, 0, 0), VIPS_IMAGE_SIZEOF_IMAGE (image));
  return TRUE;
}

static gboolean
write_facts (const InkPicture *picture, VipsImage *small, InkWireReply *reply, GError **error)
{
  reply->format = picture->format;
  reply->width = picture->width;
  reply->height = picture->height;
  reply->orientation = picture->orientation;
  g_strlcpy (reply->taken, picture->taken, sizeof reply->taken);
  reply->camera = picture->camera;
  return ink_hash_picture (VIPS_IMAGE_ADDR (small, 0, 0), (guint)vips_image_get_width (small),
                           (guint)vips_image_get_height (small), &reply->phash, &reply->colour,
                           error);
}

/* Returns: (transfer full): the reduction that the thumbnail is encoded from, @small where it has
 * the right size already */
static VipsImage *
choose_thumbnail (const InkPicture *picture, VipsImage *small, guint longest, GError **error)
{
  return longest == INK_HASHED_SIDE ? g_object_ref (small)
                                    : ink_picture_reduce (picture, longest, error);
}

static gboolean
fill (const InkWireRequest *request, const InkWireLayout *layout, int file, guint8 *results,
      InkWireReply *reply, GError **error)
{
  g_autoptr (InkInput) input = ink_input_open (file, error);
  if (input == NULL)
    return FALSE;
  memcpy (reply->content_key, input->key, sizeof reply->content_key);

  g_autoptr (InkPicture) picture = ink_picture_decode (input, request, error);
  if (picture == NULL)
    return FALSE;
  g_autoptr (VipsImage) small = ink_picture_reduce (picture, INK_HASHED_SIDE, error);
  if (small == NULL || !write_facts (picture, small, reply, error))
    return FALSE;

  if (request->square != 0 &&
      !write_tiles (picture, request, results + layout->square, reply, error))
    return FALSE;
  if (request->pixels != 0 && !write_pixels (picture, request->pixels, results + layout->pixels,
                                             layout->pixels_size, reply, error))
    return FALSE;
  if (request->thumbnail == 0)
    return TRUE;
  g_autoptr (VipsImage) thumbnail = choose_thumbnail (picture, small, request->thumbnail, error);
  return thumbnail != NULL && write_thumbnail (thumbnail, results + layout->thumbnail,
                                               layout->thumbnail_size, reply, error);
}

void
ink_answer (const InkWireRequest *request, int file, int results, InkWireReply *reply)
{
  InkWireLayout layout;
  g_autoptr (GError) error = NULL;

  *reply = (InkWireReply){.magic = INK_WIRE_MAGIC, .job = request->job};
  if (!ink_wire_layout (request, &layout)) {
    reply->status = INK_WIRE_FAILED;
    return;
  }
  guint8 *mapping = mmap (NULL, layout.size, PROT_READ | PROT_WRITE, MAP_SHARED, results, 0);
  if (mapping == MAP_FAILED) {
    reply->status = INK_WIRE_TOO_LARGE;
    return;
  }
  if (!fill (request, &layout, file, mapping, reply, &error)) {
    reply->status = (guint32)error->code;
    g_strlcpy (reply->detail, error->message, sizeof reply->detail);
  }
  munmap (mapping, layout.size);
}
