/* picture-view.c: one picture that can be zoomed, moved about and turned.
 *
 * Where it lies is arithmetic (picture-geometry.h). What is drawn are renderings, from the
 * thumbnail to the full size, and of a picture that is too large for that, of the part that is
 * looked at.
 */
#include "config.h"

#include "picture-view.h"

#include <math.h>

#define WHEEL_FACTOR 1.15
#define DETAIL_DELAY_MS 150

/* A rendering this much smaller than what is shown still looks sharp. */
#define SHARP 1.1

/* What is held of a picture at its full size or of a part: 48 MB, and as graphics cards take it. */
#define MOST_PIXELS (16.0 * 1024 * 1024)
#define MOST_SIDE 8192

typedef struct {
  GdkTexture *texture;
  cairo_surface_t *surface; /* the same, for the cairo renderer; made at its first use */
} Rendering;

struct _InkPictureView {
  GtkWidget parent_instance;

  InkPictureGeometry geometry;
  GArray *whole; /* Rendering, the smallest first */
  Rendering part;
  InkRegion part_region;
  Rendering overlay;

  double pointer_x, pointer_y;
  double drag_x, drag_y; /* how far a drag has come */
  double pinch_scale;    /* the scale when a pinch began */
  guint detail;          /* source id */
};

G_DEFINE_FINAL_TYPE (InkPictureView, ink_picture_view, GTK_TYPE_WIDGET)

enum { DETAIL_WANTED, GEOMETRY_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- Renderings ---------------------------------------------------------------------------- */

static void
rendering_clear (gpointer data)
{
  Rendering *rendering = data;

  g_clear_object (&rendering->texture);
  g_clear_pointer (&rendering->surface, cairo_surface_destroy);
}

static double
longer_side (const Rendering *rendering)
{
  return MAX (gdk_texture_get_width (rendering->texture),
              gdk_texture_get_height (rendering->texture));
}

/* Device pixels that the longer side of the picture, or of a part of it, takes at present. */
static double
shown_side (InkPictureView *self, double width, double height)
{
  double scale = ink_picture_geometry_get_scale (&self->geometry) / self->geometry.pixel;

  return MAX (width, height) * MIN (scale, 1);
}

static gboolean
whole_is_sharp (InkPictureView *self, const Rendering *rendering)
{
  return longer_side (rendering) * SHARP >=
         shown_side (self, self->geometry.width, self->geometry.height);
}

static gboolean
contains (const InkRegion *outer, const InkRegion *inner)
{
  const double rounding = 1e-6;

  return inner->x >= outer->x - rounding && inner->y >= outer->y - rounding &&
         inner->x + inner->width <= outer->x + outer->width + rounding &&
         inner->y + inner->height <= outer->y + outer->height + rounding;
}

static gboolean
part_is_sharp (InkPictureView *self)
{
  InkRegion visible = ink_picture_geometry_get_visible (&self->geometry);

  return self->part.texture && contains (&self->part_region, &visible) &&
         longer_side (&self->part) * SHARP >=
             shown_side (self, self->part_region.width * self->geometry.width,
                         self->part_region.height * self->geometry.height);
}

static const Rendering *
largest (InkPictureView *self)
{
  return self->whole->len > 0 ? &g_array_index (self->whole, Rendering, self->whole->len - 1)
                              : NULL;
}

gboolean
ink_picture_view_get_wanted (InkPictureView *self, InkViewRequest *request)
{
  const Rendering *best = largest (self);

  if (self->geometry.width <= 0 || self->geometry.view_width <= 0 ||
      (best && whole_is_sharp (self, best)) || part_is_sharp (self))
    return FALSE;
  *request = ink_picture_geometry_choose (&self->geometry, MOST_PIXELS, MOST_SIDE);
  return TRUE;
}

static gboolean
detail_cb (gpointer data)
{
  InkPictureView *self = data;

  self->detail = 0;
  g_signal_emit (self, signals[DETAIL_WANTED], 0);
  return G_SOURCE_REMOVE;
}

/* Asks for more pixels once zooming and moving rest, where those that there are don't do. */
static void
want_detail (InkPictureView *self)
{
  InkViewRequest request;

  g_clear_handle_id (&self->detail, g_source_remove);
  if (ink_picture_view_get_wanted (self, &request))
    self->detail = g_timeout_add (DETAIL_DELAY_MS, detail_cb, self);
}

static void
moved (InkPictureView *self)
{
  want_detail (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[GEOMETRY_CHANGED], 0);
}

/* ---- Events -------------------------------------------------------------------------------- */

static void
zoom_at (InkPictureView *self, double scale, double x, double y)
{
  ink_picture_geometry_zoom (&self->geometry, scale, x, y);
  moved (self);
}

static double
current_scale (InkPictureView *self)
{
  return ink_picture_geometry_get_scale (&self->geometry);
}

/* A wheel zooms about the pointer; two fingers on a touchpad move the picture, or zoom with
 * Control. */
static gboolean
scroll_cb (InkPictureView *self, double dx, double dy, GtkEventControllerScroll *controller)
{
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if (gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_SURFACE &&
      !(state & GDK_CONTROL_MASK)) {
    ink_picture_geometry_pan (&self->geometry, -dx, -dy);
    moved (self);
  } else {
    zoom_at (self, current_scale (self) * pow (WHEEL_FACTOR, -dy), self->pointer_x,
             self->pointer_y);
  }
  return GDK_EVENT_STOP;
}

static void
motion_cb (InkPictureView *self, double x, double y)
{
  self->pointer_x = x;
  self->pointer_y = y;
}

/* A double click goes from the whole picture to its pixels and back. */
static void
pressed_cb (InkPictureView *self, int n_press, double x, double y)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (n_press != 2)
    return;
  if (self->geometry.fitted)
    zoom_at (self, MAX (self->geometry.pixel, 2 * current_scale (self)), x, y);
  else
    ink_picture_view_zoom_to_fit (self);
}

static void
drag_begin_cb (InkPictureView *self)
{
  self->drag_x = self->drag_y = 0;
}

static void
drag_update_cb (InkPictureView *self, double dx, double dy)
{
  ink_picture_geometry_pan (&self->geometry, dx - self->drag_x, dy - self->drag_y);
  self->drag_x = dx;
  self->drag_y = dy;
  moved (self);
}

static void
pinch_begin_cb (InkPictureView *self)
{
  self->pinch_scale = current_scale (self);
}

/* About the middle of the fingers; of the view where it is not told where they are. */
static void
pinch_changed_cb (InkPictureView *self, double factor, GtkGesture *gesture)
{
  double x = self->geometry.view_width / 2, y = self->geometry.view_height / 2;

  gtk_gesture_get_bounding_box_center (gesture, &x, &y);
  zoom_at (self, self->pinch_scale * factor, x, y);
}

/* ---- Drawing ------------------------------------------------------------------------------- */

/* The cairo renderer would turn a texture into a surface of its own at each frame. */
static void
append_rendering (GtkSnapshot *snapshot, Rendering *rendering, const graphene_rect_t *area,
                  gboolean cairo)
{
  int width = gdk_texture_get_width (rendering->texture);
  int height = gdk_texture_get_height (rendering->texture);

  if (!cairo) {
    gtk_snapshot_append_texture (snapshot, rendering->texture, area);
    return;
  }
  if (!rendering->surface) {
    rendering->surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
    gdk_texture_download (rendering->texture, cairo_image_surface_get_data (rendering->surface),
                          (gsize)cairo_image_surface_get_stride (rendering->surface));
    cairo_surface_mark_dirty (rendering->surface);
  }
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, area);
  cairo_translate (cr, area->origin.x, area->origin.y);
  cairo_scale (cr, area->size.width / (double)width, area->size.height / (double)height);
  cairo_set_source_surface (cr, rendering->surface, 0, 0);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_fill (cr);
  cairo_destroy (cr);
}

/* The smallest rendering of the whole that is sharp, else the largest there is. */
static Rendering *
best_whole (InkPictureView *self)
{
  for (guint i = 0; i < self->whole->len; i++) {
    Rendering *rendering = &g_array_index (self->whole, Rendering, i);
    if (i + 1 == self->whole->len || whole_is_sharp (self, rendering))
      return rendering;
  }
  return NULL;
}

static void
ink_picture_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  InkPictureView *self = INK_PICTURE_VIEW (widget);
  graphene_rect_t seen = ink_picture_geometry_get_area (&self->geometry);
  GskRenderer *renderer = gtk_native_get_renderer (gtk_widget_get_native (widget));
  gboolean cairo = GSK_IS_CAIRO_RENDERER (renderer);
  Rendering *whole = best_whole (self);
  gboolean sideways = self->geometry.turns % 2 == 1;

  if (!whole)
    return;
  /* About the middle of the picture, which turning leaves where it is. */
  float width = sideways ? seen.size.height : seen.size.width;
  float height = sideways ? seen.size.width : seen.size.height;
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (seen.origin.x + seen.size.width / 2,
                                                          seen.origin.y + seen.size.height / 2));
  gtk_snapshot_rotate (snapshot, 90.0f * (float)self->geometry.turns);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (-width / 2, -height / 2));

  graphene_rect_t area = GRAPHENE_RECT_INIT (0, 0, width, height);
  append_rendering (snapshot, whole, &area, cairo);
  if (self->part.texture && !whole_is_sharp (self, whole)) {
    const InkRegion *region = &self->part_region;
    graphene_rect_t part =
        GRAPHENE_RECT_INIT ((float)(region->x * width), (float)(region->y * height),
                            (float)(region->width * width), (float)(region->height * height));
    append_rendering (snapshot, &self->part, &part, cairo);
  }
  if (self->overlay.texture)
    append_rendering (snapshot, &self->overlay, &area, cairo);
}

static void
ink_picture_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  InkPictureView *self = INK_PICTURE_VIEW (widget);

  ink_picture_geometry_resize (&self->geometry, width, height,
                               1.0 / gtk_widget_get_scale_factor (widget));
  moved (self);
}

/* ---- The widget ---------------------------------------------------------------------------- */

static void
ink_picture_view_dispose (GObject *object)
{
  InkPictureView *self = INK_PICTURE_VIEW (object);

  g_clear_handle_id (&self->detail, g_source_remove);
  g_clear_pointer (&self->whole, g_array_unref);
  rendering_clear (&self->part);
  rendering_clear (&self->overlay);
  G_OBJECT_CLASS (ink_picture_view_parent_class)->dispose (object);
}

static void
ink_picture_view_class_init (InkPictureViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_picture_view_dispose;
  widget_class->snapshot = ink_picture_view_snapshot;
  widget_class->size_allocate = ink_picture_view_size_allocate;
  signals[DETAIL_WANTED] =
      g_signal_new ("detail-wanted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[GEOMETRY_CHANGED] = g_signal_new ("geometry-changed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                            NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (widget_class, "pictureview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static GtkEventController *
add_controller (InkPictureView *self, gpointer controller, const char *signal, GCallback callback)
{
  g_signal_connect_swapped (controller, signal, callback, self);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
  return controller;
}

static void
ink_picture_view_init (InkPictureView *self)
{
  self->whole = g_array_new (FALSE, FALSE, sizeof (Rendering));
  g_array_set_clear_func (self->whole, rendering_clear);
  self->geometry.pixel = 1;
  ink_picture_geometry_init (&self->geometry, 0, 0);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);

  add_controller (self, gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES),
                  "scroll", G_CALLBACK (scroll_cb));
  add_controller (self, gtk_event_controller_motion_new (), "motion", G_CALLBACK (motion_cb));
  add_controller (self, gtk_gesture_click_new (), "pressed", G_CALLBACK (pressed_cb));
  GtkEventController *drag =
      add_controller (self, gtk_gesture_drag_new (), "drag-begin", G_CALLBACK (drag_begin_cb));
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  GtkEventController *pinch =
      add_controller (self, gtk_gesture_zoom_new (), "begin", G_CALLBACK (pinch_begin_cb));
  g_signal_connect_swapped (pinch, "scale-changed", G_CALLBACK (pinch_changed_cb), self);
}

void
ink_picture_view_set_picture (InkPictureView *self, guint width, guint height)
{
  g_clear_handle_id (&self->detail, g_source_remove);
  g_array_set_size (self->whole, 0);
  rendering_clear (&self->part);
  rendering_clear (&self->overlay);
  ink_picture_geometry_init (&self->geometry, width, height);
  moved (self);
}

void
ink_picture_view_add (InkPictureView *self, GdkTexture *texture, const InkRegion *region)
{
  Rendering rendering = {.texture = g_object_ref (texture)};
  guint i = 0;

  if (region) {
    rendering_clear (&self->part);
    self->part = rendering;
    self->part_region = *region;
  } else {
    while (i < self->whole->len &&
           longer_side (&g_array_index (self->whole, Rendering, i)) < longer_side (&rendering))
      i++;
    g_array_insert_val (self->whole, i, rendering);
  }
  want_detail (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ink_picture_view_set_overlay (InkPictureView *self, GdkTexture *overlay)
{
  rendering_clear (&self->overlay);
  self->overlay.texture = overlay ? g_object_ref (overlay) : NULL;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const InkPictureGeometry *
ink_picture_view_get_geometry (InkPictureView *self)
{
  return &self->geometry;
}

void
ink_picture_view_zoom (InkPictureView *self, double factor)
{
  zoom_at (self, current_scale (self) * factor, self->geometry.view_width / 2,
           self->geometry.view_height / 2);
}

void
ink_picture_view_zoom_to_fit (InkPictureView *self)
{
  ink_picture_geometry_fit (&self->geometry);
  moved (self);
}

void
ink_picture_view_zoom_to_pixels (InkPictureView *self)
{
  ink_picture_view_zoom (self, self->geometry.pixel / current_scale (self));
}

void
ink_picture_view_pan (InkPictureView *self, int dx, int dy)
{
  ink_picture_geometry_pan (&self->geometry, -dx * self->geometry.view_width / 10,
                            -dy * self->geometry.view_height / 10);
  moved (self);
}

void
ink_picture_view_turn (InkPictureView *self, int quarters)
{
  ink_picture_geometry_turn (&self->geometry, quarters);
  moved (self);
}
