/* where-overlay.h: a veil over a picture that leaves open where a description matches. Any thread;
 * no widgets. */
#pragma once

#include "library/library.h"
#include <gdk/gdk.h>

G_BEGIN_DECLS

/**
 * ink_where_overlay_new:
 * @which: which of the descriptions of @places
 * @width: of the picture
 * @height: likewise
 *
 * Returns: (transfer full): to be stretched over the picture
 */
GdkTexture *
ink_where_overlay_new (const InkPlaces *places, guint which, double width, double height);

/* Whether the description matches anywhere. */
gboolean ink_where_overlay_matches (const InkPlaces *places, guint which);

G_END_DECLS
