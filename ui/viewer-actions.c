/* viewer-actions.c: the viewer's keys and buttons, and how it is in full screen. */
#include "config.h"

#include "viewer-private.h"

#include <glib/gi18n.h>

#define ZOOM_STEP 1.25

/* In full screen, what lies over the picture goes away when the pointer rests so long. */
#define REST_SECONDS 3

/* ---- Full screen --------------------------------------------------------------------------- */

static GtkWindow *
get_window (InkViewer *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

static gboolean
is_fullscreen (InkViewer *self)
{
  GtkWindow *window = get_window (self);

  return window && gtk_window_is_fullscreen (window);
}

void
ink_viewer_wake (InkViewer *self)
{
  g_clear_handle_id (&self->rest, g_source_remove);
  gtk_widget_remove_css_class (self->canvas, "resting");
  gtk_widget_set_cursor (GTK_WIDGET (self->view), NULL);
}

static gboolean
rest_cb (gpointer data)
{
  InkViewer *self = data;

  self->rest = 0;
  gtk_widget_add_css_class (self->canvas, "resting");
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self->view), "none");
  return G_SOURCE_REMOVE;
}

void
ink_viewer_pointer_moved (InkViewer *self, double x, double y)
{
  if (x == self->pointer_x && y == self->pointer_y)
    return;
  self->pointer_x = x;
  self->pointer_y = y;
  ink_viewer_wake (self);
  if (is_fullscreen (self))
    self->rest = g_timeout_add_seconds (REST_SECONDS, rest_cb, self);
}

void
ink_viewer_update_fullscreen (InkViewer *self)
{
  gboolean full = is_fullscreen (self);
  const char *label = full ? _ ("Leave Full Screen") : _ ("Full Screen");

  gtk_widget_set_visible (self->header, !full);
  gtk_button_set_icon_name (self->fullscreen,
                            full ? "view-restore-symbolic" : "view-fullscreen-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->fullscreen), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->fullscreen), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
  ink_viewer_wake (self);
}

void
ink_viewer_leave_fullscreen (InkViewer *self)
{
  if (is_fullscreen (self))
    gtk_window_unfullscreen (get_window (self));
}

static void
fullscreen_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkViewer *self = INK_VIEWER (widget);

  if (is_fullscreen (self))
    gtk_window_unfullscreen (get_window (self));
  else
    gtk_window_fullscreen (get_window (self));
}

/* ---- Actions ------------------------------------------------------------------------------- */

/* Out of full screen first, then back to the grid. */
static void
escape_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkViewer *self = INK_VIEWER (widget);

  if (ink_region_selector_is_active (self->region))
    ink_viewer_end_region (self);
  else if (is_fullscreen (self))
    ink_viewer_leave_fullscreen (self);
  else
    g_signal_emit_by_name (self, "closed");
}

static void
close_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit_by_name (widget, "closed");
}

static void
step_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ink_viewer_step (INK_VIEWER (widget), g_str_equal (name, "viewer.next") ? 1 : -1);
}

static void
zoom_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkViewer *self = INK_VIEWER (widget);

  if (g_str_equal (name, "viewer.zoom-in"))
    ink_picture_view_zoom (self->view, ZOOM_STEP);
  else if (g_str_equal (name, "viewer.zoom-out"))
    ink_picture_view_zoom (self->view, 1 / ZOOM_STEP);
  else if (g_str_equal (name, "viewer.zoom-to-fit") ||
           (g_str_equal (name, "viewer.zoom-toggle") &&
            !ink_picture_view_get_geometry (self->view)->fitted))
    ink_picture_view_zoom_to_fit (self->view);
  else
    ink_picture_view_zoom_to_pixels (self->view);
}

static void
turn_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ink_picture_view_turn (INK_VIEWER (widget)->view,
                         g_str_equal (name, "viewer.turn-right") ? 1 : -1);
}

static void
pan_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  int dx, dy;

  g_variant_get (parameter, "(ii)", &dx, &dy);
  ink_picture_view_pan (INK_VIEWER (widget)->view, dx, dy);
}

static void
information_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkViewer *self = INK_VIEWER (widget);

  adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

static void
similar_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkViewer *self = INK_VIEWER (widget);
  gboolean revealed = gtk_revealer_get_reveal_child (self->strip_revealer);

  gtk_revealer_set_reveal_child (self->strip_revealer, !revealed);
  if (revealed)
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
where_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkViewer *self = INK_VIEWER (widget);

  ink_viewer_show_where (self, !gtk_widget_get_visible (GTK_WIDGET (self->where)));
}

static void
next_words_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkViewer *self = INK_VIEWER (widget);

  if (gtk_widget_get_visible (GTK_WIDGET (self->where)))
    ink_where_bar_choose_next (self->where);
  else
    ink_viewer_show_where (self, TRUE);
}

static void
region_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkViewer *self = INK_VIEWER (widget);

  if (ink_region_selector_is_active (self->region))
    ink_viewer_end_region (self);
  else if (self->has_picture)
    ink_region_selector_begin (self->region, self->view);
}

static const struct {
  const char *name;
  GtkWidgetActionActivateFunc activate;
} actions[] = {
    {"viewer.escape", escape_action},         {"viewer.close", close_action},
    {"viewer.previous", step_action},         {"viewer.next", step_action},
    {"viewer.zoom-in", zoom_action},          {"viewer.zoom-out", zoom_action},
    {"viewer.zoom-toggle", zoom_action},      {"viewer.zoom-to-fit", zoom_action},
    {"viewer.zoom-to-pixels", zoom_action},   {"viewer.turn-left", turn_action},
    {"viewer.turn-right", turn_action},       {"viewer.information", information_action},
    {"viewer.similar", similar_action},       {"viewer.where", where_action},
    {"viewer.next-words", next_words_action}, {"viewer.region", region_action},
    {"viewer.fullscreen", fullscreen_action},
};

static const struct {
  guint key;
  GdkModifierType modifiers;
  const char *action;
} bindings[] = {
    {GDK_KEY_Escape, 0, "viewer.escape"},
    {GDK_KEY_Left, GDK_ALT_MASK, "viewer.close"},
    {GDK_KEY_Page_Up, 0, "viewer.previous"},
    {GDK_KEY_Page_Down, 0, "viewer.next"},
    {GDK_KEY_plus, 0, "viewer.zoom-in"},
    {GDK_KEY_equal, 0, "viewer.zoom-in"},
    {GDK_KEY_KP_Add, 0, "viewer.zoom-in"},
    {GDK_KEY_plus, GDK_CONTROL_MASK, "viewer.zoom-in"},
    {GDK_KEY_equal, GDK_CONTROL_MASK, "viewer.zoom-in"},
    {GDK_KEY_minus, 0, "viewer.zoom-out"},
    {GDK_KEY_KP_Subtract, 0, "viewer.zoom-out"},
    {GDK_KEY_minus, GDK_CONTROL_MASK, "viewer.zoom-out"},
    {GDK_KEY_0, 0, "viewer.zoom-to-fit"},
    {GDK_KEY_0, GDK_CONTROL_MASK, "viewer.zoom-to-fit"},
    {GDK_KEY_1, 0, "viewer.zoom-to-pixels"},
    {GDK_KEY_1, GDK_CONTROL_MASK, "viewer.zoom-to-pixels"},
    {GDK_KEY_r, 0, "viewer.turn-right"},
    {GDK_KEY_r, GDK_SHIFT_MASK, "viewer.turn-left"},
    {GDK_KEY_i, 0, "viewer.information"},
    {GDK_KEY_F9, 0, "viewer.information"},
    {GDK_KEY_s, 0, "viewer.similar"},
    {GDK_KEY_w, 0, "viewer.where"},
    {GDK_KEY_w, GDK_SHIFT_MASK, "viewer.next-words"},
    {GDK_KEY_p, 0, "viewer.region"},
    {GDK_KEY_f, 0, "viewer.fullscreen"},
    {GDK_KEY_F11, 0, "viewer.fullscreen"},
    {GDK_KEY_Delete, 0, "photo.trash"},
    {GDK_KEY_c, GDK_CONTROL_MASK, "photo.copy-picture"},
    {GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "photo.copy-path"},
    {GDK_KEY_Return, GDK_ALT_MASK, "photo.properties"},
};

/* Arrows alone go to other photos, with Control they move the picture. */
static void
add_arrow (GtkWidgetClass *klass, guint key, int dx, int dy)
{
  gtk_widget_class_add_binding_action (klass, key, GDK_CONTROL_MASK, "viewer.pan", "(ii)", dx, dy);
}

/* To the right is where the next photo is, but where people read from right to left. */
static gboolean
arrow_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  int by = g_variant_get_int32 (arguments);

  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    by = -by;
  ink_viewer_step (INK_VIEWER (widget), by);
  return GDK_EVENT_STOP;
}

void
ink_viewer_install_actions (GtkWidgetClass *klass)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (klass, actions[i].name, NULL, actions[i].activate);
  gtk_widget_class_install_action (klass, "viewer.pan", "(ii)", pan_action);

  for (guint i = 0; i < G_N_ELEMENTS (bindings); i++)
    gtk_widget_class_add_binding_action (klass, bindings[i].key, bindings[i].modifiers,
                                         bindings[i].action, NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_Left, 0, arrow_cb, "i", -1);
  gtk_widget_class_add_binding (klass, GDK_KEY_Right, 0, arrow_cb, "i", 1);
  add_arrow (klass, GDK_KEY_Left, -1, 0);
  add_arrow (klass, GDK_KEY_Right, 1, 0);
  add_arrow (klass, GDK_KEY_Up, 0, -1);
  add_arrow (klass, GDK_KEY_Down, 0, 1);
}
