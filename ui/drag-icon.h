/* drag-icon.h: what hangs on the pointer while photos are dragged. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Side of the square that it fills, in pixels. */
#define INK_DRAG_ICON_SIZE 96

/* The picture of one photo, as @widget draws it; of several a pile with their number.
 * Returns: (transfer full) */
GdkPaintable *ink_drag_icon_new (GtkWidget *widget, guint photos);

G_END_DECLS
