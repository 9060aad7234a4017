/* picture-view.h: one picture that can be zoomed and moved about. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define INK_TYPE_PICTURE_VIEW (ink_picture_view_get_type ())
G_DECLARE_FINAL_TYPE (InkPictureView, ink_picture_view, INK, PICTURE_VIEW, GtkWidget)

/* Signal "detail-wanted": it shows more pixels of the picture than it was given; see
 * ink_picture_view_get_wanted_size(). */

/* Shows another picture, fitted to the view; nothing of it is seen before
 * ink_picture_view_add_texture(). @width, @height: of the whole picture, in its own pixels */
void ink_picture_view_set_picture (InkPictureView *view, guint width, guint height);

/* A rendering of the picture, of any size; the one that suits the zoom best is drawn. */
void ink_picture_view_add_texture (InkPictureView *view, GdkTexture *texture);

/* The longer side that a rendering must have to be sharp at present, in pixels. */
guint ink_picture_view_get_wanted_size (InkPictureView *view);

/* @factor: relative to what is shown now */
void ink_picture_view_zoom (InkPictureView *view, double factor);
void ink_picture_view_zoom_to_fit (InkPictureView *view);
void ink_picture_view_zoom_to_pixels (InkPictureView *view);

G_END_DECLS
