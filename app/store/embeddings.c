/* embeddings.c: spaces and the vectors in them. */
#include "store/embeddings.h"

#include <string.h>

#include "store/half.h"
#include "store/store-private.h"

/* Rows that are read in one transaction. */
#define SLICE 4096

/* ---- Spaces ------------------------------------------------------------------------------ */

gint64
ink_store_find_space (InkStore *store, const InkSpace *space, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database,
      "SELECT id FROM spaces WHERE model = ? AND image_size = ? AND preprocessing = ?", error);

  if (statement == NULL)
    return 0;
  ink_statement_bind_text (statement, 1, space->model);
  sqlite3_bind_int64 (statement, 2, space->image_size);
  ink_statement_bind_text (statement, 3, space->preprocessing);
  if (ink_database_step (store->database, statement, error) != SQLITE_ROW)
    return 0;
  return sqlite3_column_int64 (statement, 0);
}

gboolean
ink_store_get_space (InkStore *store, gint64 id, InkSpace *space, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "SELECT model, image_size, preprocessing, dims FROM spaces WHERE id = ?",
      error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  int result = ink_database_step (store->database, statement, error);
  if (result == SQLITE_DONE)
    g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND,
                 "The library has no space of embeddings with the number %" G_GINT64_FORMAT, id);
  if (result != SQLITE_ROW)
    return FALSE;
  *space = (InkSpace){
      .id = id,
      .model = g_intern_string ((const char *)sqlite3_column_text (statement, 0)),
      .image_size = (guint)sqlite3_column_int64 (statement, 1),
      .preprocessing = g_intern_string ((const char *)sqlite3_column_text (statement, 2)),
      .dims = (guint)sqlite3_column_int64 (statement, 3),
  };
  return TRUE;
}

static gboolean
insert_space (InkStore *store, const InkSpace *space, gint64 *id, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database,
      "INSERT INTO spaces (model, image_size, preprocessing, dims) VALUES (?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  ink_statement_bind_text (statement, 1, space->model);
  sqlite3_bind_int64 (statement, 2, space->image_size);
  ink_statement_bind_text (statement, 3, space->preprocessing);
  sqlite3_bind_int64 (statement, 4, space->dims);
  if (!ink_database_finish (store->database, statement, error))
    return FALSE;
  *id = sqlite3_last_insert_rowid (ink_database_get_handle (store->database));
  return TRUE;
}

static gboolean
put_space (InkStore *store, const InkSpace *space, gint64 *id, GError **error)
{
  g_autoptr (GError) local = NULL;

  *id = ink_store_find_space (store, space, &local);
  if (*id != 0)
    return TRUE;
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  return insert_space (store, space, id, error);
}

gint64
ink_store_put_space (InkStore *store, const InkSpace *space, GError **error)
{
  gint64 id;

  if (!ink_store_write_begin (store, error) ||
      !ink_store_write_end (store, put_space (store, space, &id, error), error))
    return 0;
  return id;
}

GArray *
ink_store_get_spaces (InkStore *store, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database, "SELECT id FROM spaces ORDER BY id", error);
  int result;

  if (statement == NULL)
    return NULL;
  while ((result = ink_database_step (store->database, statement, error)) == SQLITE_ROW) {
    gint64 id = sqlite3_column_int64 (statement, 0);
    g_array_append_val (ids, id);
  }
  return result == SQLITE_DONE ? g_steal_pointer (&ids) : NULL;
}

gboolean
ink_store_remove_space (InkStore *store, gint64 id, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  store->changed = TRUE;
  return ink_store_write_end (
      store, ink_store_run_with_id (store, "DELETE FROM spaces WHERE id = ?", id, error), error);
}

/* ---- Single embeddings ------------------------------------------------------------------- */

/* The length of a space's embeddings; 0 with @error set where there is no such space. */
static guint
get_dims (InkStore *store, gint64 space, GError **error)
{
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database, "SELECT dims FROM spaces WHERE id = ?", error);

  if (statement == NULL)
    return 0;
  sqlite3_bind_int64 (statement, 1, space);
  int result = ink_database_step (store->database, statement, error);
  if (result == SQLITE_ROW)
    return (guint)sqlite3_column_int64 (statement, 0);
  if (result == SQLITE_DONE)
    g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND,
                 "The library has no embeddings of this model and image size");
  return 0;
}

static gboolean
put_embedding (InkStore *store, gint64 photo, gint64 space, const float *vector, guint dims,
               const char *precision, GError **error)
{
  guint expected = get_dims (store, space, error);

  if (expected == 0)
    return FALSE;
  if (dims != expected) {
    g_set_error (error, INK_ERROR, INK_ERROR_FAILED,
                 "An embedding has %u numbers where the library's have %u", dims, expected);
    return FALSE;
  }
  g_autofree guint16 *half = g_new (guint16, dims);
  ink_half_from_float (half, vector, dims);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database,
      "INSERT OR REPLACE INTO embeddings (photo, space, precision, vector) VALUES (?, ?, ?, ?)",
      error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, photo);
  sqlite3_bind_int64 (statement, 2, space);
  ink_statement_bind_text (statement, 3, precision);
  sqlite3_bind_blob64 (statement, 4, half, dims * sizeof *half, SQLITE_STATIC);
  store->changed = TRUE;
  return ink_database_finish (store->database, statement, error);
}

gboolean
ink_store_put_embedding (InkStore *store, gint64 photo, gint64 space, const float *vector,
                         guint dims, const char *precision, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (
      store, put_embedding (store, photo, space, vector, dims, precision, error), error);
}

gboolean
ink_store_get_embedding (InkStore *store, gint64 photo, gint64 space, float *vector, guint dims,
                         GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "SELECT vector FROM embeddings WHERE photo = ? AND space = ?", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, photo);
  sqlite3_bind_int64 (statement, 2, space);
  int result = ink_database_step (store->database, statement, error);
  if (result == SQLITE_ROW &&
      (gsize)sqlite3_column_bytes (statement, 0) == dims * sizeof (guint16)) {
    ink_half_to_float (vector, sqlite3_column_blob (statement, 0), dims);
    return TRUE;
  }
  if (result == SQLITE_ROW)
    g_set_error (error, INK_ERROR, INK_ERROR_LIBRARY_DAMAGED,
                 "The library has an embedding of a wrong length; “inkling-cli check --repair” "
                 "takes it out");
  else if (result == SQLITE_DONE)
    g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND, "This photo has no embedding yet");
  return FALSE;
}

gint64
ink_store_count_embeddings (InkStore *store, gint64 space, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database,
                            "SELECT count(*) FROM embeddings JOIN photos ON photos.id = photo"
                            " WHERE space = ? AND state = 1",
                            error);

  if (statement == NULL)
    return -1;
  sqlite3_bind_int64 (statement, 1, space);
  if (ink_database_step (store->database, statement, error) != SQLITE_ROW)
    return -1;
  return sqlite3_column_int64 (statement, 0);
}

/* ---- All of them ------------------------------------------------------------------------- */

void
ink_embeddings_free (InkEmbeddings *embeddings)
{
  g_free (embeddings->photos);
  g_free (embeddings->rows);
  g_free (embeddings);
}

gint64
ink_store_count_rows (InkStore *store, gint64 space, gint64 after, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "SELECT count(*) FROM embeddings WHERE space = ? AND id > ?", error);

  if (statement == NULL)
    return -1;
  sqlite3_bind_int64 (statement, 1, space);
  sqlite3_bind_int64 (statement, 2, after);
  if (ink_database_step (store->database, statement, error) != SQLITE_ROW)
    return -1;
  return sqlite3_column_int64 (statement, 0);
}

gint64
ink_store_get_last_embedding (InkStore *store, gint64 space, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "SELECT max(id) FROM embeddings WHERE space = ?", error);

  if (statement == NULL)
    return -1;
  sqlite3_bind_int64 (statement, 1, space);
  if (ink_database_step (store->database, statement, error) != SQLITE_ROW)
    return -1;
  return sqlite3_column_int64 (statement, 0);
}

gboolean
ink_store_compare_embedding (InkStore *store, gint64 space, gint64 photo, gint64 last,
                             const guint16 *half, guint dims, gboolean *same, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "SELECT vector FROM embeddings WHERE photo = ? AND space = ? AND id <= ?",
      error);
  gsize size = dims * sizeof *half;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, photo);
  sqlite3_bind_int64 (statement, 2, space);
  sqlite3_bind_int64 (statement, 3, last);
  int result = ink_database_step (store->database, statement, error);
  *same = result == SQLITE_DONE ||
          (result == SQLITE_ROW && (gsize)sqlite3_column_bytes (statement, 0) == size &&
           memcmp (sqlite3_column_blob (statement, 0), half, size) == 0);
  return result == SQLITE_DONE || result == SQLITE_ROW;
}

static void
append (InkEmbeddings *embeddings, InkStatement *statement)
{
  gsize size = embeddings->dims * sizeof (guint16);

  embeddings->last = sqlite3_column_int64 (statement, 0);
  /* A row of another length is damage, which ink_store_check() finds: search goes on without. */
  if ((gsize)sqlite3_column_bytes (statement, 2) != size)
    return;
  embeddings->photos[embeddings->n] = sqlite3_column_int64 (statement, 1);
  memcpy (embeddings->rows + embeddings->n * embeddings->dims, sqlite3_column_blob (statement, 2),
          size);
  embeddings->n++;
}

/* Two orders. The space of the second is no use as an index: the photos' is in that order. */
static const char by_id[] =
    "SELECT id, photo, vector FROM embeddings WHERE space = ? AND id > ? ORDER BY id LIMIT ?";
static const char by_photo[] =
    "SELECT photo, photo, vector FROM embeddings WHERE +space = ? AND photo > ? ORDER BY photo "
    "LIMIT ?";

/* Reads a slice into the room that is left. Returns: rows seen, -1 with @error set */
static int
read_slice (InkStore *store, const char *sql, gint64 space, InkEmbeddings *embeddings, gsize room,
            GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement = ink_database_prepare (store->database, sql, error);
  int n = 0, result;

  if (statement == NULL)
    return -1;
  sqlite3_bind_int64 (statement, 1, space);
  sqlite3_bind_int64 (statement, 2, embeddings->last);
  sqlite3_bind_int64 (statement, 3, (gint64)MIN (room, SLICE));
  while ((result = ink_database_step (store->database, statement, error)) == SQLITE_ROW) {
    append (embeddings, statement);
    n++;
  }
  return result == SQLITE_DONE ? n : -1;
}

/* @room: for how many rows */
static gboolean
prepare (InkStore *store, gint64 space, gint64 after, InkEmbeddings *embeddings, gsize room,
         GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  gsize numbers;

  embeddings->last = after;
  embeddings->dims = get_dims (store, space, error);
  if (embeddings->dims == 0)
    return FALSE;
  if (g_size_checked_mul (&numbers, room, embeddings->dims)) {
    embeddings->photos = g_try_new (gint64, room);
    embeddings->rows = g_try_new (guint16, numbers);
  }
  if (room == 0 || (embeddings->photos != NULL && embeddings->rows != NULL))
    return TRUE;
  g_set_error (error, INK_ERROR, INK_ERROR_FAILED,
               "There is not enough memory for %" G_GSIZE_FORMAT " embeddings of %u numbers", room,
               embeddings->dims);
  return FALSE;
}

InkEmbeddings *
ink_store_load_embeddings (InkStore *store, gint64 space, gint64 after, GError **error)
{
  g_autoptr (InkEmbeddings) embeddings = g_new0 (InkEmbeddings, 1);
  gint64 room = ink_store_count_rows (store, space, after, error);

  if (room < 0 || !prepare (store, space, after, embeddings, (gsize)room, error))
    return NULL;
  /* What is stored meanwhile comes with the next load. */
  for (gsize seen = 0; seen < (gsize)room;) {
    int n = read_slice (store, by_id, space, embeddings, (gsize)room - seen, error);
    if (n < 0)
      return NULL;
    if (n == 0)
      break;
    seen += (gsize)n;
  }
  return g_steal_pointer (&embeddings);
}

InkEmbeddings *
ink_store_slice_embeddings (InkStore *store, gint64 space, gint64 after, GError **error)
{
  g_autoptr (InkEmbeddings) embeddings = g_new0 (InkEmbeddings, 1);

  if (!prepare (store, space, after, embeddings, SLICE, error) ||
      read_slice (store, by_photo, space, embeddings, SLICE, error) < 0)
    return NULL;
  return g_steal_pointer (&embeddings);
}
