/* preprocess.c: from an 8-bit picture to what an image tower sees (preprocess.h, clip.h). */
#include "image/preprocess.h"

#include "image/filter.h"
#include "image/resample.h"

static gboolean
check_side (guint64 pixels, GError **error)
{
  if (pixels >= 1 && pixels <= CLIP_FILTER_MAX_LENGTH)
    return TRUE;
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_ARGUMENT,
               "a picture's side must have 1 to %u pixels, not %" G_GUINT64_FORMAT,
               CLIP_FILTER_MAX_LENGTH, pixels);
  return FALSE;
}

gboolean
clip_picture_check (const ClipPicture *picture, GError **error)
{
  if (!check_side (picture->width, error) || !check_side (picture->height, error))
    return FALSE;
  if (picture->rgb != NULL && picture->stride >= (gsize)picture->width * 3)
    return TRUE;
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_ARGUMENT,
               "a picture of %u pixels a row needs pixels and a stride of at least %u bytes, "
               "not %" G_GSIZE_FORMAT,
               picture->width, picture->width * 3, picture->stride);
  return FALSE;
}

gboolean
clip_picture_resize (const ClipPicture *picture, guint width, guint height, guint8 *out,
                     GError **error)
{
  ClipRectangle all = {0, 0, width, height};

  return clip_picture_check (picture, error) && check_side (width, error) &&
         check_side (height, error) && clip_resample (picture, width, height, &all, out, error);
}

gboolean
clip_picture_square (const ClipPicture *picture, guint size, guint8 *square, GError **error)
{
  ClipTiling tiling;

  if (!clip_picture_check (picture, error) || !check_side (size, error))
    return FALSE;
  clip_tiling_init (&tiling, CLIP_VIEW_CENTRE, picture->width, picture->height, size);
  return clip_picture_tile (picture, &tiling, 0, square, error);
}

void
clip_picture_normalise (const ClipPicture *picture, const float mean[3], const float std[3],
                        float *pixels)
{
  gsize line = (gsize)picture->width * 3;
  float table[3][256];

  for (guint c = 0; c < 3; c++)
    for (guint v = 0; v < 256; v++)
      table[c][v] = ((float)v / 255.0f - mean[c]) / std[c];

  for (gsize y = 0; y < picture->height; y++, pixels += line) {
    const guint8 *rgb = picture->rgb + y * picture->stride;

    for (gsize i = 0; i < line; i += 3)
      for (guint c = 0; c < 3; c++)
        pixels[i + c] = table[c][rgb[i + c]];
  }
}
