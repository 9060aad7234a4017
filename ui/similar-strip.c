/* similar-strip.c: a strip of photos that look like another one. */
#include "config.h"

#include "similar-strip.h"

#include "pixels.h"

#include <glib/gi18n.h>

#define MOST_PHOTOS 24
#define SIDE 96

/* Who goes on to the next photo is not interested in what is like this one. */
#define DELAY_MS 250

struct _InkSimilarStrip {
  GtkWidget parent_instance;

  GtkStack *stack;
  GtkListView *list;
  GtkLabel *message;

  InkLibrary *library;
  InkPhotoItem *photo;
  InkResultModel *results;
  GCancellable *searching;
  guint delay; /* source id */
};

G_DEFINE_FINAL_TYPE (InkSimilarStrip, ink_similar_strip, GTK_TYPE_WIDGET)

/* ---- Thumbnails ---------------------------------------------------------------------------- */

typedef struct {
  InkLibrary *library;
  gint64 photo;
  guint size;
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_object_unref (load->library);
  g_free (load);
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Load *load = data;
  GError *error = NULL;
  g_autoptr (InkPixels) pixels =
      ink_library_load_thumbnail (load->library, load->photo, load->size, cancellable, &error);

  if (pixels)
    g_task_return_pointer (task, ink_pixels_to_texture (pixels), g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), NULL);

  /* A picture that was given to another photo meanwhile was cancelled. */
  if (texture && !g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    gtk_picture_set_paintable (GTK_PICTURE (source), GDK_PAINTABLE (texture));
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *picture = gtk_picture_new ();

  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  gtk_picture_set_content_fit (GTK_PICTURE (picture), GTK_CONTENT_FIT_COVER);
  gtk_widget_set_size_request (picture, SIDE, SIDE);
  gtk_widget_add_css_class (picture, "card");
  gtk_widget_set_overflow (picture, GTK_OVERFLOW_HIDDEN);
  gtk_list_item_set_child (item, picture);
}

static void
bind_cb (InkSimilarStrip *self, GtkListItem *item)
{
  InkPhotoItem *photo = gtk_list_item_get_item (item);
  GtkWidget *picture = gtk_list_item_get_child (item);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (picture, cancellable, loaded_cb, NULL);
  Load *load = g_new0 (Load, 1);

  gtk_accessible_update_property (GTK_ACCESSIBLE (picture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  ink_photo_item_get_name (photo), -1);
  gtk_widget_set_tooltip_text (picture, ink_photo_item_get_name (photo));
  load->library = g_object_ref (self->library);
  load->photo = ink_photo_item_get_id (photo);
  load->size = (guint)(2 * SIDE);
  g_task_set_task_data (task, load, load_free);
  g_object_set_data_full (G_OBJECT (picture), "loading", g_steal_pointer (&cancellable),
                          g_object_unref);
  g_task_run_in_thread (task, load_thread);
}

static void
unbind_cb (InkSimilarStrip *self, GtkListItem *item)
{
  GtkWidget *picture = gtk_list_item_get_child (item);

  g_cancellable_cancel (g_object_get_data (G_OBJECT (picture), "loading"));
  gtk_picture_set_paintable (GTK_PICTURE (picture), NULL);
}

/* ---- The search ---------------------------------------------------------------------------- */

static void
say (InkSimilarStrip *self, const char *message)
{
  gtk_label_set_label (self->message, message);
  gtk_stack_set_visible_child_name (self->stack, "message");
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (InkSimilarStrip) self = data;
  g_autoptr (GError) error = NULL;
  InkResults *results = ink_library_search_finish (INK_LIBRARY (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!results) {
    say (self, error->message);
    return;
  }
  g_clear_object (&self->results);
  self->results = ink_result_model_new ();
  ink_result_model_set_results (self->results, results);
  g_autoptr (GtkSingleSelection) selection =
      gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->results)));
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_selected (selection, GTK_INVALID_LIST_POSITION);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  if (ink_result_model_get_count (self->results) > 0)
    gtk_stack_set_visible_child_name (self->stack, "list");
  else
    say (self, _ ("No photo looks like this one"));
}

static gboolean
search_cb (gpointer data)
{
  InkSimilarStrip *self = data;
  g_autoptr (InkQuery) query = ink_query_new ();

  self->delay = 0;
  ink_query_add_file (query, ink_photo_item_get_file (self->photo), NULL);
  query->exclude = g_object_ref (ink_photo_item_get_file (self->photo));
  query->weak = TRUE;
  query->group = TRUE;
  query->limit = MOST_PHOTOS;
  self->searching = g_cancellable_new ();
  ink_library_search_async (self->library, query, self->searching, found_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
forget (InkSimilarStrip *self)
{
  g_clear_handle_id (&self->delay, g_source_remove);
  g_cancellable_cancel (self->searching);
  g_clear_object (&self->searching);
}

static void
activated_cb (InkSimilarStrip *self, guint position)
{
  g_signal_emit_by_name (self, "photo-activated", position);
}

/* ---- The widget ---------------------------------------------------------------------------- */

static void
ink_similar_strip_dispose (GObject *object)
{
  InkSimilarStrip *self = INK_SIMILAR_STRIP (object);
  GtkWidget *child;

  forget (self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->library);
  g_clear_object (&self->photo);
  g_clear_object (&self->results);
  G_OBJECT_CLASS (ink_similar_strip_parent_class)->dispose (object);
}

static void
ink_similar_strip_class_init (InkSimilarStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_similar_strip_dispose;
  g_signal_new ("photo-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "similarstrip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/inkling_app/Inkling/ui/similar-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, InkSimilarStrip, stack);
  gtk_widget_class_bind_template_child (widget_class, InkSimilarStrip, list);
  gtk_widget_class_bind_template_child (widget_class, InkSimilarStrip, message);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
}

static void
ink_similar_strip_init (InkSimilarStrip *self)
{
  self->results = ink_result_model_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ink_similar_strip_set_library (InkSimilarStrip *self, InkLibrary *library)
{
  g_set_object (&self->library, library);
}

void
ink_similar_strip_set_photo (InkSimilarStrip *self, InkPhotoItem *photo)
{
  if (photo && self->photo && ink_photo_item_get_id (photo) == ink_photo_item_get_id (self->photo))
    return;
  forget (self);
  g_set_object (&self->photo, photo);
  if (!photo)
    gtk_list_view_set_model (self->list, NULL);
  else if (self->library)
    self->delay = g_timeout_add (DELAY_MS, search_cb, self);
}

InkResultModel *
ink_similar_strip_get_results (InkSimilarStrip *self)
{
  return self->results;
}
