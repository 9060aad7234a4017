/* selection-bar.h: what can be done with several selected photos, floating over the grid. */
#pragma once

#include "photo-grid.h"

G_BEGIN_DECLS

#define INK_TYPE_SELECTION_BAR (ink_selection_bar_get_type ())
G_DECLARE_FINAL_TYPE (InkSelectionBar, ink_selection_bar, INK, SELECTION_BAR, GtkWidget)

/* Property: "grid" (InkPhotoGrid, construct only): shown while several of its photos are selected.
 * Its buttons run the window's "photo." actions. */

G_END_DECLS
