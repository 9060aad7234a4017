/* library-take-over.c: one process has the library; how another takes it over, or hands it what it
 * wants written. */
#include "library/library-private.h"
#include "library/remote.h"

/* How long the one who gives the library up may take until its lock is free, and how often that is
 * tried. */
#define TAKE_OVER_SECONDS 10
#define TRY_MS 50

gboolean
ink_library_take_over (InkLibrary *library, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (InkRemote) remote = NULL;
  g_autoptr (GVariant) released = NULL;
  gint64 end = g_get_monotonic_time () + TAKE_OVER_SECONDS * G_TIME_SPAN_SECOND;

  if (ink_library_make_writable (library, &local))
    return TRUE;
  if (g_error_matches (local, INK_ERROR, INK_ERROR_LOCKED))
    remote = ink_remote_find (library->directory);
  if (remote)
    released = ink_remote_call (remote, "Release", NULL, NULL, NULL, NULL);
  while (released && g_get_monotonic_time () < end) {
    g_clear_error (&local);
    if (ink_library_make_writable (library, &local))
      return TRUE;
    g_usleep (TRY_MS * 1000);
  }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

void
ink_library_release (InkLibrary *library)
{
  InkStore *reader, *writer;

  ink_library_stop_watching (library);
  g_mutex_lock (&library->run_lock);
  g_mutex_lock (&library->lock);
  reader = g_steal_pointer (&library->reader);
  writer = g_steal_pointer (&library->writer);
  library->paused_known = library->policy_known = FALSE; /* the next one may change them */
  g_mutex_unlock (&library->lock);
  /* The reader first: while it has a lock, SQLite closes no other descriptor of the file. It opens
   * again when it is needed. */
  g_clear_pointer (&reader, ink_store_unref);
  g_clear_pointer (&writer, ink_store_unref);
  g_mutex_unlock (&library->run_lock);
}

InkStore *
ink_library_ref_writer_or_remote (InkLibrary *library, InkRemote **remote, GError **error)
{
  g_autoptr (GError) local = NULL;
  InkStore *writer = ink_library_ref_writer (library, &local);

  *remote = NULL;
  if (writer)
    return writer;
  if (g_error_matches (local, INK_ERROR, INK_ERROR_LOCKED))
    *remote = ink_remote_find (library->directory);
  if (!*remote)
    g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}
