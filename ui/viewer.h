/* viewer.h: one photo over the whole window, with what is known of it beside it and what is like it
 * below. */
#pragma once

#include "picture-query.h"
#include "result-model.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define INK_TYPE_VIEWER (ink_viewer_get_type ())
G_DECLARE_FINAL_TYPE (InkViewer, ink_viewer, INK, VIEWER, GtkWidget)

/* Signals:
 *   "closed"                                 back to the grid
 *   "picture-chosen" (InkPictureQuery *)     a part of the photo to search by
 *   "photo-changed"                          another one is shown, or none */

/* @results: what the arrow keys go through */
void ink_viewer_set_results (InkViewer *viewer, InkResultModel *results);
void ink_viewer_set_library (InkViewer *viewer, InkLibrary *library);

/* @folders: (element-type InkFolder): the library's */
void ink_viewer_set_folders (InkViewer *viewer, GPtrArray *folders);

/* @words: (element-type utf8): descriptions that are looked for; where in a photo they match can be
 * shown */
void ink_viewer_set_words (InkViewer *viewer, GPtrArray *words);

/* @position: in the results */
void ink_viewer_show (InkViewer *viewer, guint position);

/* Returns: (transfer none) (nullable): what it shows; %NULL while it is closed */
InkPhotoItem *ink_viewer_get_photo (InkViewer *viewer);

/* Where in the results it is, or was when it left them for similar photos. */
guint ink_viewer_get_position (InkViewer *viewer);

/* On to the next photo, or the one before the last, for one that is about to go; closes where it
 * is the only one. */
void ink_viewer_leave_photo (InkViewer *viewer);

/* Lets go of the picture. */
void ink_viewer_close (InkViewer *viewer);

G_END_DECLS
