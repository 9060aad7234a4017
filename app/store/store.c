/* store.c: the store's life, its mutex and its transactions. */
#include "store/store-private.h"

#include <sys/stat.h>

InkStore *
ink_store_ref (InkStore *store)
{
  g_atomic_ref_count_inc (&store->references);
  return store;
}

void
ink_store_unref (InkStore *store)
{
  if (!g_atomic_ref_count_dec (&store->references))
    return;
  /* The lock goes last: nobody may write while this connection still closes. */
  g_clear_pointer (&store->database, ink_database_close);
  g_clear_pointer (&store->lock, ink_lock_release);
  g_rec_mutex_clear (&store->mutex);
  g_free (store->directory);
  g_free (store);
}

gboolean
ink_store_is_writable (const InkStore *store)
{
  return store->lock != NULL;
}

const char *
ink_store_get_directory (const InkStore *store)
{
  return store->directory;
}

guint64
ink_store_get_size (const InkStore *store)
{
  static const char *const names[] = {"library.db", "library.db-wal"};
  guint64 size = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (store->directory, names[i], NULL);
    struct stat status;
    if (stat (path, &status) == 0)
      size += (guint64)status.st_size;
  }
  return size;
}

InkStoreGuard *
ink_store_guard (InkStore *store)
{
  g_rec_mutex_lock (&store->mutex);
  return store;
}

void
ink_store_guard_release (InkStoreGuard *guard)
{
  g_rec_mutex_unlock (&guard->mutex);
}

/* ---- Transactions ------------------------------------------------------------------------ */

static gboolean
begin (InkStore *store, GError **error)
{
  store->broken = FALSE;
  store->changed = FALSE;
  return ink_database_run (store->database, "BEGIN IMMEDIATE", error);
}

/* After some errors SQLite has undone the transaction already: nothing more may be written then. */
static gboolean
check_whole (const InkStore *store, GError **error)
{
  if (!store->broken)
    return TRUE;
  g_set_error (error, INK_ERROR, INK_ERROR_FAILED,
               "A write to the library failed before; what belongs together with it is undone");
  return FALSE;
}

gboolean
ink_store_write_begin (InkStore *store, GError **error)
{
  if (store->lock == NULL) {
    g_set_error (error, INK_ERROR, INK_ERROR_READ_ONLY,
                 "The library was opened for reading and can't be written to");
    return FALSE;
  }
  g_rec_mutex_lock (&store->mutex);
  if (store->depth == 0 ? begin (store, error) : check_whole (store, error)) {
    store->depth++;
    return TRUE;
  }
  g_rec_mutex_unlock (&store->mutex);
  return FALSE;
}

static gboolean
commit (InkStore *store, GError **error)
{
  if (store->changed &&
      !ink_database_run (store->database,
                         "UPDATE meta SET value = value + 1 WHERE key = 'generation'", error))
    return FALSE;
  return ink_database_run (store->database, "COMMIT", error);
}

gboolean
ink_store_write_end (InkStore *store, gboolean ok, GError **error)
{
  g_assert (store->depth > 0);
  store->broken |= !ok;
  if (--store->depth == 0) {
    ok = ok && check_whole (store, error) && commit (store, error);
    if (!ok && !sqlite3_get_autocommit (ink_database_get_handle (store->database)))
      ink_database_run (store->database, "ROLLBACK", NULL);
  }
  g_rec_mutex_unlock (&store->mutex);
  return ok;
}

gboolean
ink_store_begin (InkStore *store, GError **error)
{
  return ink_store_write_begin (store, error);
}

gboolean
ink_store_commit (InkStore *store, GError **error)
{
  return ink_store_write_end (store, TRUE, error);
}

void
ink_store_rollback (InkStore *store)
{
  ink_store_write_end (store, FALSE, NULL);
}

void
ink_store_empty_log (InkStore *store)
{
  INK_STORE_AUTO_LOCK (store);

  if (store->depth == 0)
    ink_database_run (store->database, "PRAGMA wal_checkpoint (TRUNCATE)", NULL);
}

gboolean
ink_store_run_with_id (InkStore *store, const char *sql, gint64 id, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (store->database, sql, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  return ink_database_finish (store->database, statement, error);
}
