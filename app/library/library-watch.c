/* library-watch.c: changes in the folders are indexed as they happen.
 *
 * Each run of the indexer has the folders that it goes through watched; what the watcher then tells
 * becomes a run over the changed folders alone.
 */
#include "library/library-private.h"

/* How long nothing may happen before changes are indexed. */
#define QUIET_MS 1000

/* How often all is gone through where the kernel does not tell of all changes. */
#define RESCAN_SECONDS (15 * 60)

/* In the watcher's thread. */
static void
changed (GHashTable *changes, gpointer data)
{
  InkLibrary *library = data;

  if (changes)
    ink_library_index_changes (library, changes);
  else
    ink_library_start_indexing (library, FALSE);
}

gboolean
ink_library_start_watching (InkLibrary *library, GError **error)
{
  InkWatcher *watcher;

  if (library->watching)
    return TRUE;
  watcher = ink_watcher_new (QUIET_MS, changed, library, error);
  if (!watcher)
    return FALSE;
  ink_library_stop_indexing (library);
  g_mutex_lock (&library->run_lock);
  library->watcher = watcher;
  library->watching = TRUE;
  g_mutex_unlock (&library->run_lock);
  return TRUE;
}

void
ink_library_stop_watching (InkLibrary *library)
{
  if (library->watching)
    ink_watcher_stop (library->watcher);
  ink_library_stop_indexing (library);
  g_mutex_lock (&library->run_lock);
  library->watching = FALSE;
  g_clear_pointer (&library->watcher, ink_watcher_free);
  g_mutex_unlock (&library->run_lock);
}

void
ink_library_get_watches (InkLibrary *library, guint *watched, guint *refused, guint *limit)
{
  *watched = *refused = 0;
  if (library->watching)
    ink_watcher_get_counts (library->watcher, watched, refused);
  *limit = ink_watcher_get_limit ();
}

/* Whether the kernel tells of every change in the folders: not where it refused to watch some,
 * where another computer can make changes, and where a folder is not there, to be told when it
 * comes. */
static gboolean
is_told_all (InkStore *reader)
{
  g_autoptr (GPtrArray) folders = ink_store_list_folders (reader, NULL);
  g_autoptr (InkVolumes) volumes = ink_volumes_new (NULL, NULL);

  for (guint i = 0; folders && i < folders->len; i++) {
    const InkStoreFolder *folder = folders->pdata[i];
    g_autofree char *volume = ink_volumes_identify (volumes, folder->path);

    if (!volume || !ink_volumes_is_local (volumes, folder->path))
      return FALSE;
  }
  return TRUE;
}

void
ink_library_settle_watching (InkLibrary *library, InkStore *reader)
{
  guint watched, refused;

  if (!library->watcher)
    return;
  ink_watcher_get_counts (library->watcher, &watched, &refused);
  ink_watcher_set_period (library->watcher,
                          refused > 0 || !is_told_all (reader) ? RESCAN_SECONDS : 0);
}
