/* model-page.c: the page of the preferences with the models. */
#include "config.h"

#include "model-page.h"

#include "text-format.h"

#include <glib/gi18n.h>

struct _InkModelPage {
  AdwPreferencesPage parent_instance;

  GtkListBox *list;
  GtkWidget *add;
  GtkLabel *progress;

  InkSession *session;
  GtkFileChooserNative *chooser; /* while it is open */
  GCancellable *cancellable;
  gboolean working; /* a model is being added, checked or taken */
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

/* ---- Work in a thread ---------------------------------------------------------------------- */

typedef struct {
  enum { ADD, USE, REMOVE, VERIFY } what;
  char *name; /* of the model, or the folder to add */
  InkLibrary *library;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->name);
  g_clear_object (&job->library);
  g_free (job);
}

static gboolean
do_job (const Job *job, GCancellable *cancellable, GError **error)
{
  g_autofree char *added = NULL;

  switch (job->what) {
  case ADD:
    added = ink_library_add_model (job->library, job->name, cancellable, error);
    return added != NULL;
  case USE:
    return ink_library_use_model (job->library, job->name, 0, error);
  case REMOVE:
    return ink_library_remove_model (job->library, job->name, error);
  case VERIFY:
  default:
    return ink_library_verify_model (job->library, job->name, cancellable, error);
  }
}

static void
job_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;
  GError *error = NULL;

  if (ink_library_make_writable (job->library, &error) && do_job (job, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
job_done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkModelPage *self = INK_MODEL_PAGE (source);
  const Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  if (!self->session) /* closed meanwhile */
    return;
  self->working = FALSE;
  if (!done)
    say (self, error->message);
  else if (job->what == VERIFY)
    say (self, _ ("The model is as it was when it was added."));
  else if (job->what == USE)
    ink_session_index (self->session, FALSE); /* photos that the other has not seen */
  read_models (self);
}

static void
begin_job (InkModelPage *self, int what, const char *name)
{
  InkLibrary *library = ink_session_get_library (self->session);

  if (!library || self->working)
    return;
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, job_done_cb, NULL);
  Job *job = g_new0 (Job, 1);
  job->what = what;
  job->name = g_strdup (name);
  job->library = g_object_ref (library);
  self->working = TRUE;
  gtk_widget_set_sensitive (self->add, FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->list), FALSE);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, job_thread);
}

/* ---- Rows ---------------------------------------------------------------------------------- */

static void
use_answered_cb (InkModelPage *self, const char *response, GtkWidget *question)
{
  if (g_str_equal (response, "use"))
    begin_job (self, USE, g_object_get_data (G_OBJECT (question), "name"));
}

static void
use_clicked_cb (InkModelPage *self, GtkWidget *button)
{
  const char *name = g_object_get_data (G_OBJECT (button), "name");
  guint photos, failed;
  ink_session_get_counts (self->session, &photos, &failed);
  g_autofree char *count = ink_format_count (photos);
  g_autofree char *body = g_strdup_printf (
      ngettext (
          "It looks at your %s photo anew. Searches use the present model until that is done.",
          "It looks at your %s photos anew. Searches use the present model until that is done.",
          photos),
      count);
  GtkWidget *question = adw_message_dialog_new (get_window (self), NULL, body);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (question);

  /* Translators: %s is the name of a model. */
  adw_message_dialog_format_heading (dialog, _ ("Use “%s”?"), name);
  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "use", _ ("_Use"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "use", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_object_set_data_full (G_OBJECT (question), "name", g_strdup (name), g_free);
  g_signal_connect_object (question, "response", G_CALLBACK (use_answered_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (question));
}

static void
verify_clicked_cb (InkModelPage *self, GtkWidget *button)
{
  begin_job (self, VERIFY, g_object_get_data (G_OBJECT (button), "name"));
}

static void
remove_clicked_cb (InkModelPage *self, GtkWidget *button)
{
  begin_job (self, REMOVE, g_object_get_data (G_OBJECT (button), "name"));
}

/* The model's own text, in whatever shows text. */
static void
read_clicked_cb (InkModelPage *self, GtkWidget *button)
{
  g_autoptr (GFile) file = g_file_new_for_path (g_object_get_data (G_OBJECT (button), "name"));
  g_autofree char *uri = g_file_get_uri (file);

  gtk_show_uri (get_window (self), uri, GDK_CURRENT_TIME);
}

static void
add_fact (GtkWidget *model, const char *title, const char *text)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (model), row);
}

static GtkWidget *
make_button (InkModelPage *self, const char *label, const char *name, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "name", g_strdup (name), g_free);
  g_signal_connect_object (button, "clicked", clicked, self, G_CONNECT_SWAPPED);
  return button;
}

/* A button for each text that comes with the model. */
static void
add_texts (InkModelPage *self, GtkWidget *row, const char *folder)
{
  /* Translators: opens what the makers of a model say of it. */
  const char *const texts[][2] = {{"README.md", N_ ("_Description")},
                                  {"NOTICE.md", N_ ("_Notices")}};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *path = g_build_filename (folder, texts[i][0], NULL);
    if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_button (self, _ (texts[i][1]), path,
                                                                    G_CALLBACK (read_clicked_cb)));
  }
}

static void
add_actions (InkModelPage *self, GtkWidget *model, const InkModelEntry *entry)
{
  GtkWidget *row = adw_action_row_new ();

  add_texts (self, row, entry->path);
  if (!entry->starter) {
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_button (self, _ ("_Check"), entry->name,
                                                                  G_CALLBACK (verify_clicked_cb)));
    if (!entry->active)
      adw_action_row_add_suffix (
          ADW_ACTION_ROW (row),
          make_button (self, _ ("_Remove"), entry->name, G_CALLBACK (remove_clicked_cb)));
  }
  adw_expander_row_add_row (ADW_EXPANDER_ROW (model), row);
}

static char *
describe (const InkModelEntry *entry)
{
  if (g_str_equal (entry->state, "missing"))
    return g_strdup (_ ("Its folder is not there any more"));
  if (g_str_equal (entry->state, "invalid"))
    return g_strdup (_ ("It can’t be used: its files are damaged or not of a known kind"));
  if (entry->active)
    return g_strdup (_ ("In use"));
  return g_strdup (entry->starter ? _ ("Comes with Inkling") : _ ("Added by you"));
}

static GtkWidget *
make_row (InkModelPage *self, const InkModelEntry *entry)
{
  GtkWidget *row = adw_expander_row_new ();
  g_autofree char *state = describe (entry);
  /* Translators: the side of the square that a model sees, and the length of what it makes of it.
   */
  g_autofree char *size = g_strdup_printf (_ ("Sees %u × %u pixels, remembers %u numbers a photo"),
                                           entry->image_size, entry->image_size, entry->dims);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 entry->starter ? _ ("Starter model") : entry->name);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), state);
  if (entry->active)
    adw_expander_row_add_prefix (ADW_EXPANDER_ROW (row),
                                 gtk_image_new_from_icon_name ("object-select-symbolic"));
  else if (g_str_equal (entry->state, "ready"))
    adw_expander_row_add_action (ADW_EXPANDER_ROW (row), make_button (self, _ ("_Use"), entry->name,
                                                                      G_CALLBACK (use_clicked_cb)));
  add_fact (row, _ ("What it can do"),
            entry->starter
                ? _ ("English words for animals, vehicles, food, household objects, "
                     "instruments and the like. It does not see people, colours, numbers, "
                     "moods or whole scenes. On 700 test photos its mean average precision "
                     "over 63 queries is 0.805.")
                : _ ("English descriptions of anything that its makers trained it on. "
                     "How well, its own description says."));
  add_fact (row, _ ("Size"), size);
  add_fact (row, _ ("Licence"), entry->licence ? entry->licence : _ ("It does not say"));
  add_actions (self, row, entry);
  return row;
}

/* ---- Reading ------------------------------------------------------------------------------- */

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *models = ink_library_get_models (data, &error);

  if (models)
    g_task_return_pointer (task, models, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkModelPage *self = INK_MODEL_PAGE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models = g_task_propagate_pointer (G_TASK (result), &error);
  GtkListBoxRow *row;

  if (!self->session)
    return;
  gtk_widget_set_sensitive (self->add, TRUE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->list), TRUE);
  while ((row = gtk_list_box_get_row_at_index (self->list, 0)))
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  if (!models)
    say (self, error->message);
  for (guint i = 0; models && i < models->len; i++)
    gtk_list_box_append (self->list, make_row (self, g_ptr_array_index (models, i)));
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

static void
progress_cb (InkModelPage *self)
{
  g_autofree char *line = ink_format_progress (ink_session_get_progress (self->session));

  gtk_label_set_label (self->progress, line);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), line[0] != '\0');
}

/* ---- Adding -------------------------------------------------------------------------------- */

static void
folder_chosen_cb (InkModelPage *self, int response)
{
  if (response == GTK_RESPONSE_ACCEPT) {
    g_autoptr (GFile) folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
    if (folder && g_file_peek_path (folder))
      begin_job (self, ADD, g_file_peek_path (folder));
  }
  g_clear_object (&self->chooser);
}

static void
add_clicked_cb (InkModelPage *self)
{
  if (self->chooser)
    return;
  self->chooser =
      gtk_file_chooser_native_new (_ ("Choose a Folder with an OpenCLIP Model"), get_window (self),
                                   GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Add"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (folder_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
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
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ink_model_page_parent_class)->dispose (object);
}

static void
ink_model_page_class_init (InkModelPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_model_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/inkling_app/Inkling/ui/model-page.ui");
  gtk_widget_class_bind_template_child (widget_class, InkModelPage, list);
  gtk_widget_class_bind_template_child (widget_class, InkModelPage, add);
  gtk_widget_class_bind_template_child (widget_class, InkModelPage, progress);
  gtk_widget_class_bind_template_callback (widget_class, add_clicked_cb);
}

static void
ink_model_page_init (InkModelPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ink_model_page_set_session (InkModelPage *self, InkSession *session)
{
  g_return_if_fail (!self->session);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "progress", G_CALLBACK (progress_cb), self, G_CONNECT_SWAPPED);
  progress_cb (self);
  read_models (self);
}
