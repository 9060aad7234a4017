/* viewer.c: one photo over the whole window. */
#include "config.h"

#include "viewer-private.h"

#include "status-page.h"

#include <glib/gi18n.h>

/* More than this is never decoded for the screen: graphics cards take no larger texture. */
#define LARGEST_SIDE 8192

/* A spinner that comes at once would flicker at each step. */
#define SPINNER_DELAY_MS 300

G_DEFINE_FINAL_TYPE (InkViewer, ink_viewer, GTK_TYPE_WIDGET)

/* ---- Loading ------------------------------------------------------------------------------- */

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

/* The library may not know the measures of a photo; a rendering has their proportions. */
static void
know_measures (InkViewer *self, guint width, guint height)
{
  const InkPictureGeometry *geometry = ink_picture_view_get_geometry (self->view);

  if (geometry->width <= 0)
    ink_picture_view_set_picture (self->view, width, height);
}

/* Its thumbnail, from when it could be read or from the part of it that can, is more than none. */
static void
show_error (InkViewer *self, const GError *error)
{
  gboolean page_had_gone = !g_str_equal (gtk_stack_get_visible_child_name (self->stack), "picture");

  stop_spinner (self);
  if (self->has_thumbnail)
    gtk_label_set_label (self->note, error->message);
  else
    ink_status_page_set_reason (self->error_page, error);
  gtk_widget_set_visible (self->note_bar, self->has_thumbnail);
  gtk_stack_set_visible_child_name (self->stack, self->has_thumbnail ? "picture" : "error");
  if (self->has_thumbnail && page_had_gone) /* and the keyboard with it */
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* Shows what there is by now of the photo. */
static void
show_loaded (InkViewer *self)
{
  const InkLoadedPicture *loaded =
      ink_picture_loader_lookup (self->loader, ink_photo_item_get_id (self->photo));

  if (!loaded)
    return;
  if (loaded->picture && !self->has_picture) {
    know_measures (self, loaded->facts->width, loaded->facts->height);
    ink_picture_view_add (self->view, loaded->picture, NULL);
    ink_photo_information_set_facts (self->information, loaded->facts);
    self->has_picture = TRUE;
    stop_spinner (self);
  } else if (loaded->thumbnail && !self->has_thumbnail && !self->has_picture &&
             ink_picture_view_get_geometry (self->view)->width > 0) {
    ink_picture_view_add (self->view, loaded->thumbnail, NULL);
    self->has_thumbnail = TRUE;
  }
  if (loaded->error)
    show_error (self, loaded->error);
}

static void
arrived_cb (InkViewer *self, gint64 photo)
{
  if (self->photo && ink_photo_item_get_id (self->photo) == photo)
    show_loaded (self);
}

static void
detail_rendered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (InkViewer) self = data;
  g_autoptr (GError) error = NULL;
  InkViewRequest request;
  g_autoptr (GdkTexture) texture =
      ink_picture_loader_render_finish (INK_PICTURE_LOADER (source), result, &request, &error);

  /* Another photo, or another part of it, is shown by now. */
  if (g_task_get_cancellable (G_TASK (result)) != self->detail)
    return;
  if (texture)
    ink_picture_view_add (self->view, texture, request.has_region ? &request.region : NULL);
  else
    g_debug ("no further detail: %s", error->message); /* what there is stays */
}

static void
detail_wanted_cb (InkViewer *self)
{
  InkViewRequest request;

  g_cancellable_cancel (self->detail);
  g_clear_object (&self->detail);
  /* Before the first rendering, that is on its way. */
  if (!self->photo || !self->has_picture || !ink_picture_view_get_wanted (self->view, &request))
    return;
  self->detail = g_cancellable_new ();
  ink_picture_loader_render_async (self->loader, self->photo, &request, self->detail,
                                   detail_rendered_cb, g_object_ref (self));
}

/* The longer side of the window, in device pixels: the viewer itself has no size yet when its first
 * photo is shown. */
static guint
window_size (InkViewer *self)
{
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));
  int longer = MAX (gtk_widget_get_width (window), gtk_widget_get_height (window));

  return (guint)CLAMP (longer * gtk_widget_get_scale_factor (window), 1, LARGEST_SIDE);
}

/* This photo, then the next and the one before. */
static void
load (InkViewer *self)
{
  g_autoptr (GPtrArray) photos = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (photos, g_object_ref (self->photo));
  for (int by = 1; by >= -1; by -= 2) {
    gint64 position = (gint64)self->position + by;
    InkPhotoItem *photo =
        position >= 0 ? ink_result_model_get_photo (self->list, (guint)position) : NULL;
    if (photo)
      g_ptr_array_add (photos, photo);
  }
  ink_picture_loader_want (self->loader, photos, window_size (self));
}

/* How large it is seen: 100 % is a pixel of the picture for each of the screen's. */
static void
geometry_changed_cb (InkViewer *self)
{
  const InkPictureGeometry *geometry = ink_picture_view_get_geometry (self->view);
  double scale = ink_picture_geometry_get_scale (geometry) / geometry->pixel;
  /* Translators: how large a photo is seen; %.0f is a number. */
  g_autofree char *label = g_strdup_printf (_ ("%.0f %%"), 100 * scale);

  if (g_strcmp0 (gtk_button_get_label (self->zoom), label) != 0)
    gtk_button_set_label (self->zoom, label);
}

/* ---- Showing ------------------------------------------------------------------------------- */

/* The list changed under it: the photo may lie elsewhere, or be gone. */
static void
update_position (InkViewer *self)
{
  if (!self->photo)
    return;
  guint position =
      ink_result_model_find (self->list, ink_photo_item_get_id (self->photo), self->position);
  if (position != G_MAXUINT)
    self->position = position;
  if (self->list == self->results)
    self->results_position = self->position;
  gtk_widget_set_visible (self->previous, self->position > 0);
  gtk_widget_set_visible (self->next, self->position + 1 < ink_result_model_get_count (self->list));
}

static void
forget_photo (InkViewer *self)
{
  g_cancellable_cancel (self->detail);
  g_clear_object (&self->detail);
  g_clear_object (&self->photo);
  stop_spinner (self);
  gtk_widget_set_visible (self->note_bar, FALSE);
  ink_region_selector_end (self->region);
  self->has_thumbnail = self->has_picture = FALSE;
}

static void
set_list (InkViewer *self, InkResultModel *list)
{
  if (self->list == list)
    return;
  if (self->list)
    g_signal_handlers_disconnect_by_data (self->list, self);
  g_set_object (&self->list, list);
  g_signal_connect_object (list, "items-changed", G_CALLBACK (update_position), self,
                           G_CONNECT_SWAPPED);
}

static void
show (InkViewer *self, InkResultModel *list, guint position)
{
  g_autoptr (InkPhotoItem) photo = ink_result_model_get_photo (list, position);
  guint width, height;

  if (!photo)
    return;
  forget_photo (self);
  set_list (self, list);
  self->photo = g_object_ref (photo);
  self->position = position;
  g_signal_emit_by_name (self, "photo-changed");

  ink_photo_item_get_size (photo, &width, &height);
  ink_picture_view_set_picture (self->view, width, height);
  gtk_stack_set_visible_child_name (self->stack, "picture");
  adw_window_title_set_title (self->title, ink_photo_item_get_name (photo));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  ink_photo_item_get_name (photo), -1);
  ink_photo_information_set_photo (self->information, photo);
  if (gtk_widget_get_visible (GTK_WIDGET (self->where)))
    ink_where_bar_set_photo (self->where, photo);
  if (gtk_revealer_get_reveal_child (self->strip_revealer) && list == self->results)
    ink_similar_strip_set_photo (self->strip, photo);
  update_position (self);

  self->spin = g_timeout_add (SPINNER_DELAY_MS, spin_cb, self);
  load (self);
  show_loaded (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

gboolean
ink_viewer_step (InkViewer *self, int by)
{
  gint64 position = (gint64)self->position + by;

  if (!self->photo || position < 0 || position >= ink_result_model_get_count (self->list))
    return FALSE;
  show (self, self->list, (guint)position);
  return TRUE;
}

/* ---- Similar photos ------------------------------------------------------------------------ */

static void
strip_revealed_cb (InkViewer *self)
{
  if (self->photo && gtk_revealer_get_reveal_child (self->strip_revealer))
    ink_similar_strip_set_photo (self->strip, self->photo);
}

static void
similar_activated_cb (InkViewer *self, guint position)
{
  show (self, ink_similar_strip_get_results (self->strip), position);
}

/* ---- Where words match --------------------------------------------------------------------- */

static void
overlay_changed_cb (InkViewer *self)
{
  ink_picture_view_set_overlay (self->view, ink_where_bar_get_overlay (self->where));
}

void
ink_viewer_show_where (InkViewer *self, gboolean shown)
{
  gtk_widget_set_visible (GTK_WIDGET (self->where), shown);
  ink_where_bar_set_photo (self->where, shown ? self->photo : NULL);
}

/* ---- A part to search by ------------------------------------------------------------------- */

void
ink_viewer_end_region (InkViewer *self)
{
  ink_region_selector_end (self->region);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
region_chosen_cb (InkViewer *self)
{
  InkRegion region = ink_region_selector_get_region (self->region);
  g_autoptr (InkPictureQuery) picture = ink_picture_query_new_for_region (
      ink_photo_item_get_file (self->photo), ink_photo_item_get_id (self->photo), &region);

  ink_region_selector_end (self->region);
  g_signal_emit_by_name (self, "picture-chosen", picture);
}

/* ---- The widget ---------------------------------------------------------------------------- */

static void
ink_viewer_dispose (GObject *object)
{
  InkViewer *self = INK_VIEWER (object);
  GtkWidget *child;

  g_cancellable_cancel (self->detail);
  g_clear_object (&self->detail);
  g_clear_handle_id (&self->spin, g_source_remove);
  g_clear_handle_id (&self->rest, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->loader);
  g_clear_object (&self->results);
  g_clear_object (&self->list);
  g_clear_object (&self->photo);
  G_OBJECT_CLASS (ink_viewer_parent_class)->dispose (object);
}

static void
ink_viewer_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ink_viewer_parent_class)->root (widget);
  g_signal_connect_object (gtk_widget_get_root (widget), "notify::fullscreened",
                           G_CALLBACK (ink_viewer_update_fullscreen), widget, G_CONNECT_SWAPPED);
}

static void
ink_viewer_unroot (GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_data (gtk_widget_get_root (widget), widget);
  GTK_WIDGET_CLASS (ink_viewer_parent_class)->unroot (widget);
}

static void
bind_template (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (klass,
                                               "/io/github/inkling_app/Inkling/ui/viewer.ui");
  gtk_widget_class_bind_template_child (klass, InkViewer, header);
  gtk_widget_class_bind_template_child (klass, InkViewer, title);
  gtk_widget_class_bind_template_child (klass, InkViewer, flap);
  gtk_widget_class_bind_template_child (klass, InkViewer, information);
  gtk_widget_class_bind_template_child (klass, InkViewer, canvas);
  gtk_widget_class_bind_template_child (klass, InkViewer, stack);
  gtk_widget_class_bind_template_child (klass, InkViewer, error_page);
  gtk_widget_class_bind_template_child (klass, InkViewer, view);
  gtk_widget_class_bind_template_child (klass, InkViewer, region);
  gtk_widget_class_bind_template_child (klass, InkViewer, where);
  gtk_widget_class_bind_template_child (klass, InkViewer, where_button);
  gtk_widget_class_bind_template_child (klass, InkViewer, spinner);
  gtk_widget_class_bind_template_child (klass, InkViewer, note_bar);
  gtk_widget_class_bind_template_child (klass, InkViewer, note);
  gtk_widget_class_bind_template_child (klass, InkViewer, previous);
  gtk_widget_class_bind_template_child (klass, InkViewer, next);
  gtk_widget_class_bind_template_child (klass, InkViewer, zoom);
  gtk_widget_class_bind_template_child (klass, InkViewer, fullscreen);
  gtk_widget_class_bind_template_child (klass, InkViewer, strip_revealer);
  gtk_widget_class_bind_template_child (klass, InkViewer, strip);
  gtk_widget_class_bind_template_callback (klass, detail_wanted_cb);
  gtk_widget_class_bind_template_callback (klass, geometry_changed_cb);
  gtk_widget_class_bind_template_callback (klass, strip_revealed_cb);
  gtk_widget_class_bind_template_callback (klass, similar_activated_cb);
  gtk_widget_class_bind_template_callback (klass, overlay_changed_cb);
  gtk_widget_class_bind_template_callback (klass, region_chosen_cb);
  gtk_widget_class_bind_template_callback_full (klass, "region_cancelled_cb",
                                                G_CALLBACK (ink_viewer_end_region));
  gtk_widget_class_bind_template_callback_full (klass, "pointer_moved_cb",
                                                G_CALLBACK (ink_viewer_pointer_moved));
}

static void
ink_viewer_class_init (InkViewerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_viewer_dispose;
  g_signal_new ("closed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("picture-chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                INK_TYPE_PICTURE_QUERY);
  g_signal_new ("photo-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  widget_class->root = ink_viewer_root;
  widget_class->unroot = ink_viewer_unroot;
  ink_viewer_install_actions (widget_class);

  g_type_ensure (INK_TYPE_PICTURE_VIEW);
  g_type_ensure (INK_TYPE_PHOTO_INFORMATION);
  g_type_ensure (INK_TYPE_REGION_SELECTOR);
  g_type_ensure (INK_TYPE_SIMILAR_STRIP);
  g_type_ensure (INK_TYPE_WHERE_BAR);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  bind_template (widget_class);
}

static void
ink_viewer_init (InkViewer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->loader = ink_picture_loader_new ();
  g_signal_connect_object (self->loader, "arrived", G_CALLBACK (arrived_cb), self,
                           G_CONNECT_SWAPPED);
}

void
ink_viewer_set_results (InkViewer *self, InkResultModel *results)
{
  g_return_if_fail (!self->results);

  self->results = g_object_ref (results);
  set_list (self, results);
}

void
ink_viewer_set_library (InkViewer *self, InkLibrary *library)
{
  ink_picture_loader_set_library (self->loader, library);
  ink_similar_strip_set_library (self->strip, library);
  ink_where_bar_set_library (self->where, library);
}

void
ink_viewer_set_folders (InkViewer *self, GPtrArray *folders)
{
  ink_photo_information_set_folders (self->information, folders);
}

void
ink_viewer_set_words (InkViewer *self, GPtrArray *words)
{
  gboolean any = ink_where_bar_set_words (self->where, words);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.where", any);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.next-words", any);
  gtk_widget_set_visible (self->where_button, any);
  if (!any)
    gtk_widget_set_visible (GTK_WIDGET (self->where), FALSE);
}

void
ink_viewer_show (InkViewer *self, guint position)
{
  show (self, self->results, position);
}

InkPhotoItem *
ink_viewer_get_photo (InkViewer *self)
{
  return self->photo;
}

guint
ink_viewer_get_position (InkViewer *self)
{
  return self->results_position;
}

void
ink_viewer_leave_photo (InkViewer *self)
{
  if (!ink_viewer_step (self, 1) && !ink_viewer_step (self, -1))
    g_signal_emit_by_name (self, "closed");
}

void
ink_viewer_close (InkViewer *self)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  forget_photo (self);
  ink_viewer_wake (self);
  ink_viewer_leave_fullscreen (self);
  ink_picture_loader_want (self->loader, none, 1);
  ink_similar_strip_set_photo (self->strip, NULL);
  ink_where_bar_set_photo (self->where, NULL);
  ink_photo_information_set_photo (self->information, NULL);
  ink_picture_view_set_picture (self->view, 0, 0);
  set_list (self, self->results);
  g_signal_emit_by_name (self, "photo-changed");
}
