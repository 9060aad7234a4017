/* photo-writing.c: photos into the database. */
#include "store/photos.h"

#include <string.h>

#include "base/local-time.h"
#include "store/store-private.h"

/* The row of a folder and a path, as far as writing asks for it. */
typedef struct {
  gint64 id; /* 0: there is none */
  InkFileStamp stamp;
  gboolean has_key;
  guint8 content_key[INK_CONTENT_KEY_SIZE];
} Present;

static gboolean
find_present (InkStore *store, gint64 folder, const char *path, Present *present, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database,
      "SELECT id, size, mtime_ns, content_key FROM photos WHERE folder = ? AND path = ?", error);

  *present = (Present){0};
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, folder);
  ink_statement_bind_path (statement, 2, path);
  int result = ink_database_step (store->database, statement, error);
  if (result == SQLITE_ROW) {
    present->id = sqlite3_column_int64 (statement, 0);
    present->stamp.size = sqlite3_column_int64 (statement, 1);
    present->stamp.mtime_ns = sqlite3_column_int64 (statement, 2);
    present->has_key = sqlite3_column_bytes (statement, 3) == INK_CONTENT_KEY_SIZE;
    if (present->has_key)
      memcpy (present->content_key, sqlite3_column_blob (statement, 3), INK_CONTENT_KEY_SIZE);
  }
  return result == SQLITE_ROW || result == SQLITE_DONE;
}

static gint64
get_clock (const char *taken, const InkFileStamp *stamp)
{
  gint64 clock;

  if (taken != NULL && ink_local_time_parse_clock (taken, &clock))
    return clock;
  return ink_local_time_get_clock (stamp->mtime_ns / 1000000000);
}

static void
bind_stamp (InkStatement *statement, int parameter, const InkFileStamp *stamp)
{
  sqlite3_bind_int64 (statement, parameter, stamp->size);
  sqlite3_bind_int64 (statement, parameter + 1, stamp->mtime_ns);
  sqlite3_bind_int64 (statement, parameter + 2, (gint64)stamp->device);
  sqlite3_bind_int64 (statement, parameter + 3, (gint64)stamp->inode);
}

/* One statement that writes, whose parameters are bound. */
static gboolean
finish (InkStore *store, InkStatement *statement, GError **error)
{
  store->changed = TRUE;
  return ink_database_finish (store->database, statement, error);
}

/* ---- Readable photos --------------------------------------------------------------------- */

static gboolean
write_photo (InkStore *store, const InkPhoto *photo, gint64 id, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database,
      "INSERT INTO photos (id, folder, path, size, mtime_ns, device, inode, state, failure_code,"
      " failure_reason, content_key, width, height, orientation, type, taken, clock, phash, colour)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,"
      " ?19)"
      " ON CONFLICT (id) DO UPDATE SET size = ?4, mtime_ns = ?5, device = ?6, inode = ?7,"
      " state = ?8, failure_code = ?9, failure_reason = ?10, content_key = ?11, width = ?12,"
      " height = ?13, orientation = ?14, type = ?15, taken = ?16, clock = ?17, phash = ?18,"
      " colour = ?19",
      error);

  if (statement == NULL)
    return FALSE;
  if (id != 0)
    sqlite3_bind_int64 (statement, 1, id);
  sqlite3_bind_int64 (statement, 2, photo->folder);
  ink_statement_bind_path (statement, 3, photo->path);
  bind_stamp (statement, 4, &photo->stamp);
  sqlite3_bind_int (statement, 8, photo->state);
  ink_statement_bind_text (statement, 9, photo->failure_code);
  ink_statement_bind_text (statement, 10, photo->failure_reason);
  sqlite3_bind_blob (statement, 11, photo->content_key, INK_CONTENT_KEY_SIZE, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 12, photo->width);
  sqlite3_bind_int64 (statement, 13, photo->height);
  sqlite3_bind_int64 (statement, 14, photo->orientation);
  ink_statement_bind_text (statement, 15, photo->type);
  ink_statement_bind_text (statement, 16, photo->taken);
  sqlite3_bind_int64 (statement, 17, get_clock (photo->taken, &photo->stamp));
  sqlite3_bind_int64 (statement, 18, (gint64)photo->phash);
  sqlite3_bind_int64 (statement, 19, photo->colour);
  return finish (store, statement, error);
}

static gboolean
put_photo (InkStore *store, const InkPhoto *photo, gint64 *id, GError **error)
{
  Present present;

  if (!find_present (store, photo->folder, photo->path, &present, error))
    return FALSE;
  gboolean same = present.has_key && photo->content_key != NULL &&
                  memcmp (present.content_key, photo->content_key, INK_CONTENT_KEY_SIZE) == 0;
  if (present.id != 0 && !same &&
      !ink_store_run_with_id (store, "DELETE FROM embeddings WHERE photo = ?", present.id, error))
    return FALSE;
  if (!write_photo (store, photo, present.id, error))
    return FALSE;
  *id = present.id != 0 ? present.id
                        : sqlite3_last_insert_rowid (ink_database_get_handle (store->database));
  return TRUE;
}

gboolean
ink_store_put_photo (InkStore *store, const InkPhoto *photo, gint64 *id, GError **error)
{
  gint64 unused;

  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, put_photo (store, photo, id != NULL ? id : &unused, error),
                              error);
}

/* ---- Unreadable ones --------------------------------------------------------------------- */

static gboolean
update_failure (InkStore *store, gint64 id, const InkPhoto *failed, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database,
      "UPDATE photos SET device = ?1, inode = ?2, state = ?3, failure_code = ?4,"
      " failure_reason = ?5 WHERE id = ?6",
      error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64)failed->stamp.device);
  sqlite3_bind_int64 (statement, 2, (gint64)failed->stamp.inode);
  sqlite3_bind_int (statement, 3, failed->state);
  ink_statement_bind_text (statement, 4, failed->failure_code);
  ink_statement_bind_text (statement, 5, failed->failure_reason);
  sqlite3_bind_int64 (statement, 6, id);
  return finish (store, statement, error);
}

static gboolean
mark_failed (InkStore *store, const InkPhoto *failed, GError **error)
{
  Present present;
  gint64 id;

  if (!find_present (store, failed->folder, failed->path, &present, error))
    return FALSE;
  if (present.id != 0 && present.stamp.size == failed->stamp.size &&
      present.stamp.mtime_ns == failed->stamp.mtime_ns)
    return update_failure (store, present.id, failed, error);
  return put_photo (store, failed, &id, error);
}

gboolean
ink_store_mark_failed (InkStore *store, gint64 folder, const char *path, const InkFileStamp *stamp,
                       InkPhotoState state, const char *code, const char *reason, GError **error)
{
  InkPhoto failed = {
      .folder = folder,
      .path = (char *)path,
      .stamp = *stamp,
      .state = state,
      .failure_code = (char *)code,
      .failure_reason = (char *)reason,
      .orientation = 1,
  };

  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, mark_failed (store, &failed, error), error);
}

/* ---- Changes of place -------------------------------------------------------------------- */

static gboolean
set_stamp (InkStore *store, gint64 id, const InkFileStamp *stamp, GError **error)
{
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database,
                            "UPDATE photos SET size = ?1, mtime_ns = ?2, device = ?3, inode = ?4,"
                            " clock = iif (taken IS NULL, ?5, clock) WHERE id = ?6",
                            error);

  if (statement == NULL)
    return FALSE;
  bind_stamp (statement, 1, stamp);
  sqlite3_bind_int64 (statement, 5, get_clock (NULL, stamp));
  sqlite3_bind_int64 (statement, 6, id);
  return finish (store, statement, error);
}

gboolean
ink_store_touch_photo (InkStore *store, gint64 id, const InkFileStamp *stamp, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, set_stamp (store, id, stamp, error), error);
}

static gboolean
set_place (InkStore *store, gint64 id, gint64 folder, const char *path, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "UPDATE photos SET folder = ?, path = ? WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, folder);
  ink_statement_bind_path (statement, 2, path);
  sqlite3_bind_int64 (statement, 3, id);
  return finish (store, statement, error);
}

static gboolean
move_photo (InkStore *store, gint64 id, gint64 folder, const char *path, const InkFileStamp *stamp,
            GError **error)
{
  Present present;

  if (!find_present (store, folder, path, &present, error))
    return FALSE;
  if (present.id != 0 && present.id != id &&
      !ink_store_run_with_id (store, "DELETE FROM photos WHERE id = ?", present.id, error))
    return FALSE;
  return set_place (store, id, folder, path, error) && set_stamp (store, id, stamp, error);
}

gboolean
ink_store_move_photo (InkStore *store, gint64 id, gint64 folder, const char *path,
                      const InkFileStamp *stamp, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, move_photo (store, id, folder, path, stamp, error), error);
}

gboolean
ink_store_remove_photo (InkStore *store, gint64 id, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  store->changed = TRUE;
  return ink_store_write_end (
      store, ink_store_run_with_id (store, "DELETE FROM photos WHERE id = ?", id, error), error);
}
