/* wastebasket.h: photos on their way to the wastebasket.
 *
 * A photo is held back at first: it is only hidden, and can come back as if nothing had happened.
 * Its file goes to the wastebasket when it is let go, or with the end of the program.
 */
#pragma once

#include "photo-item.h"

G_BEGIN_DECLS

#define INK_TYPE_WASTEBASKET (ink_wastebasket_get_type ())
G_DECLARE_FINAL_TYPE (InkWastebasket, ink_wastebasket, INK, WASTEBASKET, GObject)

InkWastebasket *ink_wastebasket_new (void);

/* Signals:
 *   "hidden-changed"    other photos are hidden than before
 *   "emptied"           files have gone: the library should look for changes
 *   "failed" (char *)   a file can't go there: why, for people; the photo is seen again */

/* The ids of photos that are held back or gone. Returns: (transfer none): a set of gint64 */
GHashTable *ink_wastebasket_get_hidden (InkWastebasket *wastebasket);

/* @photos: (element-type InkPhotoItem). Returns: what to undo or let go of; not 0 */
guint ink_wastebasket_hold (InkWastebasket *wastebasket, GPtrArray *photos);

/* The photos are seen again. Nothing happens where they have gone. */
void ink_wastebasket_undo (InkWastebasket *wastebasket, guint batch);

/* Their files go, in a thread. Nothing happens where that was undone. The program does not end
 * before. */
void ink_wastebasket_let_go (InkWastebasket *wastebasket, guint batch);

/* All that is held back goes. */
void ink_wastebasket_let_all_go (InkWastebasket *wastebasket);

G_END_DECLS
