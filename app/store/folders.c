/* folders.c: the folders of the library. */
#include "store/store-private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/local-time.h"
#include "base/path.h"
#include "store/photos.h"

void
ink_store_folder_free (InkStoreFolder *folder)
{
  g_free (folder->path);
  g_free (folder);
}

char *
ink_store_resolve_path (const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  char *real = realpath (absolute, NULL);

  if (real != NULL) {
    char *copy = g_strdup (real);
    free (real);
    return copy;
  }
  if (strcmp (absolute, "/") == 0)
    return g_steal_pointer (&absolute);
  /* What does not exist has no links; what is above it may. */
  g_autofree char *parent = g_path_get_dirname (absolute);
  g_autofree char *name = g_path_get_basename (absolute);
  g_autofree char *above = ink_store_resolve_path (parent);
  return g_build_filename (above, name, NULL);
}

gint64
ink_store_find_folder (InkStore *store, const char *path, GError **error)
{
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database, "SELECT id FROM folders WHERE path = ?", error);

  if (statement == NULL)
    return 0;
  ink_statement_bind_path (statement, 1, path);
  if (ink_database_step (store->database, statement, error) != SQLITE_ROW)
    return 0;
  return sqlite3_column_int64 (statement, 0);
}

/* Reads what @sql selects: id, path and the counts. */
static GPtrArray *
read_folders (InkStore *store, const char *sql, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (GPtrArray) folders =
      g_ptr_array_new_with_free_func ((GDestroyNotify)ink_store_folder_free);
  g_autoptr (InkStatement) statement = ink_database_prepare (store->database, sql, error);
  int result;

  if (statement == NULL)
    return NULL;
  while ((result = ink_database_step (store->database, statement, error)) == SQLITE_ROW) {
    InkStoreFolder *folder = g_new0 (InkStoreFolder, 1);
    folder->id = sqlite3_column_int64 (statement, 0);
    folder->path = ink_statement_get_text (statement, 1);
    folder->photos = (guint)sqlite3_column_int64 (statement, 2);
    folder->failed = (guint)sqlite3_column_int64 (statement, 3);
    folder->unsupported = (guint)sqlite3_column_int64 (statement, 4);
    g_ptr_array_add (folders, folder);
  }
  return result == SQLITE_DONE ? g_steal_pointer (&folders) : NULL;
}

GPtrArray *
ink_store_list_folders (InkStore *store, GError **error)
{
  return read_folders (store, "SELECT id, path, 0, 0, 0 FROM folders ORDER BY path", error);
}

GPtrArray *
ink_store_get_folders (InkStore *store, GError **error)
{
  return read_folders (store,
                       "SELECT folders.id, folders.path, count(*) FILTER (WHERE state = 1),"
                       " count(*) FILTER (WHERE state = 2), count(*) FILTER (WHERE state = 3)"
                       " FROM folders LEFT JOIN photos ON photos.folder = folders.id"
                       " GROUP BY folders.id ORDER BY folders.path",
                       error);
}

/* ---- Adding ------------------------------------------------------------------------------ */

static gboolean
insert_folder (InkStore *store, const char *path, gint64 *id, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "INSERT INTO folders (path, added) VALUES (?, ?)", error);
  g_autofree char *now = ink_local_time_now ();

  if (statement == NULL)
    return FALSE;
  ink_statement_bind_path (statement, 1, path);
  ink_statement_bind_text (statement, 2, now);
  if (!ink_database_finish (store->database, statement, error))
    return FALSE;
  *id = sqlite3_last_insert_rowid (ink_database_get_handle (store->database));
  return TRUE;
}

/* Makes the photos of folder @inner, which lies at @below in folder @outer, photos of @outer. */
static gboolean
adopt_folder (InkStore *store, gint64 inner, const char *below, gint64 outer, GError **error)
{
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database,
                            "UPDATE photos SET folder = ?1, path = CAST (?2 || path AS BLOB)"
                            " WHERE folder = ?3",
                            error);
  g_autofree char *prefix = g_strconcat (below, "/", NULL);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, outer);
  ink_statement_bind_path (statement, 2, prefix);
  sqlite3_bind_int64 (statement, 3, inner);
  return ink_database_finish (store->database, statement, error) &&
         ink_store_adopt_exclusions (store, inner, prefix, outer, error) &&
         ink_store_adopt_mounts (store, inner, below, outer, error) &&
         ink_store_run_with_id (store, "DELETE FROM folders WHERE id = ?", inner, error);
}

static gboolean
add_folder (InkStore *store, const char *path, gint64 *id, GError **error)
{
  g_autoptr (GPtrArray) folders = ink_store_list_folders (store, error);

  if (folders == NULL)
    return FALSE;
  for (guint i = 0; i < folders->len; i++) {
    InkStoreFolder *folder = g_ptr_array_index (folders, i);
    if (ink_path_get_below (path, folder->path) != NULL) {
      *id = folder->id;
      return TRUE;
    }
  }
  if (!insert_folder (store, path, id, error))
    return FALSE;
  for (guint i = 0; i < folders->len; i++) {
    InkStoreFolder *folder = g_ptr_array_index (folders, i);
    const char *below = ink_path_get_below (folder->path, path);
    if (below != NULL && !adopt_folder (store, folder->id, below, *id, error))
      return FALSE;
  }
  store->changed = TRUE;
  return TRUE;
}

gboolean
ink_store_add_folder (InkStore *store, const char *path, gint64 *id, GError **error)
{
  g_autofree char *real = ink_store_resolve_path (path);
  gint64 unused;

  if (!g_file_test (real, G_FILE_TEST_IS_DIR)) {
    g_autofree char *display = ink_path_display (path);
    g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND, "%s: there is no such folder", display);
    return FALSE;
  }
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, add_folder (store, real, id != NULL ? id : &unused, error),
                              error);
}

/* ---- Forgetting -------------------------------------------------------------------------- */

/* The folder that @path means: as it was added, or by another way to it. */
static gint64
find_folder_to_forget (InkStore *store, const char *path, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *real = ink_store_resolve_path (path);
  g_autoptr (GError) local = NULL;
  gint64 id = ink_store_find_folder (store, absolute, &local);

  if (id == 0 && local == NULL)
    id = ink_store_find_folder (store, real, &local);
  if (id != 0)
    return id;
  g_autofree char *display = ink_path_display (absolute);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND, "%s is no folder of the library", display);
  return 0;
}

/* The content keys that only photos of this folder have. */
static gboolean
collect_keys (InkStore *store, gint64 folder, GByteArray *keys, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database,
      "SELECT DISTINCT content_key FROM photos WHERE folder = ?1 AND content_key IS NOT NULL"
      " AND NOT EXISTS (SELECT 1 FROM photos AS other"
      "  WHERE other.content_key = photos.content_key AND other.folder != ?1)",
      error);
  int result;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, folder);
  while ((result = ink_database_step (store->database, statement, error)) == SQLITE_ROW)
    g_byte_array_append (keys, sqlite3_column_blob (statement, 0),
                         (guint)sqlite3_column_bytes (statement, 0));
  return result == SQLITE_DONE;
}

/* How many photos of this folder could be read. */
static gboolean
count_readable (InkStore *store, gint64 folder, guint *photos, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "SELECT count (*) FROM photos WHERE folder = ? AND state = ?", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, folder);
  sqlite3_bind_int64 (statement, 2, INK_PHOTO_OK);
  if (ink_database_step (store->database, statement, error) != SQLITE_ROW)
    return FALSE;
  *photos = (guint)sqlite3_column_int64 (statement, 0);
  return TRUE;
}

static gboolean
forget_folder (InkStore *store, const char *path, guint *photos, GByteArray *keys, GError **error)
{
  gint64 id = find_folder_to_forget (store, path, error);

  if (id == 0 || !collect_keys (store, id, keys, error) ||
      !count_readable (store, id, photos, error) ||
      !ink_store_run_with_id (store, "DELETE FROM photos WHERE folder = ?", id, error))
    return FALSE;
  store->changed = TRUE;
  return ink_store_run_with_id (store, "DELETE FROM folders WHERE id = ?", id, error) &&
         ink_database_run (store->database, "DELETE FROM queries", error);
}

gboolean
ink_store_forget_folder (InkStore *store, const char *path, guint *photos, GByteArray **keys,
                         GError **error)
{
  g_autoptr (GByteArray) gone = g_byte_array_new ();
  guint n = 0;

  if (!ink_store_write_begin (store, error) ||
      !ink_store_write_end (store, forget_folder (store, path, &n, gone, error), error))
    return FALSE;
  ink_store_empty_log (store);
  if (photos != NULL)
    *photos = n;
  if (keys != NULL)
    *keys = g_steal_pointer (&gone);
  return TRUE;
}
