/* photo-grid-input.c: keys, clicks, zooming, groups and the context menu of the grid. */
#include "config.h"

#include "photo-grid-private.h"

#include <math.h>

/* How much larger a cell gets with each step of the wheel. */
#define WHEEL_FACTOR 1.12

static void
activate (InkPhotoGrid *self, guint position)
{
  g_signal_emit_by_name (self, "photo-activated", position);
}

/* ---- Groups -------------------------------------------------------------------------------- */

/* Whether the position is in a group that can be opened or closed, as wanted. */
static gboolean
can_set_group_open (InkPhotoGrid *self, guint position, gboolean open)
{
  guint head;

  return position != INK_GRID_NOWHERE &&
         ink_result_model_get_group (self->model, position, &head) > 0 &&
         ink_result_model_is_group_open (self->model, head) != open;
}

/* Opens or closes the group that a position belongs to. Its head stays where it is, and takes the
 * keyboard from a member that goes. */
static gboolean
set_group_open (InkPhotoGrid *self, guint position, gboolean open)
{
  guint head;

  if (!can_set_group_open (self, position, open))
    return FALSE;
  guint size = ink_result_model_get_group (self->model, position, &head);
  if (ink_photo_grid_get_cell (self, head))
    ink_photo_grid_set_anchor (self, head);
  gboolean inside = !open && self->cursor > head && self->cursor < head + size;
  ink_result_model_set_group_open (self->model, head, open);
  if (inside) {
    ink_photo_grid_select (self, head, 0);
    ink_photo_grid_focus_cursor (self);
  }
  return TRUE;
}

static void
toggle_group (InkPhotoGrid *self, guint position)
{
  if (!set_group_open (self, position, TRUE))
    set_group_open (self, position, FALSE);
}

static void
toggle_group_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  toggle_group (INK_PHOTO_GRID (widget), INK_PHOTO_GRID (widget)->cursor);
}

/* Whether a point of the widget lies on the badge with the number of a group. */
static gboolean
is_on_badge (InkPhotoGrid *self, guint position, double x, double y)
{
  GtkWidget *cell = ink_photo_grid_get_cell (self, position);
  double left, top;

  if (!cell)
    return FALSE;
  ink_photo_grid_locate (self, position, &left, &top);
  return ink_photo_cell_is_on_badge (INK_PHOTO_CELL (cell), x - left, y - top);
}

/* ---- Keyboard ------------------------------------------------------------------------------ */

static gboolean
step_of_key (InkPhotoGrid *self, guint key, InkGridStep *step)
{
  gboolean mirror = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  switch (key) {
  case GDK_KEY_Left:
  case GDK_KEY_KP_Left:
    *step = mirror ? INK_GRID_RIGHT : INK_GRID_LEFT;
    return TRUE;
  case GDK_KEY_Right:
  case GDK_KEY_KP_Right:
    *step = mirror ? INK_GRID_LEFT : INK_GRID_RIGHT;
    return TRUE;
  case GDK_KEY_Up:
  case GDK_KEY_KP_Up:
    *step = INK_GRID_UP;
    return TRUE;
  case GDK_KEY_Down:
  case GDK_KEY_KP_Down:
    *step = INK_GRID_DOWN;
    return TRUE;
  case GDK_KEY_Page_Up:
  case GDK_KEY_KP_Page_Up:
    *step = INK_GRID_PAGE_UP;
    return TRUE;
  case GDK_KEY_Page_Down:
  case GDK_KEY_KP_Page_Down:
    *step = INK_GRID_PAGE_DOWN;
    return TRUE;
  case GDK_KEY_Home:
  case GDK_KEY_KP_Home:
    *step = INK_GRID_FIRST;
    return TRUE;
  case GDK_KEY_End:
  case GDK_KEY_KP_End:
    *step = INK_GRID_LAST;
    return TRUE;
  default:
    return FALSE;
  }
}

static void
step (InkPhotoGrid *self, InkGridStep direction, GdkModifierType modifiers)
{
  double page = gtk_widget_get_height (GTK_WIDGET (self));
  guint position = self->cursor == INK_GRID_NOWHERE
                       ? 0
                       : ink_grid_layout_step (&self->layout, self->cursor, direction, page);

  /* Control alone moves without selecting, so that Space can pick single photos. */
  if ((modifiers & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) == GDK_CONTROL_MASK)
    self->cursor = position;
  else
    ink_photo_grid_select (self, position, modifiers);
  ink_photo_grid_focus_cursor (self);
}

/* What Return does: opens a closed group in its place, else the photo in the viewer. */
static void
enter (InkPhotoGrid *self)
{
  if (!set_group_open (self, self->cursor, TRUE))
    activate (self, self->cursor);
}

static gboolean
key_pressed_cb (InkPhotoGrid *self, guint key, guint code, GdkModifierType state)
{
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();
  InkGridStep direction;

  if (ink_result_model_get_count (self->model) == 0 || modifiers & GDK_ALT_MASK)
    return GDK_EVENT_PROPAGATE;
  if (step_of_key (self, key, &direction)) {
    step (self, direction, modifiers);
    return GDK_EVENT_STOP;
  }

  /* The rest is for the photo with the keyboard, or for all. */
  switch (key) {
  case GDK_KEY_Return:
  case GDK_KEY_KP_Enter:
  case GDK_KEY_ISO_Enter:
    if (self->cursor == INK_GRID_NOWHERE)
      return GDK_EVENT_PROPAGATE;
    enter (self);
    return GDK_EVENT_STOP;
  case GDK_KEY_space:
    if (self->cursor == INK_GRID_NOWHERE)
      return GDK_EVENT_PROPAGATE;
    ink_photo_grid_select (self, self->cursor, modifiers);
    return GDK_EVENT_STOP;
  case GDK_KEY_plus:
  case GDK_KEY_KP_Add:
    return !(modifiers & GDK_CONTROL_MASK) && set_group_open (self, self->cursor, TRUE);
  case GDK_KEY_minus:
  case GDK_KEY_KP_Subtract:
    return !(modifiers & GDK_CONTROL_MASK) && set_group_open (self, self->cursor, FALSE);
  case GDK_KEY_a:
    if (modifiers != GDK_CONTROL_MASK)
      return GDK_EVENT_PROPAGATE;
    ink_photo_grid_select_all (self);
    return GDK_EVENT_STOP;
  case GDK_KEY_Escape:
    /* One selected photo is no more than where the keyboard is. */
    if (ink_photo_grid_count_selected (self) < 2)
      return GDK_EVENT_PROPAGATE;
    ink_photo_grid_unselect_all (self);
    return GDK_EVENT_STOP;
  default:
    return GDK_EVENT_PROPAGATE;
  }
}

/* ---- Menu ---------------------------------------------------------------------------------- */

static void
popup_menu (InkPhotoGrid *self, double x, double y)
{
  guint head;

  if (!self->menu_model)
    return;
  if (!self->menu) {
    self->menu = gtk_popover_menu_new_from_model (self->menu_model);
    gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
    gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
    gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  }
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "grid.toggle-group",
                                 ink_result_model_get_group (self->model, self->cursor, &head) > 0);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle){(int)x, (int)y, 1, 1});
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/* ---- Pointer ------------------------------------------------------------------------------- */

/* A press on a photo that is not selected selects it, so that it can be dragged at once. One on a
 * selected photo waits for the release: it may be the beginning of a drag of all of them. */
static void
pressed_cb (InkPhotoGrid *self, int n_press, double x, double y, GtkGestureClick *gesture)
{
  GdkModifierType modifiers =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  guint position = ink_photo_grid_hit (self, x, y);

  self->pressed = INK_GRID_NOWHERE;
  if (position == INK_GRID_NOWHERE) {
    if (!(modifiers & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)))
      ink_photo_grid_unselect_all (self);
    gtk_widget_grab_focus (GTK_WIDGET (self));
    return;
  }
  if (is_on_badge (self, position, x, y)) {
    self->cursor = position;
    toggle_group (self, position);
    return;
  }
  gboolean again = n_press == 2 && position == self->cursor;
  if (ink_photo_grid_is_selected (self, position))
    self->pressed = position;
  else
    ink_photo_grid_select (self, position, modifiers);
  self->cursor = position;
  ink_photo_grid_focus_cursor (self);
  if (again && !(modifiers & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)))
    activate (self, position);
}

static void
released_cb (InkPhotoGrid *self, int n_press, double x, double y, GtkGestureClick *gesture)
{
  GdkModifierType modifiers =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  guint position = self->pressed;

  self->pressed = INK_GRID_NOWHERE;
  if (position != INK_GRID_NOWHERE && position == ink_photo_grid_hit (self, x, y))
    ink_photo_grid_select (self, position, modifiers);
}

static void
popup_at (InkPhotoGrid *self, guint position, double x, double y)
{
  if (!ink_photo_grid_is_selected (self, position))
    ink_photo_grid_select (self, position, 0);
  self->cursor = position;
  ink_photo_grid_focus_cursor (self);
  popup_menu (self, x, y);
}

static void
secondary_pressed_cb (InkPhotoGrid *self, int n_press, double x, double y, GtkGestureClick *gesture)
{
  guint position = ink_photo_grid_hit (self, x, y);

  if (position != INK_GRID_NOWHERE)
    popup_at (self, position, x, y);
}

static void
long_pressed_cb (InkPhotoGrid *self, double x, double y, GtkGestureLongPress *gesture)
{
  secondary_pressed_cb (self, 1, x, y, NULL);
}

static void
motion_cb (InkPhotoGrid *self, double x, double y)
{
  self->pointer_x = x;
  self->pointer_y = y;
}

static gboolean
scroll_cb (InkPhotoGrid *self, double dx, double dy, GtkEventControllerScroll *scroll)
{
  GdkModifierType modifiers =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (scroll));

  if (!(modifiers & GDK_CONTROL_MASK))
    return GDK_EVENT_PROPAGATE;

  /* A touchpad sends fractions of a step: keep what rounding to whole pixels would lose. */
  self->zoom_rest -= dy;
  double size = self->cell_size * pow (WHEEL_FACTOR, self->zoom_rest);
  if (fabs (size - self->cell_size) >= 1) {
    self->zoom_rest = 0;
    ink_photo_grid_set_cell_size (self, (int)lround (size), self->pointer_x, self->pointer_y);
  }
  return GDK_EVENT_STOP;
}

/* The Menu key and Shift+F10. */
static gboolean
menu_key_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  InkPhotoGrid *self = INK_PHOTO_GRID (widget);
  double x, y;

  if (self->cursor == INK_GRID_NOWHERE)
    return FALSE;
  ink_photo_grid_focus_cursor (self); /* it may be out of sight */
  ink_photo_grid_locate (self, self->cursor, &x, &y);
  double half = self->layout.cell / 2.0;
  popup_at (self, self->cursor, x + half, y + half);
  return TRUE;
}

/* ---- Controllers --------------------------------------------------------------------------- */

static void
select_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ink_photo_grid_select_all (INK_PHOTO_GRID (widget));
}

static void
unselect_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ink_photo_grid_unselect_all (INK_PHOTO_GRID (widget));
}

void
ink_photo_grid_install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "grid.toggle-group", NULL, toggle_group_action);
  gtk_widget_class_install_action (klass, "grid.select-all", NULL, select_all_action);
  gtk_widget_class_install_action (klass, "grid.unselect-all", NULL, unselect_all_action);

  gtk_widget_class_add_binding_action (klass, GDK_KEY_Delete, 0, "photo.trash", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_c, GDK_CONTROL_MASK, "photo.copy-picture",
                                       NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "photo.copy-path", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_Return, GDK_ALT_MASK, "photo.properties",
                                       NULL);
}

static void
add_menu_shortcuts (InkPhotoGrid *self)
{
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();
  const struct {
    guint key;
    GdkModifierType modifiers;
  } keys[] = {{GDK_KEY_Menu, 0}, {GDK_KEY_F10, GDK_SHIFT_MASK}};

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (shortcuts),
        gtk_shortcut_new (gtk_keyval_trigger_new (keys[i].key, keys[i].modifiers),
                          gtk_callback_action_new (menu_key_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), shortcuts);
}

static void
add_controller (InkPhotoGrid *self, GtkEventController *controller, const char *signal,
                GCallback callback)
{
  g_signal_connect_swapped (controller, signal, callback, self);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

void
ink_photo_grid_add_controllers (InkPhotoGrid *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *secondary = gtk_gesture_click_new ();
  GtkGesture *touch = gtk_gesture_long_press_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (secondary), GDK_BUTTON_SECONDARY);
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (touch), TRUE);
  add_controller (self, gtk_event_controller_key_new (), "key-pressed",
                  G_CALLBACK (key_pressed_cb));
  add_controller (self, gtk_event_controller_motion_new (), "motion", G_CALLBACK (motion_cb));
  add_controller (self, gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL),
                  "scroll", G_CALLBACK (scroll_cb));
  g_signal_connect_swapped (click, "released", G_CALLBACK (released_cb), self);
  add_controller (self, GTK_EVENT_CONTROLLER (click), "pressed", G_CALLBACK (pressed_cb));
  add_controller (self, GTK_EVENT_CONTROLLER (secondary), "pressed",
                  G_CALLBACK (secondary_pressed_cb));
  add_controller (self, GTK_EVENT_CONTROLLER (touch), "pressed", G_CALLBACK (long_pressed_cb));
  add_menu_shortcuts (self);
}
