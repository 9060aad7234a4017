/* thumbnails.h: the small pictures that the grid shows, as files in the cache folder.
 *
 * They are named after the contents of the photo, so that a photo that moves keeps its thumbnail
 * and a photo that changes gets another. They are a cache: whoever finds one missing has it made
 * again.
 */
#pragma once

#include <glib.h>

#include "decode/content-key.h"

G_BEGIN_DECLS

/* The longest side of a stored thumbnail, in pixels. */
#define INK_THUMBNAIL_SIDE 256

/* Keeps @thumbnail (a JPEG, as InkDecoded has it) for the photo with this content. */
gboolean
ink_thumbnails_store (const guint8 key[INK_CONTENT_KEY_SIZE], GBytes *thumbnail, GError **error);

/* Returns: (transfer full) (nullable): the thumbnail; %NULL where there is none or only a damaged
 * one, which is then to be made and stored again */
GBytes *ink_thumbnails_load (const guint8 key[INK_CONTENT_KEY_SIZE]);

/* Forgets a thumbnail; one that is not there is no error. */
gboolean ink_thumbnails_remove (const guint8 key[INK_CONTENT_KEY_SIZE], GError **error);

/* How many bytes are kept; about 15 kB a photo. */
#define INK_THUMBNAILS_MAX (G_GUINT64_CONSTANT (4) << 30)

/* Removes those that were not looked at for longest until @limit bytes are left. */
gboolean ink_thumbnails_trim (guint64 limit, GError **error);

/* Bytes that all thumbnails take together. Reads the folder: not for the main loop. */
guint64 ink_thumbnails_get_size (void);

G_END_DECLS
