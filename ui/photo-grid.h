/* photo-grid.h: the grid of results: a scrollable that has one cell for each visible photo.
 *
 * GtkGridView has no headings between its rows and a GtkListView of rows keeps hundreds of them:
 * here the layout is arithmetic (grid-layout.h) and cells exist only for what is on the screen.
 * What moves with the photos (selection, keyboard position, place in the list) is kept by their
 * ids, so that it survives a change of the results.
 */
#pragma once

#include "result-model.h"
#include "thumbnail-cache.h"

G_BEGIN_DECLS

#define INK_PHOTO_GRID_SMALLEST 96
#define INK_PHOTO_GRID_LARGEST 512

#define INK_TYPE_PHOTO_GRID (ink_photo_grid_get_type ())
G_DECLARE_FINAL_TYPE (InkPhotoGrid, ink_photo_grid, INK, PHOTO_GRID, GtkWidget)

/* Signals:
 *   "photo-activated" (guint position)   opened by a double click or Return
 *   "selection-changed"                  also where other photos have gone
 * Actions: "grid.toggle-group", "grid.select-all", "grid.unselect-all"
 * Properties: "cell-size" (int, the side that the user chose), "menu-model" (GMenuModel, the
 * context menu; its actions find the photos with ink_photo_grid_get_selection()). */

void ink_photo_grid_set_model (InkPhotoGrid *grid, InkResultModel *model);
void ink_photo_grid_set_library (InkPhotoGrid *grid, InkLibrary *library);

/* Something else than a library to load thumbnails from. */
void ink_photo_grid_set_loader (InkPhotoGrid *grid, InkThumbnailLoader loader, GObject *source);

/* Back to the top with nothing selected, for another set of photos. */
void ink_photo_grid_reset (InkPhotoGrid *grid);

/* Scrolls to one photo and gives it the keyboard; selects it alone, unless it is selected already. */
void ink_photo_grid_show (InkPhotoGrid *grid, guint position);

/* Returns: (transfer full): positions of the selected photos, in order */
GtkBitset *ink_photo_grid_get_selection (InkPhotoGrid *grid);
guint ink_photo_grid_count_selected (InkPhotoGrid *grid);
void ink_photo_grid_select_all (InkPhotoGrid *grid);
void ink_photo_grid_unselect_all (InkPhotoGrid *grid);

/* So many steps larger (or smaller); back to the size that is the default. */
void ink_photo_grid_zoom (InkPhotoGrid *grid, int steps);
void ink_photo_grid_reset_zoom (InkPhotoGrid *grid);

G_END_DECLS
