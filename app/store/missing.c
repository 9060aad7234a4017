/* missing.c: photos that were not found any more and are kept for some time. */
#include "store/places.h"

#include "store/store-private.h"

static gboolean
set_missing (InkStore *store, gint64 id, gint64 since, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "INSERT OR IGNORE INTO missing (photo, since) VALUES (?, ?)", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  sqlite3_bind_int64 (statement, 2, since);
  return ink_database_finish (store->database, statement, error);
}

gboolean
ink_store_set_missing (InkStore *store, gint64 id, gint64 since, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, set_missing (store, id, since, error), error);
}

gboolean
ink_store_clear_missing (InkStore *store, gint64 id, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (
      store, ink_store_run_with_id (store, "DELETE FROM missing WHERE photo = ?", id, error),
      error);
}

gint64
ink_store_count_missing (InkStore *store, gint64 folder, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database,
      "SELECT count (*) FROM missing JOIN photos ON photos.id = photo WHERE folder = ?", error);

  if (statement == NULL)
    return -1;
  sqlite3_bind_int64 (statement, 1, folder);
  if (ink_database_step (store->database, statement, error) != SQLITE_ROW)
    return -1;
  return sqlite3_column_int64 (statement, 0);
}
