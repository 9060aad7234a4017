/* library-pictures.c: pictures for showing, and the reference embedding of a picture. */
#include "library/library-private.h"

#include "base/path.h"
#include "decode/thumbnails.h"
#include "store/photos.h"

void
ink_pixels_free (InkPixels *pixels)
{
  if (!pixels)
    return;
  g_bytes_unref (pixels->rgb);
  g_free (pixels);
}

static InkPixels *
take_pixels (InkDecoded *decoded)
{
  InkPixels *pixels;

  if (!decoded)
    return NULL;
  pixels = g_new0 (InkPixels, 1);
  pixels->width = decoded->pixels_width;
  pixels->height = decoded->pixels_height;
  pixels->rgb = g_steal_pointer (&decoded->pixels);
  return pixels;
}

InkPixels *
ink_library_load_bytes (InkLibrary *library, GBytes *bytes, guint size, GCancellable *cancellable,
                        GError **error)
{
  InkDecodeRequest request = {.pixels = size};
  g_autoptr (InkDecoded) decoded =
      ink_decoder_decode_bytes (library->decoder, bytes, &request, cancellable, error);

  return take_pixels (decoded);
}

InkPixels *
ink_library_load_picture (InkLibrary *library, GFile *file, guint size, GCancellable *cancellable,
                          GError **error)
{
  InkDecodeRequest request = {.pixels = size};
  g_autofree char *path = ink_path_from_file (file, error);
  g_autoptr (InkDecoded) decoded = NULL;

  if (!path)
    return NULL;
  decoded = ink_decoder_decode_file (library->decoder, path, &request, cancellable, error);
  return take_pixels (decoded);
}

void
ink_view_free (InkView *view)
{
  ink_pixels_free (view->pixels);
  g_free (view->type);
  g_free (view->taken);
  ink_camera_clear (&view->camera);
  g_free (view);
}

InkView *
ink_library_view_picture (InkLibrary *library, GFile *file, const InkViewRequest *wanted,
                          GCancellable *cancellable, GError **error)
{
  InkDecodeRequest request = {
      .pixels = wanted->size,
      .crop = wanted->has_region,
      .has_region = wanted->has_region,
      .region = {wanted->region.x, wanted->region.y, wanted->region.width, wanted->region.height},
      .urgent = TRUE,
  };
  g_autofree char *path = ink_path_from_file (file, error);
  g_autoptr (InkDecoded) decoded = NULL;

  if (path)
    decoded = ink_decoder_decode_file (library->decoder, path, &request, cancellable, error);
  if (!decoded)
    return NULL;

  InkView *view = g_new0 (InkView, 1);
  view->width = decoded->width;
  view->height = decoded->height;
  view->type = g_steal_pointer (&decoded->type);
  view->taken = g_steal_pointer (&decoded->taken);
  view->camera = decoded->camera;
  decoded->camera = (InkCamera){0};
  view->pixels = take_pixels (decoded);
  return view;
}

/* Makes a photo's thumbnail anew, with the pixels in the same decode, and keeps it. */
static InkPixels *
make_thumbnail (InkLibrary *library, const InkPhoto *photo, guint size, GCancellable *cancellable,
                GError **error)
{
  InkDecodeRequest request = {.pixels = size, .thumbnail = INK_THUMBNAIL_SIDE};
  g_autofree char *path = ink_photo_get_path (photo);
  g_autoptr (GError) keep_error = NULL;
  g_autoptr (InkDecoded) decoded =
      ink_decoder_decode_file (library->decoder, path, &request, cancellable, error);

  /* By its own key: the file may have changed since it was indexed. */
  if (decoded && decoded->thumbnail &&
      !ink_thumbnails_store (decoded->content_key, decoded->thumbnail, &keep_error))
    g_debug ("A thumbnail is not kept: %s", keep_error->message);
  return take_pixels (decoded);
}

char *
ink_library_get_photo_path (InkLibrary *library, gint64 id, GError **error)
{
  g_autoptr (InkStore) reader = ink_library_ref_reader (library, error);
  g_autoptr (InkPhoto) photo = reader ? ink_store_get_photo (reader, id, error) : NULL;

  return photo ? ink_photo_get_path (photo) : NULL;
}

InkPixels *
ink_library_load_thumbnail (InkLibrary *library, gint64 id, guint size, GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (InkStore) reader = ink_library_ref_reader (library, error);
  g_autoptr (InkPhoto) photo = reader ? ink_store_get_photo (reader, id, error) : NULL;
  g_autoptr (GBytes) stored = NULL;
  InkPixels *pixels = NULL;

  if (!photo)
    return NULL;
  if (photo->content_key)
    stored = ink_thumbnails_load (photo->content_key);
  if (stored && size <= INK_THUMBNAIL_SIDE)
    return ink_library_load_bytes (library, stored, size, cancellable, error);

  /* A larger one comes from the photo, while its drive is there. */
  pixels = make_thumbnail (library, photo, size, cancellable, stored ? NULL : error);
  if (!pixels && stored)
    pixels = ink_library_load_bytes (library, stored, size, cancellable, error);
  return pixels;
}

gboolean
ink_library_embed_file (InkLibrary *library, GFile *file, float *embedding,
                        GCancellable *cancellable, GError **error)
{
  InkEncoder encoder = {.decoder = library->decoder};
  InkQueryPicture picture = {.file = file};

  encoder.model = ink_library_get_model (library, error);
  return encoder.model &&
         ink_encoder_encode_picture (&encoder, &picture, embedding, cancellable, error);
}
