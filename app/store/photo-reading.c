/* photo-reading.c: photos out of the database. */
#include "store/photos.h"

#include <string.h>

#include "base/path.h"
#include "store/store-private.h"

/* Rows that are read in one transaction. */
#define SLICE 4096

#define SELECT_PHOTO                                                                               \
  "SELECT photos.id, folder, folders.path, photos.path, size, mtime_ns, device, inode,"            \
  " content_key, state, failure_code, failure_reason, width, height, orientation, type, taken,"    \
  " clock, phash, colour FROM photos JOIN folders ON folders.id = photos.folder "

void
ink_photo_free (InkPhoto *photo)
{
  g_free (photo->folder_path);
  g_free (photo->path);
  g_free (photo->content_key);
  g_free (photo->failure_code);
  g_free (photo->failure_reason);
  g_free (photo->type);
  g_free (photo->taken);
  g_free (photo);
}

char *
ink_photo_get_path (const InkPhoto *photo)
{
  return g_build_filename (photo->folder_path, photo->path, NULL);
}

static InkPhoto *
read_photo (InkStatement *statement)
{
  InkPhoto *photo = g_new0 (InkPhoto, 1);
  int column = 0;

  photo->id = sqlite3_column_int64 (statement, column++);
  photo->folder = sqlite3_column_int64 (statement, column++);
  photo->folder_path = ink_statement_get_text (statement, column++);
  photo->path = ink_statement_get_text (statement, column++);
  photo->stamp.size = sqlite3_column_int64 (statement, column++);
  photo->stamp.mtime_ns = sqlite3_column_int64 (statement, column++);
  photo->stamp.device = (guint64)sqlite3_column_int64 (statement, column++);
  photo->stamp.inode = (guint64)sqlite3_column_int64 (statement, column++);
  if (sqlite3_column_bytes (statement, column) == INK_CONTENT_KEY_SIZE)
    photo->content_key = g_memdup2 (sqlite3_column_blob (statement, column), INK_CONTENT_KEY_SIZE);
  column++;
  photo->state = (InkPhotoState)sqlite3_column_int (statement, column++);
  photo->failure_code = ink_statement_get_optional_text (statement, column++);
  photo->failure_reason = ink_statement_get_optional_text (statement, column++);
  photo->width = (guint)sqlite3_column_int64 (statement, column++);
  photo->height = (guint)sqlite3_column_int64 (statement, column++);
  photo->orientation = (guint)sqlite3_column_int64 (statement, column++);
  photo->type = ink_statement_get_optional_text (statement, column++);
  photo->taken = ink_statement_get_optional_text (statement, column++);
  photo->clock = sqlite3_column_int64 (statement, column++);
  photo->phash = (guint64)sqlite3_column_int64 (statement, column++);
  photo->colour = (guint32)sqlite3_column_int64 (statement, column++);
  return photo;
}

/* All rows that a statement gives. */
static gboolean
read_photos (InkStore *store, InkStatement *statement, GPtrArray *photos, GError **error)
{
  int result;

  while ((result = ink_database_step (store->database, statement, error)) == SQLITE_ROW)
    g_ptr_array_add (photos, read_photo (statement));
  return result == SQLITE_DONE;
}

static GPtrArray *
photos_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)ink_photo_free);
}

/* ---- Single ones ------------------------------------------------------------------------- */

InkPhoto *
ink_store_get_photo (InkStore *store, gint64 id, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database, SELECT_PHOTO "WHERE photos.id = ?", error);

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, id);
  int result = ink_database_step (store->database, statement, error);
  if (result == SQLITE_ROW)
    return read_photo (statement);
  if (result == SQLITE_DONE)
    g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND,
                 "This photo is not in the library any more");
  return NULL;
}

static gboolean
find_in_folder (InkStore *store, gint64 folder, const char *path, InkPhoto **photo, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, SELECT_PHOTO "WHERE folder = ? AND photos.path = ?", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, folder);
  ink_statement_bind_path (statement, 2, path);
  int result = ink_database_step (store->database, statement, error);
  if (result == SQLITE_ROW)
    *photo = read_photo (statement);
  return result == SQLITE_ROW || result == SQLITE_DONE;
}

/* Looks for @path as it stands. No folder of the library lies in another, so one at most fits. */
static gboolean
find_path (InkStore *store, const char *path, InkPhoto **photo, GError **error)
{
  for (const char *end = strrchr (path, '/'); end != NULL;) {
    g_autofree char *folder = g_strndup (path, (gsize)MAX (end - path, 1));
    g_autoptr (GError) local = NULL;
    gint64 id = ink_store_find_folder (store, folder, &local);
    if (local != NULL) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
    if (id != 0)
      return find_in_folder (store, id, end + 1, photo, error);
    end = g_strrstr_len (path, end - path, "/");
  }
  return TRUE;
}

InkPhoto *
ink_store_find_photo (InkStore *store, const char *path, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *parent = g_path_get_dirname (absolute);
  g_autofree char *name = g_path_get_basename (absolute);
  g_autofree char *real_parent = ink_store_resolve_path (parent);
  g_autofree char *real = g_build_filename (real_parent, name, NULL);
  InkPhoto *photo = NULL;

  if (!find_path (store, absolute, &photo, error) ||
      (photo == NULL && !find_path (store, real, &photo, error)))
    return NULL;
  if (photo == NULL) {
    g_autofree char *display = ink_path_display (absolute);
    g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND, "%s is not in the library", display);
  }
  return photo;
}

GPtrArray *
ink_store_find_content (InkStore *store, const guint8 *key, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (GPtrArray) photos = photos_new ();
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, SELECT_PHOTO "WHERE content_key = ? AND state = 1 ORDER BY photos.id",
      error);

  if (statement == NULL)
    return NULL;
  sqlite3_bind_blob (statement, 1, key, INK_CONTENT_KEY_SIZE, SQLITE_STATIC);
  return read_photos (store, statement, photos, error) ? g_steal_pointer (&photos) : NULL;
}

gboolean
ink_store_has_content (InkStore *store, const guint8 *key, gboolean *has, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "SELECT 1 FROM photos WHERE content_key = ? LIMIT 1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_blob (statement, 1, key, INK_CONTENT_KEY_SIZE, SQLITE_STATIC);
  int result = ink_database_step (store->database, statement, error);
  *has = result == SQLITE_ROW;
  return result == SQLITE_ROW || result == SQLITE_DONE;
}

/* ---- All of them ------------------------------------------------------------------------- */

static GPtrArray *
read_slice (InkStore *store, InkPhotoState state, gint64 after, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (GPtrArray) photos = photos_new ();
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database,
      SELECT_PHOTO "WHERE photos.id > ?1 AND (?2 = 0 OR state = ?2) ORDER BY photos.id LIMIT ?3",
      error);

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, after);
  sqlite3_bind_int (statement, 2, state);
  sqlite3_bind_int (statement, 3, SLICE);
  return read_photos (store, statement, photos, error) ? g_steal_pointer (&photos) : NULL;
}

gboolean
ink_store_for_each_photo (InkStore *store, InkPhotoState state, gint64 after, InkPhotoFunc func,
                          gpointer data, GError **error)
{
  while (TRUE) {
    g_autoptr (GPtrArray) photos = read_slice (store, state, after, error);
    if (photos == NULL)
      return FALSE;
    for (guint i = 0; i < photos->len; i++) {
      const InkPhoto *photo = g_ptr_array_index (photos, i);
      if (!func (photo, data))
        return TRUE;
      after = photo->id;
    }
    if (photos->len < SLICE)
      return TRUE;
  }
}

gboolean
ink_store_count_photos (InkStore *store, InkPhotoCounts *counts, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database,
      "SELECT count(*) FILTER (WHERE state = 1), count(*) FILTER (WHERE state = 2),"
      " count(*) FILTER (WHERE state = 3) FROM photos",
      error);

  if (statement == NULL || ink_database_step (store->database, statement, error) != SQLITE_ROW)
    return FALSE;
  counts->ok = (guint)sqlite3_column_int64 (statement, 0);
  counts->failed = (guint)sqlite3_column_int64 (statement, 1);
  counts->unsupported = (guint)sqlite3_column_int64 (statement, 2);
  return TRUE;
}
