/* mounts.c: the drives that a folder's photos are on. */
#include "store/places.h"

#include "store/store-private.h"

void
ink_mount_free (InkMount *mount)
{
  g_free (mount->path);
  g_free (mount->volume);
  g_free (mount);
}

GPtrArray *
ink_store_get_mounts (InkStore *store, gint64 folder, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (GPtrArray) mounts = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_mount_free);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "SELECT path, volume FROM mounts WHERE folder = ? ORDER BY path", error);
  int result;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, folder);
  while ((result = ink_database_step (store->database, statement, error)) == SQLITE_ROW) {
    InkMount *mount = g_new0 (InkMount, 1);
    mount->path = ink_statement_get_text (statement, 0);
    mount->volume = ink_statement_get_text (statement, 1);
    g_ptr_array_add (mounts, mount);
  }
  return result == SQLITE_DONE ? g_steal_pointer (&mounts) : NULL;
}

static gboolean
put_mount (InkStore *store, gint64 folder, const char *path, const char *volume, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "INSERT OR REPLACE INTO mounts (folder, path, volume) VALUES (?, ?, ?)",
      error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, folder);
  ink_statement_bind_path (statement, 2, path);
  ink_statement_bind_text (statement, 3, volume);
  return ink_database_finish (store->database, statement, error);
}

gboolean
ink_store_put_mount (InkStore *store, gint64 folder, const char *path, const char *volume,
                     GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, put_mount (store, folder, path, volume, error), error);
}

gboolean
ink_store_adopt_mounts (InkStore *store, gint64 inner, const char *below, gint64 outer,
                        GError **error)
{
  g_autoptr (GPtrArray) mounts = ink_store_get_mounts (store, inner, error);

  for (guint i = 0; mounts != NULL && i < mounts->len; i++) {
    const InkMount *mount = g_ptr_array_index (mounts, i);
    g_autofree char *path = g_strconcat (below, *mount->path != '\0' ? "/" : "", mount->path, NULL);
    if (!put_mount (store, outer, path, mount->volume, error))
      return FALSE;
  }
  return mounts != NULL;
}

gint64
ink_store_count_below (InkStore *store, gint64 folder, const char *path, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  /* What lies below P begins with "P/", and "P0" is the first name after all of those. */
  g_autofree char *first = g_strconcat (path, *path != '\0' ? "/" : "", NULL);
  g_autofree char *end = g_strconcat (path, *path != '\0' ? "0" : "", NULL);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database,
      "SELECT count (*) FROM photos WHERE folder = ?1 AND state = 1 AND path >= ?2"
      " AND (path < ?3 OR ?3 = x'')",
      error);

  if (statement == NULL)
    return -1;
  sqlite3_bind_int64 (statement, 1, folder);
  ink_statement_bind_path (statement, 2, first);
  ink_statement_bind_path (statement, 3, end);
  if (ink_database_step (store->database, statement, error) != SQLITE_ROW)
    return -1;
  return sqlite3_column_int64 (statement, 0);
}
