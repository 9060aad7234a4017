/* raw.h: camera RAW files, of which the preview is taken that the camera itself developed. */
#pragma once

#include <glib.h>

#include "decoder/exif.h"

G_BEGIN_DECLS

/**
 * InkRaw:
 * @preview: the largest preview, a JPEG file; lives as long as the struct
 * @width: of the photo itself, before it is turned
 * @height: likewise
 * @orientation: how the preview is to be turned where it does not say so itself, as in EXIF
 * @taken: as InkExif.taken
 * @camera: as InkExif.camera
 */
typedef struct {
  const guint8 *preview;
  gsize preview_size;
  guint width, height;
  guint orientation;
  char taken[INK_TAKEN_SIZE];
  InkWireCamera camera;
  gpointer library; /* LibRaw's own */
} InkRaw;

/**
 * ink_raw_open:
 * @bytes: a file; must outlive @raw
 * @raw: (out) (nullable): %NULL where it is no RAW file, or this build reads none
 *
 * Returns: %FALSE with an error for a RAW file without a preview that we could use
 */
gboolean ink_raw_open (const guint8 *bytes, gsize size, InkRaw **raw, GError **error);
void ink_raw_free (InkRaw *raw);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkRaw, ink_raw_free)

G_END_DECLS
