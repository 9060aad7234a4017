/* viewer.h: one photo over the whole window, with what is known of it beside it. */
#pragma once

#include "result-model.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define INK_TYPE_VIEWER (ink_viewer_get_type ())
G_DECLARE_FINAL_TYPE (InkViewer, ink_viewer, INK, VIEWER, GtkWidget)

/* Signal "closed": back to the grid. */

/* @model: what the arrow keys go through */
void ink_viewer_set_model (InkViewer *viewer, InkResultModel *model);
void ink_viewer_set_library (InkViewer *viewer, InkLibrary *library);

void ink_viewer_show (InkViewer *viewer, guint position);

/* Returns: (transfer none) (nullable): what it shows; %NULL while it is closed */
InkPhotoItem *ink_viewer_get_photo (InkViewer *viewer);
guint ink_viewer_get_position (InkViewer *viewer);

/* Lets go of the picture. */
void ink_viewer_close (InkViewer *viewer);

G_END_DECLS
