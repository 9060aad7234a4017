/* hidden-photos.h: photos that are not to be seen though the library has them, as those on their
 * way to the wastebasket. */
#pragma once

#include "library/library.h"

G_BEGIN_DECLS

/**
 * ink_hidden_photos_remove:
 * @photos: a set of gint64, as g_int64_hash() has them
 *
 * Takes the photos out of what a search found; of a group whose head goes, the next member becomes
 * the head.
 */
void ink_hidden_photos_remove (GHashTable *photos, InkResults *results);

G_END_DECLS
