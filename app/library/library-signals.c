/* library-signals.c: "progress", "changed", "index-failed", "saved-searches-changed" and
 * "history-changed", at most ten of each a second.
 *
 * Whatever happens within a tenth of a second is told together, by one timeout in the library's
 * context. The timeout does not keep the library alive.
 */
#include "library/library-private.h"

#define INTERVAL_MS 100

enum { PROGRESS, CHANGED, INDEX_FAILED, SAVED_CHANGED, HISTORY_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

void
ink_library_install_signals (InkLibraryClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  signals[PROGRESS] = g_signal_new ("progress", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[CHANGED] =
      g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[INDEX_FAILED] = g_signal_new ("index-failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[SAVED_CHANGED] = g_signal_new ("saved-searches-changed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  signals[HISTORY_CHANGED] = g_signal_new ("history-changed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
}

static InkNotices
take_notices (InkLibrary *library)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->lock);
  InkNotices notices = library->notices;

  library->notices = (InkNotices){0};
  return notices;
}

static void
clear_notices (InkNotices *notices)
{
  g_clear_pointer (&notices->source, g_source_unref);
  g_clear_error (&notices->error);
}

static gboolean
emit (gpointer data)
{
  g_autoptr (InkLibrary) library = g_weak_ref_get (data);
  InkNotices notices;

  if (!library)
    return G_SOURCE_REMOVE;
  notices = take_notices (library);
  if (notices.changed)
    g_signal_emit (library, signals[CHANGED], 0);
  if (notices.progress) {
    InkIndexProgress progress;

    ink_library_get_progress (library, &progress);
    g_signal_emit (library, signals[PROGRESS], 0, &progress);
  }
  if (notices.saved)
    g_signal_emit (library, signals[SAVED_CHANGED], 0);
  if (notices.history)
    g_signal_emit (library, signals[HISTORY_CHANGED], 0);
  if (notices.error)
    g_signal_emit (library, signals[INDEX_FAILED], 0, notices.error);
  clear_notices (&notices);
  return G_SOURCE_REMOVE;
}

static void
free_weak_ref (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static GSource *
make_source (InkLibrary *library)
{
  GSource *source = g_timeout_source_new (INTERVAL_MS);
  GWeakRef *weak = g_new (GWeakRef, 1);

  g_weak_ref_init (weak, library);
  g_source_set_callback (source, emit, weak, free_weak_ref);
  g_source_attach (source, library->context);
  return source;
}

void
ink_library_notify (InkLibrary *library, gboolean progress, gboolean changed, const GError *error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->lock);
  InkNotices *notices = &library->notices;

  notices->progress |= progress;
  notices->changed |= changed;
  if (error && !notices->error)
    notices->error = g_error_copy (error);
  if (!notices->source)
    notices->source = make_source (library);
}

void
ink_library_notify_queries (InkLibrary *library, gboolean saved, gboolean history)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->lock);
  InkNotices *notices = &library->notices;

  notices->saved |= saved;
  notices->history |= history;
  if (!notices->source)
    notices->source = make_source (library);
}

void
ink_library_drop_notices (InkLibrary *library)
{
  InkNotices notices = take_notices (library);

  if (notices.source)
    g_source_destroy (notices.source);
  clear_notices (&notices);
}
