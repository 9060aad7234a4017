/* model-download.c: the download of a model, in a thread. */
#include "config.h"

#include "model-download.h"

struct _InkModelDownload {
  GObject parent_instance;

  InkDownloadState state;
  InkLibrary *library;
  InkModelOffer *offer;
  InkDownloadPlan plan;
  GError *error;
  GCancellable *running; /* of the thread that is asking or downloading */
  gboolean discard;      /* what has come, when the thread has ended */
};

G_DEFINE_FINAL_TYPE (InkModelDownload, ink_model_download, G_TYPE_OBJECT)

enum { CHANGED, FINISHED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
set_state (InkModelDownload *self, InkDownloadState state)
{
  self->state = state;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
forget (InkModelDownload *self)
{
  g_clear_pointer (&self->offer, ink_model_offer_free);
  g_clear_object (&self->library);
  g_clear_error (&self->error);
  self->plan = (InkDownloadPlan){0};
  self->discard = FALSE;
  set_state (self, INK_DOWNLOAD_NONE);
}

static void
fail (InkModelDownload *self, GError *error)
{
  g_clear_error (&self->error);
  self->error = error;
  set_state (self, INK_DOWNLOAD_FAILED);
}

/* What a thread works with: the object itself belongs to the main loop. */
typedef struct {
  InkLibrary *library;
  char *offer;
  InkDownloadPlan plan;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_object_unref (work->library);
  g_free (work->offer);
  g_free (work);
}

static void
run (InkModelDownload *self, GTaskThreadFunc thread, GAsyncReadyCallback done)
{
  Work *work = g_new0 (Work, 1);

  work->library = g_object_ref (self->library);
  work->offer = g_strdup (self->offer->name);
  self->running = g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (self, self->running, done, NULL);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, thread);
}

static void
discard_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Work *work = data;

  ink_library_discard_download (work->library, work->offer);
  g_task_return_boolean (task, TRUE);
}

static void
discarded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkModelDownload *self = INK_MODEL_DOWNLOAD (source);

  g_clear_object (&self->running);
  forget (self);
}

/* A thread was told to end, and has let go of its files. */
static void
settle (InkModelDownload *self)
{
  if (self->state == INK_DOWNLOAD_PAUSED)
    set_state (self, INK_DOWNLOAD_PAUSED);
  else if (self->discard)
    run (self, discard_thread, discarded_cb);
  else
    forget (self);
}

/* ---- Asking ------------------------------------------------------------------------------- */

static void
ask_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;

  if (ink_library_plan_download (work->library, work->offer, &work->plan, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkModelDownload *self = INK_MODEL_DOWNLOAD (source);
  const Work *work = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean asked = g_task_propagate_boolean (G_TASK (result), &error);

  g_clear_object (&self->running);
  if (self->state != INK_DOWNLOAD_ASKING) { /* given up meanwhile */
    settle (self);
  } else if (asked) {
    self->plan = work->plan;
    set_state (self, INK_DOWNLOAD_ASKED);
  } else {
    fail (self, g_steal_pointer (&error));
  }
}

void
ink_model_download_ask (InkModelDownload *self, InkLibrary *library, const InkModelOffer *offer)
{
  if (self->running)
    return;
  g_set_object (&self->library, library);
  g_clear_pointer (&self->offer, ink_model_offer_free);
  self->offer = ink_model_offers_find (offer->name, NULL);
  g_clear_error (&self->error);
  self->plan = (InkDownloadPlan){0};
  run (self, ask_thread, asked_cb);
  set_state (self, INK_DOWNLOAD_ASKING);
}

/* ---- Downloading -------------------------------------------------------------------------- */

typedef struct {
  InkModelDownload *download;
  guint64 done;
} Progress;

static gboolean
progress_cb (gpointer data)
{
  const Progress *progress = data;
  InkModelDownload *self = progress->download;

  if (self->state == INK_DOWNLOAD_RUNNING) {
    self->plan.here = progress->done;
    g_signal_emit (self, signals[CHANGED], 0);
  }
  return G_SOURCE_REMOVE;
}

static void
progress_free (gpointer data)
{
  Progress *progress = data;

  g_object_unref (progress->download);
  g_free (progress);
}

static void
report (guint64 done, guint64 total, gpointer data)
{
  Progress *progress = g_new0 (Progress, 1);

  progress->download = g_object_ref (g_task_get_source_object (data));
  progress->done = done;
  g_idle_add_full (G_PRIORITY_DEFAULT, progress_cb, progress, progress_free);
}

static void
download_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;
  char *name = NULL;

  if (ink_library_take_over (work->library, &error))
    name =
        ink_library_download_model (work->library, work->offer, report, task, cancellable, &error);
  work->plan.here = ink_library_get_downloaded (work->library, work->offer);
  if (name)
    g_task_return_pointer (task, name, g_free);
  else
    g_task_return_error (task, error);
}

static void
downloaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkModelDownload *self = INK_MODEL_DOWNLOAD (source);
  const Work *work = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_task_propagate_pointer (G_TASK (result), &error);

  g_clear_object (&self->running);
  self->plan.here = work->plan.here;
  if (name) { /* perhaps just before it was to be paused */
    forget (self);
    g_signal_emit (self, signals[FINISHED], 0, name);
  } else if (self->state != INK_DOWNLOAD_RUNNING) {
    settle (self);
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    ink_model_download_start (self); /* paused, and started again before the thread had ended */
  } else {
    fail (self, g_steal_pointer (&error));
  }
}

void
ink_model_download_start (InkModelDownload *self)
{
  if (!self->offer)
    return;
  g_clear_error (&self->error);
  self->discard = FALSE;
  if (!self->running)
    run (self, download_thread, downloaded_cb);
  set_state (self, INK_DOWNLOAD_RUNNING);
}

void
ink_model_download_pause (InkModelDownload *self)
{
  if (self->state != INK_DOWNLOAD_RUNNING)
    return;
  g_cancellable_cancel (self->running);
  set_state (self, INK_DOWNLOAD_PAUSED);
}

void
ink_model_download_cancel (InkModelDownload *self, gboolean discard)
{
  if (!self->offer)
    return;
  self->discard = discard;
  self->state = INK_DOWNLOAD_NONE;
  if (self->running)
    g_cancellable_cancel (self->running);
  else
    settle (self);
}

gboolean
ink_model_download_is_busy (InkModelDownload *self)
{
  return self->running != NULL;
}

/* ---- The object --------------------------------------------------------------------------- */

static void
ink_model_download_finalize (GObject *object)
{
  InkModelDownload *self = INK_MODEL_DOWNLOAD (object);

  g_clear_object (&self->running);
  g_clear_object (&self->library);
  g_clear_pointer (&self->offer, ink_model_offer_free);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (ink_model_download_parent_class)->finalize (object);
}

static void
ink_model_download_class_init (InkModelDownloadClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ink_model_download_finalize;
  signals[CHANGED] =
      g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FINISHED] = g_signal_new ("finished", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ink_model_download_init (InkModelDownload *self)
{
}

InkModelDownload *
ink_model_download_new (void)
{
  return g_object_new (INK_TYPE_MODEL_DOWNLOAD, NULL);
}

InkDownloadState
ink_model_download_get_state (InkModelDownload *self)
{
  return self->state;
}

const InkModelOffer *
ink_model_download_get_offer (InkModelDownload *self)
{
  return self->offer;
}

const InkDownloadPlan *
ink_model_download_get_plan (InkModelDownload *self)
{
  return &self->plan;
}

const GError *
ink_model_download_get_error (InkModelDownload *self)
{
  return self->error;
}
