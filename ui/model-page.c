/* model-page.c: the page of the preferences with the models: what is known of them, shown. */
#include "config.h"

#include "model-page-private.h"
#include "model-rows.h"
#include "text-format.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (InkModelPage, ink_model_page, ADW_TYPE_PREFERENCES_PAGE)

GtkWindow *
ink_model_page_get_window (InkModelPage *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

void
ink_model_page_say (InkModelPage *self, const char *message)
{
  g_autofree char *text = g_markup_escape_text (message, -1); /* a toast's title is markup */

  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (ink_model_page_get_window (self)),
                                    adw_toast_new (text));
}

const InkModelEntry *
ink_model_page_find (InkModelPage *self, const char *name)
{
  for (guint i = 0; self->models && i < self->models->len; i++) {
    const InkModelEntry *entry = self->models->pdata[i];
    if (name ? g_str_equal (entry->name, name) : entry->active)
      return entry;
  }
  return NULL;
}

/* ---- The resolution ------------------------------------------------------------------------ */

static void
resolution_chosen_cb (InkModelPage *self)
{
  const InkModelEntry *entry = ink_model_page_find (self, NULL);
  GtkStringObject *item = adw_combo_row_get_selected_item (self->resolution);

  if (self->filling || !entry || !item)
    return;
  guint size = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (item), "size"));
  if (size != entry->chosen_size)
    ink_model_page_plan (self, entry->name, size);
}

static void
add_resolution (InkModelPage *self, guint size, const char *text)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->resolutions));

  gtk_string_list_append (self->resolutions, text);
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->resolutions), n);
  g_object_set_data (item, "size", GUINT_TO_POINTER (size));
}

void
ink_model_page_fill_resolutions (InkModelPage *self)
{
  static const guint sizes[] = {224, 256, 320, 384, 448};
  const InkModelEntry *entry = ink_model_page_find (self, NULL);
  guint selected = 0;

  if (!entry)
    return;
  self->filling = TRUE;
  gtk_string_list_splice (self->resolutions, 0,
                          g_list_model_get_n_items (G_LIST_MODEL (self->resolutions)), NULL);
  /* Translators: resolution of a model. */
  g_autofree char *own = g_strdup_printf (_ ("%u pixels, its own"), entry->image_size);
  add_resolution (self, 0, own);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    /* Translators: resolution of a model. */
    g_autofree char *text = g_strdup_printf (_ ("%u pixels"), sizes[i]);
    if (sizes[i] == entry->image_size)
      continue;
    if (sizes[i] == entry->chosen_size)
      selected = g_list_model_get_n_items (G_LIST_MODEL (self->resolutions));
    add_resolution (self, sizes[i], text);
  }
  adw_combo_row_set_selected (self->resolution, selected);
  self->filling = FALSE;
}

/* ---- A change that is under way ------------------------------------------------------------ */

/* Returns: (transfer full): a model, and its resolution where that is not its own */
static char *
name_side (const char *model, guint image_size)
{
  const char *name = g_str_equal (model, "starter") ? _ ("Starter model") : model;

  if (image_size == 0)
    return g_strdup (name);
  /* Translators: a model, and the resolution at which it looks at photos. */
  return g_strdup_printf (_ ("%s at %u pixels"), name, image_size);
}

static void
show_change (InkModelPage *self, const InkModelChange *change)
{
  gboolean changed = change->state == INK_MODEL_CHANGED;
  g_autofree char *title = NULL, *text = NULL;

  self->changing = change->state == INK_MODEL_CHANGING;
  gtk_widget_set_visible (self->change_group, change->state != INK_MODEL_UNCHANGED);
  gtk_widget_set_visible (self->confirm, changed);
  if (change->state == INK_MODEL_UNCHANGED)
    return;
  g_autofree char *now = name_side (change->model, change->image_size);
  g_autofree char *previous = name_side (change->previous_model, change->previous_image_size);
  g_autofree char *size = g_format_size (change->bytes);
  if (changed) {
    /* Translators: %s is a model. */
    title = g_strdup_printf (_ ("“%s” is in use"), now);
    /* Translators: %s is a model, then a size such as "120 MB". */
    text =
        g_strdup_printf (_ ("You can go back to “%s”: what it saw is still here. To keep the new "
                            "one sets about %s on the disk free."),
                         previous, size);
  } else {
    g_autofree char *done = ink_format_count (change->done);
    g_autofree char *total = ink_format_count (change->total);
    /* Translators: %s is a model. */
    title = g_strdup_printf (_ ("Changing to “%s”"), now);
    /* Translators: two numbers, then a model. */
    text = g_strdup_printf (_ ("%s of %s photos are done. Until all are, searches use “%s”."), done,
                            total, previous);
  }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->change_row), title);
  adw_action_row_set_subtitle (self->change_row, text);
}

/* ---- Reading ------------------------------------------------------------------------------- */

typedef struct {
  GPtrArray *models, *offers;
  GArray *downloaded; /* guint64, by offer */
  InkModelChange *change;
} Known;

static void
known_free (gpointer data)
{
  Known *known = data;

  g_clear_pointer (&known->models, g_ptr_array_unref);
  g_clear_pointer (&known->offers, g_ptr_array_unref);
  g_clear_pointer (&known->downloaded, g_array_unref);
  ink_model_change_free (known->change);
  g_free (known);
}

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Known *known = g_new0 (Known, 1);
  GError *error = NULL;

  known->models = ink_library_get_models (data, &error);
  known->change = known->models ? ink_library_get_model_change (data, &error) : NULL;
  if (!known->change) {
    known_free (known);
    g_task_return_error (task, error);
    return;
  }
  known->offers = ink_library_get_model_offers ();
  known->downloaded = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (guint i = 0; i < known->offers->len; i++) {
    const InkModelOffer *offer = known->offers->pdata[i];
    guint64 bytes = ink_library_get_downloaded (data, offer->name);
    g_array_append_val (known->downloaded, bytes);
  }
  g_task_return_pointer (task, known, known_free);
}

static void
clear_list (GtkListBox *list)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (list, 0)))
    gtk_list_box_remove (list, GTK_WIDGET (row));
}

/* Those that are not here yet. */
static void
show_offers (InkModelPage *self, const Known *known)
{
  guint shown = 0;

  clear_list (self->offers);
  for (guint i = 0; i < known->offers->len; i++) {
    const InkModelOffer *offer = known->offers->pdata[i];
    gboolean here = FALSE;
    for (guint j = 0; j < known->models->len; j++) {
      const InkModelEntry *entry = known->models->pdata[j];
      here |= g_strcmp0 (entry->title, offer->title) == 0;
    }
    if (here)
      continue;
    gtk_list_box_append (self->offers,
                         ink_offer_row_new (offer, g_array_index (known->downloaded, guint64, i)));
    shown++;
  }
  gtk_widget_set_visible (GTK_WIDGET (self->offer_group), shown > 0);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkModelPage *self = INK_MODEL_PAGE (source);
  g_autoptr (GError) error = NULL;
  Known *known = g_task_propagate_pointer (G_TASK (result), &error);

  self->reading = FALSE;
  if (!self->session) {
    g_clear_pointer (&known, known_free);
    return;
  }
  if (self->stale)
    ink_model_page_read (self);
  if (!known) {
    ink_model_page_say (self, error->message);
    return;
  }
  g_clear_pointer (&self->models, g_ptr_array_unref);
  self->models = g_ptr_array_ref (known->models);
  clear_list (self->list);
  for (guint i = 0; i < self->models->len; i++)
    gtk_list_box_append (self->list, ink_model_row_new (self->models->pdata[i]));
  show_offers (self, known);
  show_change (self, known->change);
  ink_model_page_fill_resolutions (self);
  ink_model_page_set_working (self, self->working);
  known_free (known);
}

void
ink_model_page_read (InkModelPage *self)
{
  InkLibrary *library = ink_session_get_library (self->session);

  if (!library)
    return;
  self->stale = self->reading;
  if (self->reading)
    return;
  self->reading = TRUE;
  g_autoptr (GTask) task = g_task_new (self, NULL, read_cb, NULL);
  g_task_set_task_data (task, g_object_ref (library), g_object_unref);
  g_task_run_in_thread (task, read_thread);
}

/* When a run has ended, a change may be done. A short run begins and ends between two looks. */
static void
progress_cb (InkModelPage *self)
{
  g_autofree char *line = ink_format_progress (ink_session_get_progress (self->session));
  gboolean indexing = ink_session_is_indexing (self->session);

  gtk_label_set_label (self->progress, line);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), line[0] != '\0');
  if (!indexing && (self->indexing || self->changing || self->reading))
    ink_model_page_read (self);
  self->indexing = indexing;
}

/* ---- Adding -------------------------------------------------------------------------------- */

static void
chosen_cb (InkModelPage *self, int response)
{
  g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (self->chooser));
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (files); i++) {
    g_autoptr (GFile) file = g_list_model_get_item (files, i);
    if (g_file_peek_path (file))
      g_strv_builder_add (paths, g_file_peek_path (file));
  }
  g_auto (GStrv) chosen = g_strv_builder_end (paths);
  if (response == GTK_RESPONSE_ACCEPT && chosen[0])
    ink_model_page_add_files (self, g_steal_pointer (&chosen));
  g_clear_object (&self->chooser);
}

static void
add_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkModelPage *self = INK_MODEL_PAGE (widget);
  gboolean folder = g_str_equal (name, "model.add-folder");

  if (self->chooser)
    return;
  self->chooser = gtk_file_chooser_native_new (folder ? _ ("Choose a Folder with an OpenCLIP Model")
                                                      : _ ("Choose the Files of an OpenCLIP Model"),
                                               ink_model_page_get_window (self),
                                               folder ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER
                                                      : GTK_FILE_CHOOSER_ACTION_OPEN,
                                               _ ("_Add"), NULL);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), !folder);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* ---- Actions ------------------------------------------------------------------------------- */

/* A text, in whatever shows text, or a page on the web. */
static void
read_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_show_uri (ink_model_page_get_window (INK_MODEL_PAGE (widget)),
                g_variant_get_string (parameter, NULL), GDK_CURRENT_TIME);
}

/* ---- The page ------------------------------------------------------------------------------ */

static void
ink_model_page_dispose (GObject *object)
{
  InkModelPage *self = INK_MODEL_PAGE (object);

  if (self->chooser)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->models, g_ptr_array_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ink_model_page_parent_class)->dispose (object);
}

static void
ink_model_page_class_init (InkModelPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_model_page_dispose;
  gtk_widget_class_install_action (widget_class, "model.add-folder", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "model.add-files", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "model.read", "s", read_action);
  ink_model_page_install_job_actions (widget_class);
  ink_model_page_install_download_action (widget_class);

  g_type_ensure (INK_TYPE_DOWNLOAD_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/inkling_app/Inkling/ui/model-page.ui");
  gtk_widget_class_bind_template_child (widget_class, InkModelPage, change_group);
  gtk_widget_class_bind_template_child (widget_class, InkModelPage, change_row);
  gtk_widget_class_bind_template_child (widget_class, InkModelPage, confirm);
  gtk_widget_class_bind_template_child (widget_class, InkModelPage, download_group);
  gtk_widget_class_bind_template_child (widget_class, InkModelPage, list);
  gtk_widget_class_bind_template_child (widget_class, InkModelPage, add);
  gtk_widget_class_bind_template_child (widget_class, InkModelPage, progress);
  gtk_widget_class_bind_template_child (widget_class, InkModelPage, resolution);
  gtk_widget_class_bind_template_child (widget_class, InkModelPage, resolutions);
  gtk_widget_class_bind_template_child (widget_class, InkModelPage, offer_group);
  gtk_widget_class_bind_template_child (widget_class, InkModelPage, offers);
}

static void
ink_model_page_init (InkModelPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_preferences_group_set_description (
      self->offer_group,
      ink_library_can_download ()
          ? _ ("To download one is the one thing that Inkling uses the network for.")
          : _ ("This build does not use the network: each says which files to get."));
  g_signal_connect_object (self->resolution, "notify::selected", G_CALLBACK (resolution_chosen_cb),
                           self, G_CONNECT_SWAPPED);
}

void
ink_model_page_set_session (InkModelPage *self, InkSession *session)
{
  g_return_if_fail (!self->session);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "progress", G_CALLBACK (progress_cb), self, G_CONNECT_SWAPPED);
  ink_model_page_follow_download (self);
  progress_cb (self);
  ink_model_page_read (self);
}
