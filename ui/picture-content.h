/* picture-content.h: a photo as other programs can paste it: a PNG of what our own decoder made of
 * it, and its file. */
#pragma once

#include "photo-item.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * ink_picture_content_new:
 * @photos: (element-type InkPhotoItem): at least one
 *
 * Offers the files of all, and, of one alone, its pixels; these are decoded when another program
 * asks for them.
 * Returns: (transfer full)
 */
GdkContentProvider *ink_picture_content_new (InkLibrary *library, GPtrArray *photos);

G_END_DECLS
