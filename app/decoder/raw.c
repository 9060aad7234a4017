/* raw.c: LibRaw's view of a camera RAW file (raw.h). Only its structure is read; the sensor's
 * values stay as they are. */
#include "decoder/raw.h"

#ifdef INK_HAVE_RAW

#include <libraw/libraw.h>
#include <string.h>
#include <time.h>

#include "decoder/failure.h"

/* LibRaw takes some ordinary TIFF files for the camera's that they name. What has neither a colour
 * filter nor layers nor is a DNG is one of them. */
static gboolean
is_raw (const libraw_data_t *data)
{
  const libraw_iparams_t *facts = &data->idata;
  return facts->filters != 0 || facts->is_foveon || facts->dng_version != 0;
}

static gboolean
read_preview (InkRaw *raw, libraw_data_t *data, GError **error)
{
  int failed = libraw_unpack_thumb (data);

  if (failed == LIBRAW_NO_THUMBNAIL || failed == LIBRAW_UNSUPPORTED_THUMBNAIL ||
      (failed == LIBRAW_SUCCESS && data->thumbnail.tformat != LIBRAW_THUMBNAIL_JPEG)) {
    g_set_error_literal (error, INK_WIRE_ERROR, INK_WIRE_UNSUPPORTED,
                         "a RAW file without a JPEG preview");
    return FALSE;
  }
  if (failed != LIBRAW_SUCCESS) {
    g_set_error (error, INK_WIRE_ERROR, INK_WIRE_DAMAGED, "the preview: %s",
                 libraw_strerror (failed));
    return FALSE;
  }
  raw->preview = (const guint8 *)data->thumbnail.thumb;
  raw->preview_size = data->thumbnail.tlength;
  return TRUE;
}

static void
read_facts (InkRaw *raw, const libraw_data_t *data, const guint8 *bytes, gsize size)
{
  /* dcraw's codes: bit 0 mirrors sideways, bit 1 upside down, bit 2 swaps the sides first. */
  static const guint orientations[8] = {1, 2, 4, 3, 5, 8, 6, 7};
  time_t seconds = data->other.timestamp;
  struct tm clock;
  InkExif exif;

  raw->width = data->sizes.width;
  raw->height = data->sizes.height;
  raw->orientation = orientations[data->sizes.flip & 7];

  /* Most RAW files are TIFF files as far as dates go. In the others LibRaw reads the camera's
   * clock as if it were in this computer's time zone. */
  ink_exif_parse (bytes, size, &exif);
  memcpy (raw->taken, exif.taken, sizeof raw->taken);
  raw->camera = exif.camera;
  if (raw->taken[0] == '\0' && seconds > 0 && localtime_r (&seconds, &clock) != NULL)
    strftime (raw->taken, sizeof raw->taken, "%Y-%m-%dT%H:%M:%S", &clock);
}

gboolean
ink_raw_open (const guint8 *bytes, gsize size, InkRaw **raw, GError **error)
{
  g_autoptr (InkRaw) opened = g_new0 (InkRaw, 1);
  libraw_data_t *data = opened->library = libraw_init (0);

  *raw = NULL;
  if (data == NULL || libraw_open_buffer (data, (void *)bytes, size) != LIBRAW_SUCCESS ||
      !is_raw (data))
    return TRUE;
  if (!read_preview (opened, data, error))
    return FALSE;
  read_facts (opened, data, bytes, size);
  *raw = g_steal_pointer (&opened);
  return TRUE;
}

void
ink_raw_free (InkRaw *raw)
{
  if (raw->library != NULL)
    libraw_close (raw->library);
  g_free (raw);
}

#else

gboolean
ink_raw_open (const guint8 *bytes, gsize size, InkRaw **raw, GError **error)
{
  *raw = NULL;
  return TRUE;
}

void
ink_raw_free (InkRaw *raw)
{
  g_free (raw);
}

#endif
