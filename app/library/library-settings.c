/* library-settings.c: what the user chose for indexing in the background: paused or not, and when
 * it is welcome. */
#include "library/library-private.h"

/* How often it is looked whether indexing is welcome. */
#define GATE_SECONDS 5

static gboolean
are_known (InkLibrary *library)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->lock);

  return library->paused_known && library->policy_known;
}

void
ink_library_load_settings (InkLibrary *library)
{
  g_autoptr (InkStore) reader = NULL;
  g_autofree char *paused = NULL;
  g_autofree char *policy = NULL;

  if (are_known (library) || !ink_library_try_reader (library, &reader, NULL) || !reader)
    return;
  paused = ink_store_get_meta (reader, INK_META_PAUSED, NULL);
  policy = ink_store_get_meta (reader, INK_META_POWER_POLICY, NULL);
  g_mutex_lock (&library->lock);
  if (!library->paused_known)
    library->paused = paused != NULL;
  if (!library->policy_known)
    ink_power_policy_from_string (policy, &library->policy);
  library->paused_known = library->policy_known = TRUE;
  g_mutex_unlock (&library->lock);
}

/* ---- Pausing ----------------------------------------------------------------------------- */

/* Stores what holds now: of two calls one after the other, the last word stays. */
static void
store_paused_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  InkLibrary *library = source;
  g_autoptr (InkStore) writer = ink_library_peek_writer (library);
  g_autoptr (GError) error = NULL;

  if (writer && !ink_store_set_meta (writer, INK_META_PAUSED,
                                     ink_library_get_paused (library) ? "1" : NULL, &error))
    ink_library_notify (library, FALSE, FALSE, error);
  g_task_return_boolean (task, TRUE);
}

void
ink_library_set_paused (InkLibrary *library, gboolean paused)
{
  g_autoptr (GTask) task = g_task_new (library, NULL, NULL, NULL);

  g_mutex_lock (&library->lock);
  library->paused = paused;
  library->paused_known = TRUE;
  g_mutex_unlock (&library->lock);
  ink_indexer_set_paused (library->indexer, paused);
  ink_library_notify (library, TRUE, FALSE, NULL);
  g_task_run_in_thread (task, store_paused_thread);
}

gboolean
ink_library_get_paused (InkLibrary *library)
{
  g_autoptr (GMutexLocker) locker = NULL;

  ink_library_load_settings (library);
  locker = g_mutex_locker_new (&library->lock);
  return library->paused;
}

/* ---- Power ------------------------------------------------------------------------------- */

gboolean
ink_library_set_power_policy (InkLibrary *library, InkPowerPolicy policy, GError **error)
{
  g_autoptr (InkStore) writer = ink_library_ref_writer (library, error);

  if (!writer || !ink_store_set_meta (writer, INK_META_POWER_POLICY,
                                      ink_power_policy_to_string (policy), error))
    return FALSE;
  g_mutex_lock (&library->lock);
  library->policy = policy;
  library->policy_known = TRUE;
  g_mutex_unlock (&library->lock);
  return TRUE;
}

InkPowerPolicy
ink_library_get_power_policy (InkLibrary *library)
{
  g_autoptr (GMutexLocker) locker = NULL;

  ink_library_load_settings (library);
  locker = g_mutex_locker_new (&library->lock);
  return library->policy;
}

struct _InkGate {
  InkLibrary *library;
  GThread *thread;
  GMutex lock; /* guards what follows */
  GCond stopped;
  gboolean stop;
};

static void
look (InkGate *gate)
{
  gboolean allowed = ink_power_allows (ink_library_get_power_policy (gate->library));

  ink_indexer_set_held (gate->library->indexer, !allowed);
}

static gpointer
gate_thread (gpointer data)
{
  InkGate *gate = data;
  gint64 next = g_get_monotonic_time ();

  g_mutex_lock (&gate->lock);
  while (!gate->stop) {
    next += GATE_SECONDS * G_TIME_SPAN_SECOND;
    g_mutex_unlock (&gate->lock);
    look (gate);
    g_mutex_lock (&gate->lock);
    while (!gate->stop && g_cond_wait_until (&gate->stopped, &gate->lock, next))
      continue;
  }
  g_mutex_unlock (&gate->lock);
  return NULL;
}

InkGate *
ink_gate_start (InkLibrary *library)
{
  InkGate *gate = g_new0 (InkGate, 1);

  gate->library = library;
  g_mutex_init (&gate->lock);
  g_cond_init (&gate->stopped);
  look (gate);
  gate->thread = g_thread_new ("ink-gate", gate_thread, gate);
  return gate;
}

void
ink_gate_stop (InkGate *gate)
{
  g_mutex_lock (&gate->lock);
  gate->stop = TRUE;
  g_cond_signal (&gate->stopped);
  g_mutex_unlock (&gate->lock);
  g_thread_join (gate->thread);
  ink_indexer_set_held (gate->library->indexer, FALSE);
  g_cond_clear (&gate->stopped);
  g_mutex_clear (&gate->lock);
  g_free (gate);
}
