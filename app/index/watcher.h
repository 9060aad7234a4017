/* watcher.h: tells when something changes in folders, by the kernel's inotify.
 *
 * Raw inotify rather than GFileMonitor: one descriptor for all folders instead of an object each,
 * and the kernel's limit of watched folders is told instead of being hidden behind polling.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _InkWatcher InkWatcher;

/**
 * InkWatchFunc:
 * @changes: (nullable) (transfer full): an InkIndexChanges (indexer.h) of the folders in which
 *     something has changed; %NULL where that can be anywhere: events were lost, or something was
 *     mounted or unmounted
 *
 * Called in the watcher's own thread, when there has been quiet for a while.
 */
typedef void (*InkWatchFunc) (GHashTable *changes, gpointer data);

/* @quiet_ms: how long nothing may happen before changes are told; they never wait for more than ten
 * times that. Returns: (transfer full): %NULL where the kernel gives no inotify */
InkWatcher *ink_watcher_new (guint quiet_ms, InkWatchFunc func, gpointer data, GError **error);
void ink_watcher_free (InkWatcher *watcher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkWatcher, ink_watcher_free)

/* Ends the thread: nothing is told any more. */
void ink_watcher_stop (InkWatcher *watcher);

/* Tells every so many seconds that anything may have changed; 0 for never. Any thread. */
void ink_watcher_set_period (InkWatcher *watcher, guint seconds);

/* Watches the folder @path (absolute, not those below it), which may be watched already. What the
 * kernel refuses is counted. Any thread. */
void ink_watcher_add (InkWatcher *watcher, const char *path);

/* How many folders are watched, and how many the kernel refused because of its limit. */
void ink_watcher_get_counts (InkWatcher *watcher, guint *watched, guint *refused);

/* How many folders the kernel lets each user watch; 0 where it does not tell. */
guint ink_watcher_get_limit (void);

G_END_DECLS
