/* region-selector.c: a rectangle that is drawn over a picture. */
#include "config.h"

#include "region-selector.h"

#include <glib/gi18n.h>

/* A smaller one is a click that slipped, and says nothing about a picture. */
#define LEAST_SIDE 24.0f
#define KEY_STEP 12.0f
#define BUTTON_GAP 12.0f

struct _InkRegionSelector {
  GtkWidget parent_instance;

  GtkWidget *button;
  InkPictureView *view; /* while it is active */
  InkRegion region;
  graphene_rect_t before; /* the rectangle when a drag began */
};

G_DEFINE_FINAL_TYPE (InkRegionSelector, ink_region_selector, GTK_TYPE_WIDGET)

enum { CHOSEN, CANCELLED, N_SIGNALS };
static guint signals[N_SIGNALS];

static graphene_rect_t
get_rectangle (InkRegionSelector *self)
{
  return ink_picture_geometry_get_rectangle (ink_picture_view_get_geometry (self->view),
                                             &self->region);
}

/* @rectangle: in the view; as much of it as shows the picture */
static void
set_rectangle (InkRegionSelector *self, const graphene_rect_t *rectangle)
{
  InkRegion region =
      ink_picture_geometry_get_region (ink_picture_view_get_geometry (self->view), rectangle);

  if (region.width <= 0 || region.height <= 0)
    return;
  self->region = region;
  gtk_widget_queue_allocate (GTK_WIDGET (self)); /* the button follows */
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* ---- Events -------------------------------------------------------------------------------- */

static void
drag_begin_cb (InkRegionSelector *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->before = get_rectangle (self);
}

static void
drag_update_cb (InkRegionSelector *self, double dx, double dy, GtkGestureDrag *drag)
{
  double x, y;

  if (!gtk_gesture_drag_get_start_point (drag, &x, &y))
    return;
  graphene_rect_t drawn = GRAPHENE_RECT_INIT ((float)x, (float)y, (float)dx, (float)dy);
  graphene_rect_normalize (&drawn);
  gboolean small = drawn.size.width < LEAST_SIDE || drawn.size.height < LEAST_SIDE;
  set_rectangle (self, small ? &self->before : &drawn);
}

/* The rectangle moved, or with Shift resized, by a step; not out of the picture. */
static void
step (InkRegionSelector *self, float dx, float dy, gboolean resize)
{
  graphene_rect_t area = ink_picture_geometry_get_area (ink_picture_view_get_geometry (self->view));
  graphene_rect_t rectangle = get_rectangle (self);

  if (resize) {
    rectangle.size.width = MAX (rectangle.size.width + dx, LEAST_SIDE);
    rectangle.size.height = MAX (rectangle.size.height + dy, LEAST_SIDE);
  } else {
    float right = area.origin.x + area.size.width - rectangle.size.width;
    float bottom = area.origin.y + area.size.height - rectangle.size.height;
    rectangle.origin.x = CLAMP (rectangle.origin.x + dx, area.origin.x, MAX (right, area.origin.x));
    rectangle.origin.y =
        CLAMP (rectangle.origin.y + dy, area.origin.y, MAX (bottom, area.origin.y));
  }
  set_rectangle (self, &rectangle);
}

static gboolean
key_pressed_cb (InkRegionSelector *self, guint key, guint code, GdkModifierType state)
{
  gboolean resize = (state & GDK_SHIFT_MASK) != 0;

  switch (key) {
  case GDK_KEY_Left:
    step (self, -KEY_STEP, 0, resize);
    break;
  case GDK_KEY_Right:
    step (self, KEY_STEP, 0, resize);
    break;
  case GDK_KEY_Up:
    step (self, 0, -KEY_STEP, resize);
    break;
  case GDK_KEY_Down:
    step (self, 0, KEY_STEP, resize);
    break;
  case GDK_KEY_Return:
  case GDK_KEY_KP_Enter:
    g_signal_emit (self, signals[CHOSEN], 0);
    break;
  case GDK_KEY_Escape:
    g_signal_emit (self, signals[CANCELLED], 0);
    break;
  default:
    return GDK_EVENT_PROPAGATE;
  }
  return GDK_EVENT_STOP;
}

static void
button_clicked_cb (InkRegionSelector *self)
{
  g_signal_emit (self, signals[CHOSEN], 0);
}

static void
geometry_changed_cb (InkRegionSelector *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* ---- Drawing ------------------------------------------------------------------------------- */

static void
append_shade (GtkSnapshot *snapshot, float x, float y, float width, float height)
{
  const GdkRGBA shade = {0, 0, 0, 0.5f};

  if (width > 0 && height > 0)
    gtk_snapshot_append_color (snapshot, &shade, &GRAPHENE_RECT_INIT (x, y, width, height));
}

static void
ink_region_selector_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  InkRegionSelector *self = INK_REGION_SELECTOR (widget);
  const GdkRGBA white = {1, 1, 1, 1}, black = {0, 0, 0, 1};
  const float border[4] = {2, 2, 2, 2}, hairline[4] = {1, 1, 1, 1};
  float width = (float)gtk_widget_get_width (widget);
  float height = (float)gtk_widget_get_height (widget);

  if (!self->view)
    return;
  graphene_rect_t r = get_rectangle (self);
  graphene_rect_round_extents (&r, &r);
  float right = r.origin.x + r.size.width, bottom = r.origin.y + r.size.height;
  append_shade (snapshot, 0, 0, width, r.origin.y);
  append_shade (snapshot, 0, bottom, width, height - bottom);
  append_shade (snapshot, 0, r.origin.y, r.origin.x, r.size.height);
  append_shade (snapshot, right, r.origin.y, width - right, r.size.height);

  /* White on black is seen on any picture. */
  GskRoundedRect outline;
  gsk_rounded_rect_init_from_rect (&outline, &r, 0);
  gtk_snapshot_append_border (snapshot, &outline, border,
                              (const GdkRGBA[4]){white, white, white, white});
  gsk_rounded_rect_shrink (&outline, 2, 2, 2, 2);
  gtk_snapshot_append_border (snapshot, &outline, hairline,
                              (const GdkRGBA[4]){black, black, black, black});
  gtk_widget_snapshot_child (widget, self->button, snapshot);
}

/* The button lies below the rectangle, above it where there is no room, else on it. */
static void
ink_region_selector_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  InkRegionSelector *self = INK_REGION_SELECTOR (widget);
  GtkRequisition natural;

  if (!self->view)
    return;
  graphene_rect_t r = get_rectangle (self);
  gtk_widget_get_preferred_size (self->button, NULL, &natural);
  float x = r.origin.x + (r.size.width - (float)natural.width) / 2;
  float y = r.origin.y + r.size.height + BUTTON_GAP;
  if (y + (float)natural.height > (float)height)
    y = r.origin.y - BUTTON_GAP - (float)natural.height;
  if (y < 0)
    y = r.origin.y + r.size.height - BUTTON_GAP - (float)natural.height;
  x = CLAMP (x, 0, MAX ((float)(width - natural.width), 0));
  y = CLAMP (y, 0, MAX ((float)(height - natural.height), 0));
  gtk_widget_size_allocate (
      self->button, &(GtkAllocation){(int)x, (int)y, MIN (natural.width, width), natural.height},
      -1);
}

static void
ink_region_selector_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                             int *minimum, int *natural, int *minimum_baseline,
                             int *natural_baseline)
{
  gtk_widget_measure (INK_REGION_SELECTOR (widget)->button, orientation, -1, minimum, natural, NULL,
                      NULL);
}

/* ---- The widget ---------------------------------------------------------------------------- */

static void
ink_region_selector_dispose (GObject *object)
{
  InkRegionSelector *self = INK_REGION_SELECTOR (object);

  g_clear_object (&self->view);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  G_OBJECT_CLASS (ink_region_selector_parent_class)->dispose (object);
}

static void
ink_region_selector_class_init (InkRegionSelectorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_region_selector_dispose;
  widget_class->snapshot = ink_region_selector_snapshot;
  widget_class->size_allocate = ink_region_selector_size_allocate;
  widget_class->measure = ink_region_selector_measure;
  signals[CHOSEN] =
      g_signal_new ("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CANCELLED] =
      g_signal_new ("cancelled", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (widget_class, "regionselector");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
ink_region_selector_init (InkRegionSelector *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->button = gtk_button_new_with_mnemonic (_ ("_Find Photos Like This Part"));
  gtk_widget_add_css_class (self->button, "suggested-action");
  gtk_widget_add_css_class (self->button, "pill");
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (button_clicked_cb), self);

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "crosshair");
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Part of the Picture"),
      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
      _ ("Arrow keys move it, with Shift they change its size, Return searches by it"), -1);

  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

void
ink_region_selector_begin (InkRegionSelector *self, InkPictureView *view)
{
  const InkPictureGeometry *geometry = ink_picture_view_get_geometry (view);
  float width = (float)geometry->view_width, height = (float)geometry->view_height;
  graphene_rect_t middle = GRAPHENE_RECT_INIT (width / 3, height / 3, width / 3, height / 3);

  ink_region_selector_end (self);
  self->view = g_object_ref (view);
  self->region = (InkRegion){0.25, 0.25, 0.5, 0.5};
  set_rectangle (self, &middle);
  g_signal_connect_object (view, "geometry-changed", G_CALLBACK (geometry_changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

void
ink_region_selector_end (InkRegionSelector *self)
{
  if (!self->view)
    return;
  g_signal_handlers_disconnect_by_data (self->view, self);
  g_clear_object (&self->view);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

gboolean
ink_region_selector_is_active (InkRegionSelector *self)
{
  return self->view != NULL;
}

InkRegion
ink_region_selector_get_region (InkRegionSelector *self)
{
  return self->region;
}
