/* viewer.c: one photo over the whole window. */
#include "config.h"

#include "viewer.h"

#include "picture-view.h"
#include "pixels.h"
#include "status-page.h"
#include "text-format.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define ZOOM_STEP 1.25

/* More than this is never decoded for the screen: graphics cards take no larger texture. */
#define LARGEST_SIDE 8192

/* A spinner that comes at once would flicker at each step. */
#define SPINNER_DELAY_MS 300

struct _InkViewer {
  GtkWidget parent_instance;

  AdwWindowTitle *title;
  AdwFlap *flap;
  GtkStack *stack;
  AdwStatusPage *error_page;
  InkPictureView *view;
  GtkSpinner *spinner;
  GtkWidget *previous;
  GtkWidget *next;
  AdwActionRow *name_row;
  AdwActionRow *folder_row;
  AdwActionRow *taken_row;
  AdwActionRow *measures_row;
  AdwActionRow *bytes_row;

  InkLibrary *library;
  InkResultModel *model;
  InkPhotoItem *photo;
  guint position;
  GCancellable *loading; /* of everything that is asked about this photo */
  guint spin;            /* source id */
};

G_DEFINE_FINAL_TYPE (InkViewer, ink_viewer, GTK_TYPE_WIDGET)

/* ---- Loading ------------------------------------------------------------------------------- */

typedef struct {
  InkLibrary *library;
  GFile *file;
  guint size;
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_object_unref (load->library);
  g_object_unref (load->file);
  g_free (load);
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Load *load = data;
  GError *error = NULL;
  g_autoptr (InkPixels) pixels =
      ink_library_load_picture (load->library, load->file, load->size, cancellable, &error);

  if (pixels)
    g_task_return_pointer (task, ink_pixels_to_texture (pixels), g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
stop_spinner (InkViewer *self)
{
  g_clear_handle_id (&self->spin, g_source_remove);
  gtk_spinner_stop (self->spinner);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), FALSE);
}

static gboolean
spin_cb (gpointer data)
{
  InkViewer *self = data;

  self->spin = 0;
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), TRUE);
  gtk_spinner_start (self->spinner);
  return G_SOURCE_REMOVE;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), &error);

  /* Another photo is shown by now, or none. */
  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;

  InkViewer *self = INK_VIEWER (source);
  stop_spinner (self);
  if (texture) {
    ink_picture_view_add_texture (self->view, texture);
    gtk_stack_set_visible_child_name (self->stack, "picture");
  } else {
    ink_status_page_set_reason (self->error_page, error);
    gtk_stack_set_visible_child_name (self->stack, "error");
  }
}

static void
load (InkViewer *self, guint size)
{
  g_autoptr (GTask) task = g_task_new (self, self->loading, loaded_cb, NULL);
  Load *data = g_new0 (Load, 1);

  g_task_set_return_on_cancel (task, TRUE);
  data->library = g_object_ref (self->library);
  data->file = g_object_ref (ink_photo_item_get_file (self->photo));
  data->size = CLAMP (size, 1, LARGEST_SIDE);
  g_task_set_task_data (task, data, load_free);
  g_task_run_in_thread (task, load_thread);
}

static void
detail_wanted_cb (InkViewer *self)
{
  /* All of it at once: the next step of the zoom then needs no other. */
  guint width, height;

  if (!self->photo)
    return;
  ink_photo_item_get_size (self->photo, &width, &height);
  load (self, MAX (MAX (width, height), ink_picture_view_get_wanted_size (self->view)));
}

/* ---- What is known ------------------------------------------------------------------------- */

static void
info_queried_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (InkViewer) self = data;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, NULL);

  if (!info || !self->photo || ink_photo_item_get_file (self->photo) != G_FILE (source))
    return;
  g_autofree char *bytes = g_format_size ((guint64)g_file_info_get_size (info));
  adw_action_row_set_subtitle (self->bytes_row, bytes);
}

static void
set_row (AdwActionRow *row, const char *text)
{
  /* Translators: stands for something that is not known of a photo. */
  adw_action_row_set_subtitle (row, text ? text : _ ("Unknown"));
}

static void
show_information (InkViewer *self)
{
  GFile *file = ink_photo_item_get_file (self->photo);
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *folder_name = folder ? g_file_get_parse_name (folder) : NULL;
  g_autofree char *taken = ink_format_taken (ink_photo_item_get_taken (self->photo));
  g_autofree char *measures = NULL;
  guint width, height;

  ink_photo_item_get_size (self->photo, &width, &height);
  if (width > 0)
    /* Translators: width and height of a photo in pixels. */
    measures = g_strdup_printf (_ ("%u × %u pixels"), width, height);
  set_row (self->name_row, ink_photo_item_get_name (self->photo));
  set_row (self->folder_row, folder_name);
  set_row (self->taken_row, taken);
  set_row (self->measures_row, measures);
  adw_action_row_set_subtitle (self->bytes_row, "…");
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT, self->loading, info_queried_cb, g_object_ref (self));
}

/* ---- Going about --------------------------------------------------------------------------- */

static void
step (InkViewer *self, int by)
{
  guint count = ink_result_model_get_count (self->model);
  gint64 position = (gint64)self->position + by;

  if (self->photo && position >= 0 && position < count)
    ink_viewer_show (self, (guint)position);
}

static void
close_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit_by_name (widget, "closed");
}

static void
previous_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  step (INK_VIEWER (widget), -1);
}

static void
next_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  step (INK_VIEWER (widget), 1);
}

static void
zoom_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkViewer *self = INK_VIEWER (widget);

  if (g_str_equal (name, "viewer.zoom-in"))
    ink_picture_view_zoom (self->view, ZOOM_STEP);
  else if (g_str_equal (name, "viewer.zoom-out"))
    ink_picture_view_zoom (self->view, 1 / ZOOM_STEP);
  else if (g_str_equal (name, "viewer.zoom-to-fit"))
    ink_picture_view_zoom_to_fit (self->view);
  else
    ink_picture_view_zoom_to_pixels (self->view);
}

static void
information_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkViewer *self = INK_VIEWER (widget);

  adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

/* The results changed under it: the photo may lie elsewhere, or be gone. */
static void
items_changed_cb (InkViewer *self)
{
  if (!self->photo)
    return;
  guint position =
      ink_result_model_find (self->model, ink_photo_item_get_id (self->photo), self->position);
  if (position != G_MAXUINT)
    self->position = position;
  gtk_widget_set_visible (self->previous, self->position > 0);
  gtk_widget_set_visible (self->next,
                          self->position + 1 < ink_result_model_get_count (self->model));
}

/* ---- The widget ---------------------------------------------------------------------------- */

static void
ink_viewer_dispose (GObject *object)
{
  InkViewer *self = INK_VIEWER (object);
  GtkWidget *child;

  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_handle_id (&self->spin, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->library);
  g_clear_object (&self->model);
  g_clear_object (&self->photo);
  G_OBJECT_CLASS (ink_viewer_parent_class)->dispose (object);
}

static void
add_bindings (GtkWidgetClass *klass)
{
  const struct {
    guint key;
    GdkModifierType modifiers;
    const char *action;
  } bindings[] = {
      {GDK_KEY_Escape, 0, "viewer.close"},         {GDK_KEY_Left, GDK_ALT_MASK, "viewer.close"},
      {GDK_KEY_Left, 0, "viewer.previous"},        {GDK_KEY_Page_Up, 0, "viewer.previous"},
      {GDK_KEY_Right, 0, "viewer.next"},           {GDK_KEY_Page_Down, 0, "viewer.next"},
      {GDK_KEY_plus, 0, "viewer.zoom-in"},         {GDK_KEY_equal, 0, "viewer.zoom-in"},
      {GDK_KEY_KP_Add, 0, "viewer.zoom-in"},       {GDK_KEY_minus, 0, "viewer.zoom-out"},
      {GDK_KEY_KP_Subtract, 0, "viewer.zoom-out"}, {GDK_KEY_0, 0, "viewer.zoom-to-fit"},
      {GDK_KEY_1, 0, "viewer.zoom-to-pixels"},     {GDK_KEY_i, 0, "viewer.information"},
      {GDK_KEY_F9, 0, "viewer.information"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (bindings); i++)
    gtk_widget_class_add_binding_action (klass, bindings[i].key, bindings[i].modifiers,
                                         bindings[i].action, NULL);
}

static void
ink_viewer_class_init (InkViewerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_viewer_dispose;
  g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "viewer.close", NULL, close_action);
  gtk_widget_class_install_action (widget_class, "viewer.previous", NULL, previous_action);
  gtk_widget_class_install_action (widget_class, "viewer.next", NULL, next_action);
  gtk_widget_class_install_action (widget_class, "viewer.zoom-in", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "viewer.zoom-out", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "viewer.zoom-to-fit", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "viewer.zoom-to-pixels", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "viewer.information", NULL, information_action);
  add_bindings (widget_class);

  g_type_ensure (INK_TYPE_PICTURE_VIEW);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/inkling_app/Inkling/ui/viewer.ui");
  gtk_widget_class_bind_template_child (widget_class, InkViewer, title);
  gtk_widget_class_bind_template_child (widget_class, InkViewer, flap);
  gtk_widget_class_bind_template_child (widget_class, InkViewer, stack);
  gtk_widget_class_bind_template_child (widget_class, InkViewer, error_page);
  gtk_widget_class_bind_template_child (widget_class, InkViewer, view);
  gtk_widget_class_bind_template_child (widget_class, InkViewer, spinner);
  gtk_widget_class_bind_template_child (widget_class, InkViewer, previous);
  gtk_widget_class_bind_template_child (widget_class, InkViewer, next);
  gtk_widget_class_bind_template_child (widget_class, InkViewer, name_row);
  gtk_widget_class_bind_template_child (widget_class, InkViewer, folder_row);
  gtk_widget_class_bind_template_child (widget_class, InkViewer, taken_row);
  gtk_widget_class_bind_template_child (widget_class, InkViewer, measures_row);
  gtk_widget_class_bind_template_child (widget_class, InkViewer, bytes_row);
  gtk_widget_class_bind_template_callback (widget_class, detail_wanted_cb);
}

static void
ink_viewer_init (InkViewer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ink_viewer_set_model (InkViewer *self, InkResultModel *model)
{
  g_return_if_fail (!self->model);

  self->model = g_object_ref (model);
  g_signal_connect_object (model, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

void
ink_viewer_set_library (InkViewer *self, InkLibrary *library)
{
  g_set_object (&self->library, library);
}

/* The longer side of the window, in device pixels: the viewer itself has no size yet when its first
 * photo is shown, and a rendering for no size would be a single pixel. */
static guint
window_size (InkViewer *self)
{
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));

  return (guint)(MAX (gtk_widget_get_width (window), gtk_widget_get_height (window)) *
                 gtk_widget_get_scale_factor (window));
}

void
ink_viewer_show (InkViewer *self, guint position)
{
  g_autoptr (InkPhotoItem) photo = ink_result_model_get_photo (self->model, position);
  guint photo_width, photo_height;

  if (!photo || !self->library)
    return;
  ink_viewer_close (self);
  self->photo = g_object_ref (photo);
  self->position = position;
  self->loading = g_cancellable_new ();

  ink_photo_item_get_size (photo, &photo_width, &photo_height);
  ink_picture_view_set_picture (self->view, photo_width, photo_height);
  gtk_stack_set_visible_child_name (self->stack, "picture");
  adw_window_title_set_title (self->title, ink_photo_item_get_name (photo));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  ink_photo_item_get_name (photo), -1);
  show_information (self);
  items_changed_cb (self);
  self->spin = g_timeout_add (SPINNER_DELAY_MS, spin_cb, self);
  load (self, window_size (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

InkPhotoItem *
ink_viewer_get_photo (InkViewer *self)
{
  return self->photo;
}

guint
ink_viewer_get_position (InkViewer *self)
{
  return self->position;
}

void
ink_viewer_close (InkViewer *self)
{
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_object (&self->photo);
  stop_spinner (self);
  ink_picture_view_set_picture (self->view, 0, 0);
}
