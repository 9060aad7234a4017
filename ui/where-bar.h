/* where-bar.h: the words of a search over a photo, each a button that shows where in the photo it
 * matches. */
#pragma once

#include "photo-item.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define INK_TYPE_WHERE_BAR (ink_where_bar_get_type ())
G_DECLARE_FINAL_TYPE (InkWhereBar, ink_where_bar, INK, WHERE_BAR, GtkWidget)

/* Signal "overlay-changed". */

/* @library: (nullable) */
void ink_where_bar_set_library (InkWhereBar *bar, InkLibrary *library);

/* @words: (element-type utf8): descriptions; of those of several words each word gets a button too.
 * Returns: whether there are any */
gboolean ink_where_bar_set_words (InkWhereBar *bar, GPtrArray *words);

/* Looks for them in @photo, unless it has already; %NULL to look in none. */
void ink_where_bar_set_photo (InkWhereBar *bar, InkPhotoItem *photo);

/* Returns: (transfer none) (nullable): for the words chosen, to be laid over the photo */
GdkTexture *ink_where_bar_get_overlay (InkWhereBar *bar);

/* The next button, after the last the first. */
void ink_where_bar_choose_next (InkWhereBar *bar);

G_END_DECLS
