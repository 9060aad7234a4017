/* dng.h: camera RAW files made on the spot. */
#pragma once

#include "app/decode/pictures.h"

G_BEGIN_DECLS

/**
 * dng_make:
 * @image: the preview, 60 × 40
 * @with_preview: whether there is one
 *
 * A DNG as cameras write it: in the first directory a JPEG preview and what belongs to the whole
 * file, in a sub-directory the sensor's values. The photo is 120 × 80, to be turned by a quarter;
 * it was taken at 10:20:30 on 1 May 2024.
 */
GBytes *dng_make (VipsImage *image, gboolean with_preview);

G_END_DECLS
