/* picture-geometry.c: where a picture lies in a view. */
#include "picture-geometry.h"

#include <math.h>

#define LARGEST_SCALE 8.0

/* Around the part that is seen, so that moving about a little needs no other. */
#define LEAST_MARGIN 0.05
#define MOST_MARGIN 0.5

/* A picture that fits but for this share of a pixel is fitted. */
#define FITS 1.001

static double
seen_width (const InkPictureGeometry *self)
{
  return self->turns % 2 == 0 ? self->width : self->height;
}

static double
seen_height (const InkPictureGeometry *self)
{
  return self->turns % 2 == 0 ? self->height : self->width;
}

/* The whole picture is seen; a small one is not blown up. */
static double
fit_scale (const InkPictureGeometry *self)
{
  if (self->width <= 0 || self->height <= 0 || self->view_width <= 0 || self->view_height <= 0)
    return 1;
  return MIN (MIN (self->view_width / seen_width (self), self->view_height / seen_height (self)),
              self->pixel);
}

double
ink_picture_geometry_get_scale (const InkPictureGeometry *self)
{
  return self->fitted ? fit_scale (self) : self->scale;
}

/* Along one side: the picture does not leave the view, nor lie off its middle when smaller. */
static double
clamp_centre (double centre, double picture, double view, double scale)
{
  double half = view / scale / 2;

  if (picture <= 2 * half)
    return picture / 2;
  return CLAMP (centre, half, picture - half);
}

static void
settle (InkPictureGeometry *self)
{
  double scale = ink_picture_geometry_get_scale (self);

  self->centre_x = clamp_centre (self->centre_x, seen_width (self), self->view_width, scale);
  self->centre_y = clamp_centre (self->centre_y, seen_height (self), self->view_height, scale);
}

void
ink_picture_geometry_init (InkPictureGeometry *self, double width, double height)
{
  self->width = width;
  self->height = height;
  self->turns = 0;
  ink_picture_geometry_fit (self);
}

void
ink_picture_geometry_resize (InkPictureGeometry *self, double width, double height, double pixel)
{
  self->view_width = width;
  self->view_height = height;
  self->pixel = pixel;
  if (!self->fitted && self->scale <= fit_scale (self))
    self->fitted = TRUE;
  settle (self);
}

void
ink_picture_geometry_zoom (InkPictureGeometry *self, double scale, double x, double y)
{
  double fit = fit_scale (self), old = ink_picture_geometry_get_scale (self);
  double from_middle_x = x - self->view_width / 2, from_middle_y = y - self->view_height / 2;

  if (self->width <= 0)
    return;
  scale = MIN (scale, MAX (fit, LARGEST_SCALE * self->pixel));
  self->fitted = scale <= fit * FITS;
  self->scale = MAX (scale, fit);
  self->centre_x += from_middle_x / old - from_middle_x / self->scale;
  self->centre_y += from_middle_y / old - from_middle_y / self->scale;
  settle (self);
}

void
ink_picture_geometry_fit (InkPictureGeometry *self)
{
  self->fitted = TRUE;
  settle (self);
}

void
ink_picture_geometry_pan (InkPictureGeometry *self, double dx, double dy)
{
  double scale = ink_picture_geometry_get_scale (self);

  self->centre_x -= dx / scale;
  self->centre_y -= dy / scale;
  settle (self);
}

void
ink_picture_geometry_turn (InkPictureGeometry *self, int quarters)
{
  for (int i = ((quarters % 4) + 4) % 4; i > 0; i--) {
    double x = self->centre_x;
    self->centre_x = seen_height (self) - self->centre_y;
    self->centre_y = x;
    self->turns = (self->turns + 1) % 4;
  }
  if (!self->fitted && self->scale <= fit_scale (self))
    self->fitted = TRUE;
  settle (self);
}

graphene_rect_t
ink_picture_geometry_get_area (const InkPictureGeometry *self)
{
  double scale = ink_picture_geometry_get_scale (self);

  return GRAPHENE_RECT_INIT ((float)round (self->view_width / 2 - self->centre_x * scale),
                             (float)round (self->view_height / 2 - self->centre_y * scale),
                             (float)round (seen_width (self) * scale),
                             (float)round (seen_height (self) * scale));
}

/* The same part, where the picture is turned by a quarter more. */
static InkRegion
turn_region (InkRegion region)
{
  return (InkRegion){1 - region.y - region.height, region.x, region.height, region.width};
}

InkRegion
ink_picture_geometry_get_region (const InkPictureGeometry *self, const graphene_rect_t *rectangle)
{
  graphene_rect_t area = ink_picture_geometry_get_area (self), part;
  InkRegion region = {0};

  if (!graphene_rect_intersection (&area, rectangle, &part) || area.size.width <= 0 ||
      area.size.height <= 0)
    return region;
  region.x = (part.origin.x - area.origin.x) / area.size.width;
  region.y = (part.origin.y - area.origin.y) / area.size.height;
  region.width = part.size.width / area.size.width;
  region.height = part.size.height / area.size.height;
  for (guint i = self->turns; i % 4 != 0; i++)
    region = turn_region (region);
  return region;
}

graphene_rect_t
ink_picture_geometry_get_rectangle (const InkPictureGeometry *self, const InkRegion *region)
{
  graphene_rect_t area = ink_picture_geometry_get_area (self);
  InkRegion seen = *region;

  for (guint i = 0; i < self->turns; i++)
    seen = turn_region (seen);
  return GRAPHENE_RECT_INIT ((float)(area.origin.x + seen.x * area.size.width),
                             (float)(area.origin.y + seen.y * area.size.height),
                             (float)(seen.width * area.size.width),
                             (float)(seen.height * area.size.height));
}

InkRegion
ink_picture_geometry_get_visible (const InkPictureGeometry *self)
{
  return ink_picture_geometry_get_region (
      self, &GRAPHENE_RECT_INIT (0, 0, (float)self->view_width, (float)self->view_height));
}

/* Along one side, in fractions: what is seen with a @margin on both sides, a share of it. */
static void
widen (double *start, double *length, double margin)
{
  double end = MIN (*start + *length * (1 + margin), 1);

  *start = MAX (*start - *length * margin, 0);
  *length = end - *start;
}

InkViewRequest
ink_picture_geometry_choose (const InkPictureGeometry *self, double most_pixels, double most_side)
{
  double longer = MAX (self->width, self->height);
  double density = MIN (ink_picture_geometry_get_scale (self) / self->pixel, 1);
  double area = self->width * self->height;
  InkViewRequest request = {0};

  if (area <= most_pixels && longer <= most_side && density * 2 > 1) {
    request.size = (guint)longer;
    return request;
  }
  if (area * density * density <= most_pixels && longer * density <= most_side) {
    request.size = (guint)MAX (ceil (longer * density), 1);
    return request;
  }
  request.has_region = TRUE;
  request.region = ink_picture_geometry_get_visible (self);
  double seen = request.region.width * request.region.height * area * density * density;
  double margin = CLAMP ((sqrt (most_pixels / seen) - 1) / 2, LEAST_MARGIN, MOST_MARGIN);
  widen (&request.region.x, &request.region.width, margin);
  widen (&request.region.y, &request.region.height, margin);
  double part = MAX (request.region.width * self->width, request.region.height * self->height);
  request.size = (guint)CLAMP (ceil (part * density), 1, most_side);
  return request;
}
