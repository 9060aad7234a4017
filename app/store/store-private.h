/* store-private.h: what the store's own files share. */
#pragma once

#include "store/database.h"
#include "store/lock.h"
#include "store/store.h"

G_BEGIN_DECLS

struct _InkStore {
  gatomicrefcount references;
  char *directory;
  InkDatabase *database;
  InkLock *lock; /* NULL where it only reads */

  GRecMutex mutex;  /* guards the connection and all below */
  guint depth;      /* of writes within writes; 0 outside of a transaction */
  gboolean broken;  /* a write failed: the transaction can only be undone */
  gboolean changed; /* folders, photos or embeddings, in this transaction */
};

char *ink_store_get_database_path (const InkStore *store);

/* Opens the writing connection of a store that has the lock and no connection. */
gboolean ink_store_connect (InkStore *store, GError **error);

/**
 * ink_store_recover:
 * @notice: (out): what was done, for the user
 *
 * Renames the damaged database of a store that has the lock and no connection, opens a new one,
 * and brings over what can still be read of the old one.
 */
gboolean ink_store_recover (InkStore *store, char **notice, GError **error);

/* Looks for rows that should not be there, and with @repair takes them out. Adds to @problems what
 * it found (check.h). */
gboolean
ink_store_check_rows (InkStore *store, gboolean repair, GPtrArray *problems, GError **error);

/* Keeps other threads off the store until the end of the block. */
#define INK_STORE_AUTO_LOCK(store)                                                                 \
  g_autoptr (InkStoreGuard) store_guard G_GNUC_UNUSED = ink_store_guard (store)

/* Whose release gives the store back to other threads. */
typedef InkStore InkStoreGuard;
InkStoreGuard *ink_store_guard (InkStore *store);
void ink_store_guard_release (InkStoreGuard *guard);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkStoreGuard, ink_store_guard_release)

/* Brackets of every function that writes: a transaction of its own, or a part of the batch that is
 * open. ink_store_write_end() must follow a success of ink_store_write_begin(). It passes @ok on,
 * unless the commit fails. */
gboolean ink_store_write_begin (InkStore *store, GError **error);
gboolean ink_store_write_end (InkStore *store, gboolean ok, GError **error);

/* Runs one statement whose parameter is an id or another integer. Within brackets. */
gboolean ink_store_run_with_id (InkStore *store, const char *sql, gint64 id, GError **error);

/* Overwrites the log, in which what was forgotten still stands. Readers may be in the way; then it
 * goes when they are done. Nothing within a batch. */
void ink_store_empty_log (InkStore *store);

/* The id of the folder whose path this is exactly; 0 where there is none. */
gint64 ink_store_find_folder (InkStore *store, const char *path, GError **error);

/* Gives what is excluded from, and mounted in, folder @inner to folder @outer, in which it lies at
 * @below, or which has @prefix before its names. Within brackets. */
gboolean ink_store_adopt_exclusions (InkStore *store, gint64 inner, const char *prefix,
                                     gint64 outer, GError **error);
gboolean ink_store_adopt_mounts (InkStore *store, gint64 inner, const char *below, gint64 outer,
                                 GError **error);

G_END_DECLS
