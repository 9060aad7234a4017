/* model-page-jobs.c: what the page with the models lets be done to them, in a thread: a model is
 * added, checked, removed, or taken after a question. */
#include "config.h"

#include "model-page-private.h"
#include "model-question.h"

#include <glib/gi18n.h>

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

void
ink_model_page_set_working (InkModelPage *self, gboolean working)
{
  static const char *const actions[] = {"model.use",    "model.undo",   "model.confirm",
                                        "model.remove", "model.verify", "model.discard"};

  self->working = working;
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i], !working);
  gtk_widget_set_sensitive (self->add, !working);
  gtk_widget_set_sensitive (GTK_WIDGET (self->resolution), !working && self->models);
}

static void job_done_cb (GObject *source, GAsyncResult *result, gpointer data);

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
  ink_model_page_set_working (self, TRUE);
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

void
ink_model_page_plan (InkModelPage *self, const char *name, guint image_size)
{
  begin_with (self, PLAN, name, image_size);
}

void
ink_model_page_add_files (InkModelPage *self, GStrv files)
{
  Job *job = g_new0 (Job, 1);

  job->what = ADD;
  job->files = files;
  begin (self, job);
}

/* ---- When it is done ----------------------------------------------------------------------- */

static void
use_answered_cb (gpointer data, gboolean agreed, const char *name, guint image_size)
{
  InkModelPage *self = data;

  if (!self->session)
    return;
  if (agreed)
    begin_with (self, USE, name, image_size);
  else
    ink_model_page_fill_resolutions (self); /* as it was */
}

static void
ask_to_use (InkModelPage *self, const Job *plan)
{
  const InkModelEntry *entry = ink_model_page_find (self, plan->name);

  if (entry)
    ink_model_question_use (ink_model_page_get_window (self), entry, plan->image_size, plan->photos,
                            plan->bytes, use_answered_cb, G_OBJECT (self));
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
  ink_model_page_set_working (self, FALSE);
  if (!done) {
    ink_model_page_say (self, error->message);
  } else if (job->what == PLAN) {
    ask_to_use (self, job);
    return;
  } else if (job->what == VERIFY) {
    ink_model_page_say (self, _ ("The model is as it was when it was added."));
  } else if (job->what == USE || job->what == UNDO) {
    ink_session_index (self->session, FALSE); /* photos that the other has not seen */
  }
  ink_model_page_read (self);
}

/* ---- Actions ------------------------------------------------------------------------------- */

static void
use_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ink_model_page_plan (INK_MODEL_PAGE (widget), g_variant_get_string (parameter, NULL), 0);
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

void
ink_model_page_install_job_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "model.use", "s", use_action);
  gtk_widget_class_install_action (klass, "model.undo", NULL, job_action);
  gtk_widget_class_install_action (klass, "model.confirm", NULL, job_action);
  gtk_widget_class_install_action (klass, "model.remove", "s", job_action);
  gtk_widget_class_install_action (klass, "model.verify", "s", job_action);
  gtk_widget_class_install_action (klass, "model.discard", "s", job_action);
}
