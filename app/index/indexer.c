/* indexer.c: starts the stages of a run, writes what comes out of them, and reports. */
#include "index/indexer.h"

#include "base/error.h"
#include "index/run.h"

/* The writer commits when it has so many items, or when the first has waited so long. */
#define COMMIT_ITEMS 32
#define COMMIT_US G_USEC_PER_SEC

#define REPORT_US (G_USEC_PER_SEC / 4)

/* The rate is that of the last RATE_SAMPLES reports. */
#define RATE_SAMPLES 32

#define TODO_CAPACITY 256
#define DECODED_CAPACITY 16
#define READY_CAPACITY 64

struct _InkIndexer {
  GMutex lock; /* guards what follows */
  GCond changed;
  gboolean paused; /* by the user */
  gboolean held;   /* because it is not welcome at present */
  gboolean running;
  InkIndexProgress progress;
  gint64 begin;
  gint64 times[RATE_SAMPLES]; /* when each report was made, in a ring */
  guint dones[RATE_SAMPLES];  /* and how much was done by then */
  guint n_samples;            /* since the run began */
};

InkIndexer *
ink_indexer_new (void)
{
  InkIndexer *indexer = g_new0 (InkIndexer, 1);

  g_mutex_init (&indexer->lock);
  g_cond_init (&indexer->changed);
  return indexer;
}

void
ink_indexer_free (InkIndexer *indexer)
{
  if (!indexer)
    return;
  g_cond_clear (&indexer->changed);
  g_mutex_clear (&indexer->lock);
  g_free (indexer);
}

/* ---- Pausing and progress ---------------------------------------------------------------- */

void
ink_indexer_set_paused (InkIndexer *indexer, gboolean paused)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&indexer->lock);

  indexer->paused = paused;
  g_cond_broadcast (&indexer->changed);
}

void
ink_indexer_set_held (InkIndexer *indexer, gboolean held)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&indexer->lock);

  indexer->held = held;
  g_cond_broadcast (&indexer->changed);
}

gboolean
ink_run_may_go_on (InkRun *run)
{
  InkIndexer *indexer = run->indexer;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&indexer->lock);

  while ((indexer->paused || indexer->held) && !g_cancellable_is_cancelled (run->cancellable))
    g_cond_wait (&indexer->changed, &indexer->lock);
  return !g_cancellable_is_cancelled (run->cancellable);
}

void
ink_run_count (InkRun *run, gsize offset, guint n)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&run->indexer->lock);

  G_STRUCT_MEMBER (guint, &run->indexer->progress, offset) += n;
}

static InkIndexState
get_state (const InkIndexer *indexer)
{
  if (!indexer->running)
    return INK_INDEX_IDLE;
  if (indexer->paused || indexer->held)
    return INK_INDEX_PAUSED;
  return indexer->progress.total ? INK_INDEX_INDEXING : INK_INDEX_SCANNING;
}

/* Brings state and time up to date; with the lock held. */
static void
update_progress (InkIndexer *indexer)
{
  InkIndexProgress *progress = &indexer->progress;

  progress->state = get_state (indexer);
  progress->held = indexer->held && !indexer->paused;
  if (indexer->running)
    progress->seconds = (double)(g_get_monotonic_time () - indexer->begin) / G_USEC_PER_SEC;
}

/* Takes a sample of what is done, from which the rate is known; with the lock held. */
static void
sample_rate (InkIndexer *indexer)
{
  InkIndexProgress *progress = &indexer->progress;
  guint slot = indexer->n_samples % RATE_SAMPLES;
  guint oldest = indexer->n_samples < RATE_SAMPLES ? 0 : (slot + 1) % RATE_SAMPLES;
  gint64 now = g_get_monotonic_time ();
  gint64 span;

  indexer->times[slot] = now;
  indexer->dones[slot] = progress->done;
  indexer->n_samples++;
  span = now - indexer->times[oldest];
  progress->rate =
      span > 0 ? (double)(progress->done - indexer->dones[oldest]) * G_USEC_PER_SEC / (double)span
               : 0;
  progress->seconds_left =
      progress->rate > 0 ? (progress->total - progress->done) / progress->rate : -1;
}

void
ink_indexer_get_progress (InkIndexer *indexer, InkIndexProgress *progress)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&indexer->lock);

  update_progress (indexer);
  *progress = indexer->progress;
}

static void
set_running (InkIndexer *indexer, gboolean running, gboolean adds)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&indexer->lock);

  if (running) {
    const InkIndexProgress before = indexer->progress;
    indexer->progress = (InkIndexProgress){.seconds_left = -1};
    if (adds) {
      indexer->progress.moved = before.moved;
      indexer->progress.removed = before.removed;
    }
    indexer->begin = g_get_monotonic_time ();
    indexer->n_samples = 0;
    sample_rate (indexer);
  }
  update_progress (indexer);
  indexer->running = running;
  update_progress (indexer);
}

/* ---- A run ------------------------------------------------------------------------------- */

void
ink_run_fail (InkRun *run, GError *error)
{
  g_mutex_lock (&run->lock);
  if (!run->error && !g_cancellable_is_cancelled (run->cancellable))
    run->error = g_steal_pointer (&error);
  g_mutex_unlock (&run->lock);
  g_clear_error (&error);
  g_cancellable_cancel (run->cancellable);
}

/* Wakes whoever waits: for a queue, or for the end of a pause. */
static void
wake_all (GCancellable *cancellable, gpointer data)
{
  InkRun *run = data;

  ink_queue_abort (run->todo);
  ink_queue_abort (run->decoded);
  ink_queue_abort (run->ready);
  g_mutex_lock (&run->indexer->lock);
  g_cond_broadcast (&run->indexer->changed);
  g_mutex_unlock (&run->indexer->lock);
}

static void
run_init (InkRun *run, InkIndexer *indexer, const InkIndexJob *job, guint workers)
{
  GDestroyNotify free_item = (GDestroyNotify)ink_run_item_free;

  *run = (InkRun){.indexer = indexer, .job = job};
  run->cancellable = g_cancellable_new ();
  run->reader = job->reader ? job->reader : job->store;
  run->folders = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_run_folder_free);
  run->volumes = job->volumes ? NULL : ink_volumes_new (NULL, NULL);
  run->lost = g_array_new (FALSE, FALSE, sizeof (InkRunLost));
  run->found = g_array_new (FALSE, FALSE, sizeof (gint64));
  run->todo = ink_queue_new (TODO_CAPACITY, 1, free_item);
  run->decoded = ink_queue_new (DECODED_CAPACITY, workers, free_item);
  run->ready = ink_queue_new (READY_CAPACITY, 1 + workers + 1, free_item);
  g_mutex_init (&run->lock);
  g_cancellable_connect (run->cancellable, G_CALLBACK (wake_all), run, NULL);
}

static void
run_clear (InkRun *run)
{
  g_clear_error (&run->error);
  g_mutex_clear (&run->lock);
  ink_queue_free (run->ready);
  ink_queue_free (run->decoded);
  ink_queue_free (run->todo);
  g_array_unref (run->found);
  g_array_unref (run->lost);
  g_clear_pointer (&run->volumes, ink_volumes_free);
  g_ptr_array_unref (run->folders);
  g_object_unref (run->cancellable);
}

/* ---- Writing and reporting --------------------------------------------------------------- */

typedef struct {
  InkRun *run;
  InkIndexFunc func; /* nullable */
  gpointer data;
  gint64 next_report;
  GPtrArray *items;  /* that are to be committed */
  gint64 first;      /* when the first of them came */
  GHashTable *moved; /* set of ids of photos that moved in this run */
} Writer;

static void
report (Writer *writer, gboolean now)
{
  InkIndexer *indexer = writer->run->indexer;
  gint64 time = g_get_monotonic_time ();
  InkIndexProgress progress;

  if (!now && time < writer->next_report)
    return;
  writer->next_report = time + REPORT_US;
  g_mutex_lock (&indexer->lock);
  sample_rate (indexer);
  g_mutex_unlock (&indexer->lock);
  if (writer->func) {
    ink_indexer_get_progress (indexer, &progress);
    writer->func (&progress, writer->data);
  }
}

static void
flush (Writer *writer)
{
  g_autoptr (GError) error = NULL;

  if (writer->items->len && !ink_run_write (writer->run, writer->items, writer->moved, &error))
    ink_run_fail (writer->run, g_steal_pointer (&error));
  g_ptr_array_set_size (writer->items, 0);
}

/* Writes until all stages are done or the run is ended. What has come before the end is written. */
static void
write_all (Writer *writer)
{
  InkQueue *ready = writer->run->ready;

  while (!ink_queue_is_finished (ready)) {
    InkRunItem *item = ink_queue_pop_until (ready, writer->next_report);

    if (item) {
      if (writer->items->len == 0)
        writer->first = g_get_monotonic_time ();
      g_ptr_array_add (writer->items, item);
    }
    if (writer->items->len >= COMMIT_ITEMS ||
        (writer->items->len && g_get_monotonic_time () - writer->first >= COMMIT_US))
      flush (writer);
    report (writer, FALSE);
  }
  flush (writer);
}

/* What only the whole scan tells. */
static void
finish_scan (Writer *writer)
{
  g_autoptr (GError) error = NULL;

  if (!g_cancellable_is_cancelled (writer->run->cancellable) &&
      (!ink_run_remove (writer->run, writer->moved, &error) ||
       !ink_run_settle (writer->run, &error)))
    ink_run_fail (writer->run, g_steal_pointer (&error));
}

static void
run_stages (InkRun *run, guint workers, Writer *writer)
{
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();

  g_ptr_array_add (threads, g_thread_new ("ink-scan", ink_run_scan, run));
  for (guint i = 0; i < workers; i++)
    g_ptr_array_add (threads, g_thread_new ("ink-decode", ink_run_decode, run));
  g_ptr_array_add (threads, g_thread_new ("ink-embed", ink_run_embed, run));
  write_all (writer);
  for (guint i = 0; i < threads->len; i++)
    g_thread_join (threads->pdata[i]);
  finish_scan (writer);
}

/* Sees that helpers can be started at all: else every photo would be put down as unreadable. */
static gboolean
try_decoder (const InkIndexJob *job, GError **error)
{
  g_auto (GStrv) formats = ink_decoder_get_formats (job->decoder, error);

  return formats != NULL;
}

static gboolean
take_result (InkRun *run, GCancellable *cancellable, GError **error)
{
  if (run->error) {
    g_propagate_error (error, g_steal_pointer (&run->error));
    return FALSE;
  }
  if (g_cancellable_is_cancelled (cancellable)) {
    g_set_error (error, INK_ERROR, INK_ERROR_CANCELLED,
                 "Indexing was stopped; what was done so far is kept");
    return FALSE;
  }
  return TRUE;
}

static void
cancel_other (GCancellable *cancellable, gpointer other)
{
  g_cancellable_cancel (other);
}

gboolean
ink_indexer_run (InkIndexer *indexer, const InkIndexJob *job, InkIndexFunc func, gpointer data,
                 GCancellable *cancellable, GError **error)
{
  guint workers = g_get_num_processors ();
  InkRun run;
  Writer writer = {&run, func, data};
  gulong handler = 0;
  gboolean ok;

  if (!try_decoder (job, error))
    return FALSE;
  run_init (&run, indexer, job, workers);
  writer.items = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_run_item_free);
  writer.moved = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  set_running (indexer, TRUE, job->adds);
  if (cancellable)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancel_other), run.cancellable, NULL);

  ok = ink_run_load_folders (&run, error);
  if (ok) {
    run_stages (&run, workers, &writer);
    ok = take_result (&run, cancellable, error);
  }
  g_cancellable_disconnect (cancellable, handler);
  set_running (indexer, FALSE, FALSE);
  report (&writer, TRUE);
  g_hash_table_unref (writer.moved);
  g_ptr_array_unref (writer.items);
  run_clear (&run);
  return ok;
}
