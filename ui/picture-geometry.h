/* picture-geometry.h: where a picture lies in a view that it is fitted to, or zoomed and moved
 * about in, turned by quarters. Plain arithmetic, without widgets.
 *
 * Three kinds of coordinates: widget pixels of the view; pixels of the picture as it is turned; and
 * fractions of the picture as it is stored (upright), which regions are given in.
 */
#pragma once

#include "library/library.h"
#include <graphene.h>

G_BEGIN_DECLS

/* Read freely; change with the functions below. */
typedef struct {
  double width, height;           /* of the picture, unturned; 0 without one */
  double view_width, view_height; /* widget pixels */
  double pixel;                   /* widget pixels a device pixel */
  guint turns;                    /* quarters, clockwise, 0 to 3 */
  gboolean fitted;                /* follows the size of the view */
  double scale;                   /* widget pixels a pixel of the picture, where not fitted */
  double centre_x, centre_y;      /* what is in the middle of the view: turned picture */
} InkPictureGeometry;

/* A picture, fitted and unturned. */
void ink_picture_geometry_init (InkPictureGeometry *geometry, double width, double height);

/* The view has another size, or is on another screen. */
void ink_picture_geometry_resize (InkPictureGeometry *geometry, double width, double height,
                                  double pixel);

/* Widget pixels a pixel of the picture. */
double ink_picture_geometry_get_scale (const InkPictureGeometry *geometry);

/* Zooms about a point of the view, which stays where it is: between fitted and eight device pixels
 * for each of the picture's. */
void ink_picture_geometry_zoom (InkPictureGeometry *geometry, double scale, double x, double y);
void ink_picture_geometry_fit (InkPictureGeometry *geometry);

/* Moves the picture by so many widget pixels, as far as it goes. */
void ink_picture_geometry_pan (InkPictureGeometry *geometry, double dx, double dy);

/* @quarters: clockwise, negative for the other way. What is in the middle stays there. */
void ink_picture_geometry_turn (InkPictureGeometry *geometry, int quarters);

/* The turned picture in the view, in whole pixels. */
graphene_rect_t ink_picture_geometry_get_area (const InkPictureGeometry *geometry);

/* What a rectangle of the view shows of the picture; empty where it is beside it. */
InkRegion ink_picture_geometry_get_region (const InkPictureGeometry *geometry,
                                           const graphene_rect_t *rectangle);

/* Where a part of the picture lies in the view. */
graphene_rect_t
ink_picture_geometry_get_rectangle (const InkPictureGeometry *geometry, const InkRegion *region);

/* What the whole view shows of the picture. */
InkRegion ink_picture_geometry_get_visible (const InkPictureGeometry *geometry);

/**
 * ink_picture_geometry_choose:
 * @most_pixels: that a rendering may have
 * @most_side: likewise, along a side
 *
 * Chooses what to render so that the view is sharp: the whole picture while it is small enough,
 * then at its full size where that is, so that further zooming needs no other; else the part that
 * is seen with as much around it.
 */
InkViewRequest ink_picture_geometry_choose (const InkPictureGeometry *geometry, double most_pixels,
                                            double most_side);

G_END_DECLS
