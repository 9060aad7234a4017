/* picture-view.h: one picture that can be zoomed, moved about and turned. */
#pragma once

#include "picture-geometry.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define INK_TYPE_PICTURE_VIEW (ink_picture_view_get_type ())
G_DECLARE_FINAL_TYPE (InkPictureView, ink_picture_view, INK, PICTURE_VIEW, GtkWidget)

/* Signals:
 *   "detail-wanted"      it shows more pixels of the picture than it was given; see
 *                        ink_picture_view_get_wanted()
 *   "geometry-changed"   the picture lies elsewhere in the view, or in another size */

/* Shows another picture, fitted to the view; nothing of it is seen before ink_picture_view_add().
 * @width, @height: of the whole picture, in its own pixels; 0 where they are not known yet */
void ink_picture_view_set_picture (InkPictureView *view, guint width, guint height);

/* A rendering of the whole picture, or of @region of it. Of whole ones all are kept, of parts the
 * last; what suits the zoom best is drawn.
 * @region: (nullable) */
void ink_picture_view_add (InkPictureView *view, GdkTexture *texture, const InkRegion *region);

/* What must be rendered for the view to be sharp. Returns: %FALSE where it is */
gboolean ink_picture_view_get_wanted (InkPictureView *view, InkViewRequest *request);

/* Drawn over the picture, stretched to its size; %NULL for nothing. */
void ink_picture_view_set_overlay (InkPictureView *view, GdkTexture *overlay);

const InkPictureGeometry *ink_picture_view_get_geometry (InkPictureView *view);

/* @factor: relative to what is shown now */
void ink_picture_view_zoom (InkPictureView *view, double factor);
void ink_picture_view_zoom_to_fit (InkPictureView *view);
void ink_picture_view_zoom_to_pixels (InkPictureView *view);

/* @dx, @dy: in tenths of the view; positive to see more of the right and of what is below */
void ink_picture_view_pan (InkPictureView *view, int dx, int dy);

/* @quarters: clockwise. Only for looking at it: the file stays as it is. */
void ink_picture_view_turn (InkPictureView *view, int quarters);

G_END_DECLS
