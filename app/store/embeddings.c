/* embeddings.c: spaces and the vectors in them. */
#include "store/embeddings.h"

#include <string.h>

#include "clip.h"
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

/* A length of embeddings, which rows are cut by. */
static gboolean
read_dims (InkStatement *statement, int column, guint *dims, GError **error)
{
  gint64 value = sqlite3_column_int64 (statement, column);

  *dims = (guint)value;
  if (value > 0 && value <= INK_DIMS_MAX)
    return TRUE;
  g_set_error (error, INK_ERROR, INK_ERROR_LIBRARY_DAMAGED,
               "The library has embeddings of an impossible length; “inkling-cli check --repair” "
               "takes them out");
  return FALSE;
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
  g_autofree char *model = ink_statement_get_text (statement, 0);
  g_autofree char *preprocessing = ink_statement_get_text (statement, 2);
  *space = (InkSpace){
      .id = id,
      .model = g_intern_string (model),
      .image_size = (guint)sqlite3_column_int64 (statement, 1),
      .preprocessing = g_intern_string (preprocessing),
  };
  return read_dims (statement, 3, &space->dims, error);
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
  guint dims;
  if (result == SQLITE_ROW)
    return read_dims (statement, 0, &dims, error) ? dims : 0;
  if (result == SQLITE_DONE)
    g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND,
                 "The library has no embeddings of this model and image size");
  return 0;
}

static gboolean
put_embeddings (InkStore *store, gint64 photo, gint64 space, const float *vectors, guint n,
                guint dims, const char *precision, GError **error)
{
  guint expected = get_dims (store, space, error);

  if (expected == 0)
    return FALSE;
  if (dims != expected) {
    g_set_error (error, INK_ERROR, INK_ERROR_FAILED,
                 "An embedding has %u numbers where the library's have %u", dims, expected);
    return FALSE;
  }
  gsize numbers = (gsize)n * dims;
  g_autofree guint16 *half = g_new (guint16, numbers);
  ink_half_from_float (half, vectors, numbers);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database,
      "INSERT OR REPLACE INTO embeddings (photo, space, precision, vector) VALUES (?, ?, ?, ?)",
      error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, photo);
  sqlite3_bind_int64 (statement, 2, space);
  ink_statement_bind_text (statement, 3, precision);
  sqlite3_bind_blob64 (statement, 4, half, numbers * sizeof *half, SQLITE_STATIC);
  store->changed = TRUE;
  return ink_database_finish (store->database, statement, error);
}

gboolean
ink_store_put_embeddings (InkStore *store, gint64 photo, gint64 space, const float *vectors,
                          guint n, guint dims, const char *precision, GError **error)
{
  g_return_val_if_fail (n >= 1 && n <= CLIP_TILES_MAX, FALSE);

  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (
      store, put_embeddings (store, photo, space, vectors, n, dims, precision, error), error);
}

gboolean
ink_store_put_embedding (InkStore *store, gint64 photo, gint64 space, const float *vector,
                         guint dims, const char *precision, GError **error)
{
  return ink_store_put_embeddings (store, photo, space, vector, 1, dims, precision, error);
}

/* How many embeddings of @dims numbers there are in @size bytes; 0 where that is damage, which
 * ink_store_check() finds. */
static guint
count_tiles (gsize size, guint dims)
{
  gsize row = dims * sizeof (guint16), n = size / row;

  return size % row == 0 && n <= CLIP_TILES_MAX ? (guint)n : 0;
}

float *
ink_store_get_embeddings (InkStore *store, gint64 photo, gint64 space, guint *n, guint dims,
                          GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "SELECT vector FROM embeddings WHERE photo = ? AND space = ?", error);

  *n = 0;
  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, photo);
  sqlite3_bind_int64 (statement, 2, space);
  int result = ink_database_step (store->database, statement, error);
  if (result == SQLITE_ROW)
    *n = count_tiles ((gsize)sqlite3_column_bytes (statement, 0), dims);
  if (*n > 0) {
    float *vectors = g_new (float, (gsize)*n *dims);
    ink_half_to_float (vectors, sqlite3_column_blob (statement, 0), (gsize)*n * dims);
    return vectors;
  }
  if (result == SQLITE_ROW)
    g_set_error (error, INK_ERROR, INK_ERROR_LIBRARY_DAMAGED,
                 "The library has an embedding of a wrong length; “inkling-cli check --repair” "
                 "takes it out");
  else if (result == SQLITE_DONE)
    g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND, "This photo has no embedding yet");
  return NULL;
}

gboolean
ink_store_get_embedding (InkStore *store, gint64 photo, gint64 space, float *vector, guint dims,
                         GError **error)
{
  guint n;
  g_autofree float *vectors = ink_store_get_embeddings (store, photo, space, &n, dims, error);

  if (vectors == NULL)
    return FALSE;
  memcpy (vector, vectors, dims * sizeof *vector);
  return TRUE;
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
  g_free (embeddings->tiles);
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
ink_store_compare_embedding (InkStore *store, gint64 space, gint64 photo, guint tile, gint64 last,
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
  *same =
      result == SQLITE_DONE ||
      (result == SQLITE_ROW &&
       tile < count_tiles ((gsize)sqlite3_column_bytes (statement, 0), dims) &&
       memcmp ((const guint8 *)sqlite3_column_blob (statement, 0) + tile * size, half, size) == 0);
  return result == SQLITE_DONE || result == SQLITE_ROW;
}

static gboolean
set_memory_error (gsize rows, guint dims, GError **error)
{
  g_set_error (error, INK_ERROR, INK_ERROR_FAILED,
               "There is not enough memory for %" G_GSIZE_FORMAT " embeddings of %u numbers", rows,
               dims);
  return FALSE;
}

/* Makes room for @rows rows. */
static gboolean
reserve (InkEmbeddings *embeddings, gsize rows, GError **error)
{
  gsize numbers;
  gpointer photos, tiles, halves;

  if (rows <= embeddings->room)
    return TRUE;
  if (!g_size_checked_mul (&numbers, rows, embeddings->dims) ||
      !(photos = g_try_renew (gint64, embeddings->photos, rows)))
    return set_memory_error (rows, embeddings->dims, error);
  embeddings->photos = photos;
  if (!(tiles = g_try_renew (guint8, embeddings->tiles, rows)))
    return set_memory_error (rows, embeddings->dims, error);
  embeddings->tiles = tiles;
  if (!(halves = g_try_renew (guint16, embeddings->rows, numbers)))
    return set_memory_error (rows, embeddings->dims, error);
  embeddings->rows = halves;
  embeddings->room = rows;
  return TRUE;
}

/* Appends the embeddings of a photo's tiles. */
static gboolean
append (InkEmbeddings *embeddings, InkStatement *statement, GError **error)
{
  gsize size = (gsize)sqlite3_column_bytes (statement, 2);
  /* One of another length is damage: search goes on without. */
  guint n = count_tiles (size, embeddings->dims);
  gsize rows = embeddings->n + n;

  embeddings->last = sqlite3_column_int64 (statement, 0);
  if (n == 0)
    return TRUE;
  if (rows > embeddings->room && !reserve (embeddings, MAX (rows, 2 * embeddings->room), error))
    return FALSE;
  memcpy (embeddings->rows + embeddings->n * embeddings->dims, sqlite3_column_blob (statement, 2),
          size);
  for (guint i = 0; i < n; i++, embeddings->n++) {
    embeddings->photos[embeddings->n] = sqlite3_column_int64 (statement, 1);
    embeddings->tiles[embeddings->n] = (guint8)i;
  }
  return TRUE;
}

/* Two orders. The space of the second is no use as an index: the photos' is in that order. */
static const char by_id[] =
    "SELECT id, photo, vector FROM embeddings WHERE space = ? AND id > ? ORDER BY id LIMIT ?";
static const char by_photo[] =
    "SELECT photo, photo, vector FROM embeddings WHERE +space = ? AND photo > ? ORDER BY photo "
    "LIMIT ?";

/* Reads a slice of at most @most photos. Returns: how many there were, -1 with @error set */
static int
read_slice (InkStore *store, const char *sql, gint64 space, InkEmbeddings *embeddings, gsize most,
            GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement = ink_database_prepare (store->database, sql, error);
  int n = 0, result;

  if (statement == NULL)
    return -1;
  sqlite3_bind_int64 (statement, 1, space);
  sqlite3_bind_int64 (statement, 2, embeddings->last);
  sqlite3_bind_int64 (statement, 3, (gint64)MIN (most, SLICE));
  while ((result = ink_database_step (store->database, statement, error)) == SQLITE_ROW) {
    if (!append (embeddings, statement, error))
      return -1;
    n++;
  }
  return result == SQLITE_DONE ? n : -1;
}

/* @photos: how many are expected; those of several tiles take more room, which is found as they
 * come */
static gboolean
prepare (InkStore *store, gint64 space, gint64 after, InkEmbeddings *embeddings, gsize photos,
         GError **error)
{
  INK_STORE_AUTO_LOCK (store);

  embeddings->last = after;
  embeddings->dims = get_dims (store, space, error);
  return embeddings->dims != 0 && reserve (embeddings, photos, error);
}

InkEmbeddings *
ink_store_load_embeddings (InkStore *store, gint64 space, gint64 after, GError **error)
{
  g_autoptr (InkEmbeddings) embeddings = g_new0 (InkEmbeddings, 1);
  gint64 photos = ink_store_count_rows (store, space, after, error);

  if (photos < 0 || !prepare (store, space, after, embeddings, (gsize)photos, error))
    return NULL;
  /* What is stored meanwhile comes with the next load. */
  for (gsize seen = 0; seen < (gsize)photos;) {
    int n = read_slice (store, by_id, space, embeddings, (gsize)photos - seen, error);
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
