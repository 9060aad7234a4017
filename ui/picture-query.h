/* picture-query.h: a picture to search by, as the window holds it: a file or dropped bytes, with
 * what its chip shows. Immutable, but for the preview, which arrives later. */
#pragma once

#include "library/library.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define INK_TYPE_PICTURE_QUERY (ink_picture_query_get_type ())
G_DECLARE_FINAL_TYPE (InkPictureQuery, ink_picture_query, INK, PICTURE_QUERY, GObject)

/* @photo: its id where it is one of the library's own, which is then left out of the results;
 *     negative for any other file */
InkPictureQuery *ink_picture_query_new_for_file (GFile *file, gint64 photo);

/* Only a part of it, in fractions. */
InkPictureQuery *
ink_picture_query_new_for_region (GFile *file, gint64 photo, const InkRegion *region);
InkPictureQuery *ink_picture_query_new_for_bytes (GBytes *bytes, const char *label);

/* What to call it: a file's name, or "Dropped picture". */
const char *ink_picture_query_get_label (InkPictureQuery *picture);

/* Returns: (transfer none) (nullable): %NULL for one that came as bytes */
GFile *ink_picture_query_get_file (InkPictureQuery *picture);

void ink_picture_query_add_to (InkPictureQuery *picture, InkQuery *query);

/* Returns: (nullable): property "preview" */
GdkTexture *ink_picture_query_get_preview (InkPictureQuery *picture);

/* Loads the preview in a thread, of at most @size pixels; property "preview" changes. Nothing
 * happens where it can't be read: the search will say so. */
void ink_picture_query_load_preview (InkPictureQuery *picture, InkLibrary *library, guint size);

G_END_DECLS
