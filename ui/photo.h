/* photo.h: one photo of the results, as the grid's cells and the viewer show it.
 *
 * Made on demand from a hit and thrown away with its last user: a result of a hundred thousand
 * photos has no hundred thousand objects.
 */
#pragma once

#include "library/library.h"

G_BEGIN_DECLS

#define INK_TYPE_PHOTO (ink_photo_get_type ())
G_DECLARE_FINAL_TYPE (InkPhoto, ink_photo, INK, PHOTO, GObject)

/* @strong: whether it is more than a weak match for what was looked for */
InkPhoto *ink_photo_new (const InkHit *hit, gboolean strong);

gint64 ink_photo_get_id (InkPhoto *photo);
const char *ink_photo_get_path (InkPhoto *photo);
GFile *ink_photo_get_file (InkPhoto *photo);

/* The file's name as valid UTF-8, whatever its bytes are. */
const char *ink_photo_get_name (InkPhoto *photo);

const char *ink_photo_get_taken (InkPhoto *photo);
void ink_photo_get_size (InkPhoto *photo, guint *width, guint *height);
guint32 ink_photo_get_colour (InkPhoto *photo);
gboolean ink_photo_is_strong (InkPhoto *photo);

G_END_DECLS
