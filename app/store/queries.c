/* queries.c: cached embeddings of texts, in float32 so that a search does not depend on whether
 * its text was cached. */
#include "store/queries.h"

#include <string.h>

#include "store/store-private.h"

gboolean
ink_store_get_query (InkStore *store, gint64 space, const char *text, float *vector, guint dims,
                     GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "SELECT vector FROM queries WHERE space = ? AND text = ?", error);
  gsize size = dims * sizeof *vector;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, space);
  ink_statement_bind_text (statement, 2, text);
  if (ink_database_step (store->database, statement, error) != SQLITE_ROW ||
      (gsize)sqlite3_column_bytes (statement, 0) != size)
    return FALSE;
  memcpy (vector, sqlite3_column_blob (statement, 0), size);
  return TRUE;
}

static gboolean
put_query (InkStore *store, gint64 space, const char *text, const float *vector, guint dims,
           GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "INSERT OR REPLACE INTO queries (space, text, vector) VALUES (?, ?, ?)",
      error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, space);
  ink_statement_bind_text (statement, 2, text);
  sqlite3_bind_blob64 (statement, 3, vector, dims * sizeof *vector, SQLITE_STATIC);
  return ink_database_finish (store->database, statement, error) &&
         ink_store_run_with_id (store,
                                "DELETE FROM queries WHERE id <= (SELECT id FROM queries"
                                " ORDER BY id DESC LIMIT 1 OFFSET ?)",
                                INK_QUERIES_MAX, error);
}

gboolean
ink_store_put_query (InkStore *store, gint64 space, const char *text, const float *vector,
                     guint dims, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, put_query (store, space, text, vector, dims, error), error);
}

gboolean
ink_store_clear_queries (InkStore *store, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  if (!ink_store_write_end (store, ink_database_run (store->database, "DELETE FROM queries", error),
                            error))
    return FALSE;
  ink_store_empty_log (store);
  return TRUE;
}
