/* photo-item.h: one photo of the results, as the grid's cells and the viewer show it.
 *
 * Made on demand from a hit and thrown away with its last user: a result of a hundred thousand
 * photos has no hundred thousand objects.
 */
#pragma once

#include "library/library.h"

G_BEGIN_DECLS

#define INK_TYPE_PHOTO_ITEM (ink_photo_item_get_type ())
G_DECLARE_FINAL_TYPE (InkPhotoItem, ink_photo_item, INK, PHOTO_ITEM, GObject)

/* @strong: whether it is more than a weak match for what was looked for */
InkPhotoItem *ink_photo_item_new (const InkHit *hit, gboolean strong);

gint64 ink_photo_item_get_id (InkPhotoItem *photo);

/* A number that is another when the contents of the file are others. */
guint64 ink_photo_item_get_content (InkPhotoItem *photo);
const char *ink_photo_item_get_path (InkPhotoItem *photo);
GFile *ink_photo_item_get_file (InkPhotoItem *photo);

/* The file's name as valid UTF-8, whatever its bytes are. */
const char *ink_photo_item_get_name (InkPhotoItem *photo);

const char *ink_photo_item_get_taken (InkPhotoItem *photo);
void ink_photo_item_get_size (InkPhotoItem *photo, guint *width, guint *height);
guint32 ink_photo_item_get_colour (InkPhotoItem *photo);
gboolean ink_photo_item_is_strong (InkPhotoItem *photo);

G_END_DECLS
