/* picture-view.c: one picture that can be zoomed and moved about.
 *
 * Its state is a scale (widget pixels for each of the picture's) and the point of the picture that
 * lies in the middle. At the scale that fits, the view follows its own size.
 */
#include "config.h"

#include "picture-view.h"

#include <glib/gi18n.h>
#include <math.h>

#define WHEEL_FACTOR 1.15
#define LARGEST_SCALE 8.0
#define DETAIL_DELAY_MS 200

/* A rendering this much smaller than what is shown still looks sharp. */
#define SHARP 1.1

struct _InkPictureView {
  GtkWidget parent_instance;

  double width, height; /* of the picture; 0 without one */
  GPtrArray *textures;  /* GdkTexture, the smallest first */

  gboolean fitted;
  double scale;              /* where not fitted */
  double centre_x, centre_y; /* in pixels of the picture */

  double pointer_x, pointer_y;
  double drag_x, drag_y; /* the centre when a drag began */
  double pinch_scale;    /* the scale when a pinch began */
  guint detail;          /* source id */
};

G_DEFINE_FINAL_TYPE (InkPictureView, ink_picture_view, GTK_TYPE_WIDGET)

/* ---- Geometry ------------------------------------------------------------------------------ */

/* One of the picture's pixels for each of the screen's. */
static double
pixel_scale (InkPictureView *self)
{
  return 1.0 / gtk_widget_get_scale_factor (GTK_WIDGET (self));
}

/* The whole picture is seen; a small one is not blown up. */
static double
fit_scale (InkPictureView *self)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double height = gtk_widget_get_height (GTK_WIDGET (self));

  if (self->width <= 0 || width <= 0 || height <= 0)
    return 1;
  return MIN (MIN (width / self->width, height / self->height), pixel_scale (self));
}

static double
current_scale (InkPictureView *self)
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
settle (InkPictureView *self)
{
  double scale = current_scale (self);

  self->centre_x =
      clamp_centre (self->centre_x, self->width, gtk_widget_get_width (GTK_WIDGET (self)), scale);
  self->centre_y =
      clamp_centre (self->centre_y, self->height, gtk_widget_get_height (GTK_WIDGET (self)), scale);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static guint
longer_side (GdkTexture *texture)
{
  return (guint)MAX (gdk_texture_get_width (texture), gdk_texture_get_height (texture));
}

guint
ink_picture_view_get_wanted_size (InkPictureView *self)
{
  double longer = MAX (self->width, self->height);
  double shown = ceil (longer * current_scale (self) / pixel_scale (self));

  return (guint)MIN (shown, longer);
}

static gboolean
is_sharp (InkPictureView *self, GdkTexture *texture)
{
  return longer_side (texture) * SHARP >= ink_picture_view_get_wanted_size (self);
}

static gboolean
detail_cb (gpointer data)
{
  InkPictureView *self = data;

  self->detail = 0;
  g_signal_emit_by_name (self, "detail-wanted");
  return G_SOURCE_REMOVE;
}

/* Asks for more pixels once zooming rests, where those that there are don't do. */
static void
want_detail (InkPictureView *self)
{
  g_clear_handle_id (&self->detail, g_source_remove);
  if (self->textures->len == 0 || self->width <= 0)
    return;
  if (!is_sharp (self, g_ptr_array_index (self->textures, self->textures->len - 1)))
    self->detail = g_timeout_add (DETAIL_DELAY_MS, detail_cb, self);
}

/* Zooms about a point of the view, which stays where it is. */
static void
zoom_at (InkPictureView *self, double scale, double x, double y)
{
  double fit = fit_scale (self), old = current_scale (self);
  double from_middle_x = x - gtk_widget_get_width (GTK_WIDGET (self)) / 2.0;
  double from_middle_y = y - gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;

  if (self->width <= 0)
    return;
  scale = MIN (scale, MAX (fit, LARGEST_SCALE * pixel_scale (self)));
  self->fitted = scale <= fit * 1.001;
  self->scale = MAX (scale, fit);
  self->centre_x += from_middle_x / old - from_middle_x / self->scale;
  self->centre_y += from_middle_y / old - from_middle_y / self->scale;
  settle (self);
  want_detail (self);
}

/* ---- Events -------------------------------------------------------------------------------- */

static gboolean
scroll_cb (InkPictureView *self, double dx, double dy)
{
  zoom_at (self, current_scale (self) * pow (WHEEL_FACTOR, -dy), self->pointer_x, self->pointer_y);
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
  if (self->fitted)
    zoom_at (self, MAX (pixel_scale (self), 2 * fit_scale (self)), x, y);
  else
    ink_picture_view_zoom_to_fit (self);
}

static void
drag_begin_cb (InkPictureView *self)
{
  self->drag_x = self->centre_x;
  self->drag_y = self->centre_y;
}

static void
drag_update_cb (InkPictureView *self, double dx, double dy)
{
  self->centre_x = self->drag_x - dx / current_scale (self);
  self->centre_y = self->drag_y - dy / current_scale (self);
  settle (self);
}

static void
pinch_begin_cb (InkPictureView *self)
{
  self->pinch_scale = current_scale (self);
}

static void
pinch_changed_cb (InkPictureView *self, double factor, GtkGesture *gesture)
{
  double x, y;

  if (gtk_gesture_get_bounding_box_center (gesture, &x, &y))
    zoom_at (self, self->pinch_scale * factor, x, y);
}

/* ---- The widget ---------------------------------------------------------------------------- */

/* The smallest rendering that is sharp, else the largest there is. */
static GdkTexture *
best_texture (InkPictureView *self)
{
  for (guint i = 0; i + 1 < self->textures->len; i++)
    if (is_sharp (self, g_ptr_array_index (self->textures, i)))
      return g_ptr_array_index (self->textures, i);
  return g_ptr_array_index (self->textures, self->textures->len - 1);
}

static void
ink_picture_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  InkPictureView *self = INK_PICTURE_VIEW (widget);
  double scale = current_scale (self);

  if (self->textures->len == 0)
    return;
  double x = gtk_widget_get_width (widget) / 2.0 - self->centre_x * scale;
  double y = gtk_widget_get_height (widget) / 2.0 - self->centre_y * scale;
  graphene_rect_t area =
      GRAPHENE_RECT_INIT ((float)round (x), (float)round (y), (float)round (self->width * scale),
                          (float)round (self->height * scale));
  gtk_snapshot_append_texture (snapshot, best_texture (self), &area);
}

static void
ink_picture_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  InkPictureView *self = INK_PICTURE_VIEW (widget);

  if (!self->fitted && self->scale <= fit_scale (self))
    self->fitted = TRUE;
  settle (self);
  want_detail (self);
}

static void
ink_picture_view_dispose (GObject *object)
{
  InkPictureView *self = INK_PICTURE_VIEW (object);

  g_clear_handle_id (&self->detail, g_source_remove);
  g_clear_pointer (&self->textures, g_ptr_array_unref);
  G_OBJECT_CLASS (ink_picture_view_parent_class)->dispose (object);
}

static void
ink_picture_view_class_init (InkPictureViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_picture_view_dispose;
  widget_class->snapshot = ink_picture_view_snapshot;
  widget_class->size_allocate = ink_picture_view_size_allocate;
  g_signal_new ("detail-wanted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
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
  self->textures = g_ptr_array_new_with_free_func (g_object_unref);
  self->fitted = TRUE;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);

  add_controller (self, gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL),
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
  g_ptr_array_set_size (self->textures, 0);
  self->width = width;
  self->height = height;
  self->fitted = TRUE;
  settle (self);
}

void
ink_picture_view_add_texture (InkPictureView *self, GdkTexture *texture)
{
  guint i = 0;

  /* The library may not know the measures of a picture that it never read. */
  if (self->width <= 0) {
    self->width = gdk_texture_get_width (texture);
    self->height = gdk_texture_get_height (texture);
    settle (self);
  }
  while (i < self->textures->len &&
         longer_side (g_ptr_array_index (self->textures, i)) < longer_side (texture))
    i++;
  g_ptr_array_insert (self->textures, (int)i, g_object_ref (texture));
  want_detail (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ink_picture_view_zoom (InkPictureView *self, double factor)
{
  zoom_at (self, current_scale (self) * factor, gtk_widget_get_width (GTK_WIDGET (self)) / 2.0,
           gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
}

void
ink_picture_view_zoom_to_fit (InkPictureView *self)
{
  self->fitted = TRUE;
  settle (self);
}

void
ink_picture_view_zoom_to_pixels (InkPictureView *self)
{
  ink_picture_view_zoom (self, pixel_scale (self) / current_scale (self));
}
