/* model-page.c: the page of the preferences with the models. */
#include "config.h"

#include "model-page.h"

#include "download-group.h"
#include "model-question.h"
#include "model-rows.h"
#include "text-format.h"

#include <glib/gi18n.h>

struct _InkModelPage {
  AdwPreferencesPage parent_instance;

  GtkWidget *change_group;
  AdwActionRow *change_row;
  GtkWidget *confirm;
  InkDownloadGroup *download_group;
  GtkListBox *list;
  GtkWidget *add;
  GtkLabel *progress;
  AdwComboRow *resolution;
  GtkStringList *resolutions;
  AdwPreferencesGroup *offer_group;
  GtkListBox *offers;

  InkSession *session;
  GPtrArray *models;             /* InkModelEntry; NULL until they are read */
  GtkFileChooserNative *chooser; /* while it is open */
  GCancellable *cancellable;
  gboolean working;  /* a model is being added, checked or taken */
  gboolean indexing; /* when it was last looked */
  gboolean filling;  /* the list of resolutions: nobody chooses */
};

G_DEFINE_FINAL_TYPE (InkModelPage, ink_model_page, ADW_TYPE_PREFERENCES_PAGE)

static void read_models (InkModelPage *self);

static GtkWindow *
get_window (InkModelPage *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

static void
say (InkModelPage *self, const char *message)
{
  g_autofree char *text = g_markup_escape_text (message, -1); /* a toast's title is markup */

  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (get_window (self)),
                                    adw_toast_new (text));
}

static const InkModelEntry *
find_model (InkModelPage *self, const char *name)
{
  for (guint i = 0; self->models && i < self->models->len; i++) {
    const InkModelEntry *entry = self->models->pdata[i];
    if (name ? g_str_equal (entry->name, name) : entry->active)
      return entry;
  }
  return NULL;
}

/* ---- Work in a thread ---------------------------------------------------------------------- */

/* What begins only when it is agreed to is planned first. */
typedef enum { ADD, PLAN, USE, UNDO, CONFIRM, REMOVE, VERIFY, DISCARD } What;

typedef struct {
  What what;
  char *name;  /* of the model or the offer */
  GStrv files; /* to add: a folder, or files */
  guint image_size;
  InkLibrary *library;
  guint photos; /* of a plan */
  guint64 bytes;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->name);
  g_strfreev (job->files);
  g_clear_object (&job->library);
  g_free (job);
}

static gboolean
do_job (Job *job, GCancellable *cancellable, GError **error)
{
  g_autofree char *added = NULL;

  switch (job->what) {
  case ADD:
    added = ink_library_add_model_files (job->library, (const char *const *)job->files, cancellable,
                                         error);
    return added != NULL;
  case PLAN:
    return ink_library_plan_model (job->library, job->name, job->image_size, &job->photos,
                                   &job->bytes, error);
  case USE:
    return ink_library_use_model (job->library, job->name, job->image_size, error);
  case UNDO:
    return ink_library_undo_model (job->library, error);
  case CONFIRM:
    return ink_library_confirm_model (job->library, error);
  case REMOVE:
    return ink_library_remove_model (job->library, job->name, error);
  case DISCARD:
    ink_library_discard_download (job->library, job->name);
    return TRUE;
  case VERIFY:
  default:
    return ink_library_verify_model (job->library, job->name, cancellable, error);
  }
}

static void
job_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;

  if (ink_library_take_over (job->library, &error) && do_job (job, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
set_working (InkModelPage *self, gboolean working)
{
  static const char *const actions[] = {"model.use",    "model.undo",   "model.confirm",
                                        "model.remove", "model.verify", "model.discard"};

  self->working = working;
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i], !working);
  gtk_widget_set_sensitive (self->add, !working);
  gtk_widget_set_sensitive (GTK_WIDGET (self->resolution), !working && self->models);
}

static void ask_to_use (InkModelPage *self, const Job *plan);
static void fill_resolutions (InkModelPage *self);

static void
job_done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkModelPage *self = INK_MODEL_PAGE (source);
  const Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  if (!self->session) /* closed meanwhile */
    return;
  set_working (self, FALSE);
  if (!done) {
    say (self, error->message);
  } else if (job->what == PLAN) {
    ask_to_use (self, job);
    return;
  } else if (job->what == VERIFY) {
    say (self, _ ("The model is as it was when it was added."));
  } else if (job->what == USE || job->what == UNDO) {
    ink_session_index (self->session, FALSE); /* photos that the other has not seen */
  }
  read_models (self);
}

/* @job: (transfer full) */
static void
begin (InkModelPage *self, Job *job)
{
  InkLibrary *library = ink_session_get_library (self->session);

  if (!library || self->working) {
    job_free (job);
    return;
  }
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, job_done_cb, NULL);
  job->library = g_object_ref (library);
  set_working (self, TRUE);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, job_thread);
}

static void
begin_with (InkModelPage *self, What what, const char *name, guint image_size)
{
  Job *job = g_new0 (Job, 1);

  job->what = what;
  job->name = g_strdup (name);
  job->image_size = image_size;
  begin (self, job);
}

/* ---- Using another ------------------------------------------------------------------------- */

static void
use_answered_cb (gpointer data, gboolean agreed, const char *name, guint image_size)
{
  InkModelPage *self = data;

  if (!self->session)
    return;
  if (agreed)
    begin_with (self, USE, name, image_size);
  else
    fill_resolutions (self); /* as it was */
}

static void
ask_to_use (InkModelPage *self, const Job *plan)
{
  const InkModelEntry *entry = find_model (self, plan->name);

  if (entry)
    ink_model_question_use (get_window (self), entry, plan->image_size, plan->photos, plan->bytes,
                            use_answered_cb, G_OBJECT (self));
}

static void
resolution_chosen_cb (InkModelPage *self)
{
  const InkModelEntry *entry = find_model (self, NULL);
  GtkStringObject *item = adw_combo_row_get_selected_item (self->resolution);

  if (self->filling || !entry || !item)
    return;
  guint size = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (item), "size"));
  if (size != entry->chosen_size)
    begin_with (self, PLAN, entry->name, size);
}

static void
add_resolution (InkModelPage *self, guint size, const char *text)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->resolutions));

  gtk_string_list_append (self->resolutions, text);
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->resolutions), n);
  g_object_set_data (item, "size", GUINT_TO_POINTER (size));
}

/* The model's own first, then what else is sensible; the one that is used is selected. */
static void
fill_resolutions (InkModelPage *self)
{
  static const guint sizes[] = {224, 256, 320, 384, 448};
  const InkModelEntry *entry = find_model (self, NULL);
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

  if (!self->session) {
    g_clear_pointer (&known, known_free);
    return;
  }
  if (!known) {
    say (self, error->message);
    return;
  }
  g_clear_pointer (&self->models, g_ptr_array_unref);
  self->models = g_ptr_array_ref (known->models);
  clear_list (self->list);
  for (guint i = 0; i < self->models->len; i++)
    gtk_list_box_append (self->list, ink_model_row_new (self->models->pdata[i]));
  show_offers (self, known);
  show_change (self, known->change);
  fill_resolutions (self);
  set_working (self, self->working);
  known_free (known);
}

static void
read_models (InkModelPage *self)
{
  InkLibrary *library = ink_session_get_library (self->session);

  if (!library)
    return;
  g_autoptr (GTask) task = g_task_new (self, NULL, read_cb, NULL);
  g_task_set_task_data (task, g_object_ref (library), g_object_unref);
  g_task_run_in_thread (task, read_thread);
}

/* When a run has ended, a change may be done. */
static void
progress_cb (InkModelPage *self)
{
  g_autofree char *line = ink_format_progress (ink_session_get_progress (self->session));
  gboolean indexing = ink_session_is_indexing (self->session);

  gtk_label_set_label (self->progress, line);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), line[0] != '\0');
  if (self->indexing && !indexing)
    read_models (self);
  self->indexing = indexing;
}

/* ---- Adding -------------------------------------------------------------------------------- */

static void
chosen_cb (InkModelPage *self, int response)
{
  g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (self->chooser));
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  Job *job = g_new0 (Job, 1);

  for (guint i = 0; i < g_list_model_get_n_items (files); i++) {
    g_autoptr (GFile) file = g_list_model_get_item (files, i);
    if (g_file_peek_path (file))
      g_strv_builder_add (paths, g_file_peek_path (file));
  }
  job->what = ADD;
  job->files = g_strv_builder_end (paths);
  if (response == GTK_RESPONSE_ACCEPT && job->files[0])
    begin (self, job);
  else
    job_free (job);
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
                                               get_window (self),
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

static void
use_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  begin_with (INK_MODEL_PAGE (widget), PLAN, g_variant_get_string (parameter, NULL), 0);
}

static void
job_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  static const struct {
    const char *action;
    What what;
  } jobs[] = {{"model.undo", UNDO},
              {"model.confirm", CONFIRM},
              {"model.remove", REMOVE},
              {"model.verify", VERIFY},
              {"model.discard", DISCARD}};

  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    if (g_str_equal (jobs[i].action, name))
      begin_with (INK_MODEL_PAGE (widget), jobs[i].what,
                  parameter ? g_variant_get_string (parameter, NULL) : NULL, 0);
}

/* A text, in whatever shows text, or a page on the web. */
static void
read_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_show_uri (get_window (INK_MODEL_PAGE (widget)), g_variant_get_string (parameter, NULL),
                GDK_CURRENT_TIME);
}

/* ---- Downloading --------------------------------------------------------------------------- */

static void
download_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkModelPage *self = INK_MODEL_PAGE (widget);
  InkLibrary *library = ink_session_get_library (self->session);
  g_autoptr (InkModelOffer) offer =
      ink_model_offers_find (g_variant_get_string (parameter, NULL), NULL);

  if (library && offer)
    ink_model_download_ask (ink_session_get_download (self->session), library, offer);
}

static void
download_answered_cb (gpointer data, gboolean agreed, const char *name, guint image_size)
{
  InkModelPage *self = data;

  if (!self->session)
    return;
  if (agreed)
    ink_model_download_start (ink_session_get_download (self->session));
  else
    ink_model_download_cancel (ink_session_get_download (self->session), FALSE);
}

/* One at a time. */
static void
allow_download (InkModelPage *self)
{
  InkDownloadState state = ink_model_download_get_state (ink_session_get_download (self->session));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "model.download", state == INK_DOWNLOAD_NONE);
}

/* It is asked about as soon as its size is known. */
static void
download_changed_cb (InkModelPage *self)
{
  InkModelDownload *download = ink_session_get_download (self->session);
  InkDownloadState state = ink_model_download_get_state (download);

  allow_download (self);
  if (state == INK_DOWNLOAD_ASKED)
    ink_model_question_download (get_window (self), ink_model_download_get_offer (download),
                                 ink_model_download_get_plan (download), download_answered_cb,
                                 G_OBJECT (self));
  if (state == INK_DOWNLOAD_NONE)
    read_models (self);
}

static void
toast_clicked_cb (InkModelPage *self, AdwToast *toast)
{
  begin_with (self, PLAN, g_object_get_data (G_OBJECT (toast), "name"), 0);
}

static void
downloaded_cb (InkModelPage *self, const char *name)
{
  /* Translators: %s is the name of a model. */
  g_autofree char *message = g_strdup_printf (_ ("“%s” was added"), name);
  g_autofree char *text = g_markup_escape_text (message, -1);
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_button_label (toast, _ ("_Use"));
  g_object_set_data_full (G_OBJECT (toast), "name", g_strdup (name), g_free);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (toast_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (get_window (self)), toast);
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
  gtk_widget_class_install_action (widget_class, "model.use", "s", use_action);
  gtk_widget_class_install_action (widget_class, "model.undo", NULL, job_action);
  gtk_widget_class_install_action (widget_class, "model.confirm", NULL, job_action);
  gtk_widget_class_install_action (widget_class, "model.remove", "s", job_action);
  gtk_widget_class_install_action (widget_class, "model.verify", "s", job_action);
  gtk_widget_class_install_action (widget_class, "model.discard", "s", job_action);
  gtk_widget_class_install_action (widget_class, "model.read", "s", read_action);
  gtk_widget_class_install_action (widget_class, "model.download", "s", download_action);

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
  InkModelDownload *download = ink_session_get_download (session);

  g_return_if_fail (!self->session);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "progress", G_CALLBACK (progress_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (download, "changed", G_CALLBACK (download_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (download, "finished", G_CALLBACK (downloaded_cb), self,
                           G_CONNECT_SWAPPED);
  ink_download_group_set_download (self->download_group, download);
  allow_download (self);
  progress_cb (self);
  read_models (self);
}
