/* model-table.c: rows of models. */
#include "store/model-table.h"

#include "store/store-private.h"

#define SELECT_MODEL                                                                               \
  "SELECT name, weights, sha256, stamp, bytes, dims, image_size, licence, added FROM models "

void
ink_model_row_free (InkModelRow *row)
{
  g_free (row->name);
  g_free (row->weights);
  g_free (row->sha256);
  g_free (row->stamp);
  g_free (row->licence);
  g_free (row->added);
  g_free (row);
}

static InkModelRow *
read_row (InkStatement *statement)
{
  InkModelRow *row = g_new0 (InkModelRow, 1);

  row->name = ink_statement_get_text (statement, 0);
  row->weights = ink_statement_get_text (statement, 1);
  row->sha256 = ink_statement_get_text (statement, 2);
  row->stamp = ink_statement_get_text (statement, 3);
  row->bytes = (guint64)sqlite3_column_int64 (statement, 4);
  row->dims = (guint)sqlite3_column_int64 (statement, 5);
  row->image_size = (guint)sqlite3_column_int64 (statement, 6);
  row->licence = ink_statement_get_optional_text (statement, 7);
  row->added = ink_statement_get_text (statement, 8);
  return row;
}

GPtrArray *
ink_store_get_models (InkStore *store, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_model_row_free);
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database, SELECT_MODEL "ORDER BY name", error);
  int result;

  if (statement == NULL)
    return NULL;
  while ((result = ink_database_step (store->database, statement, error)) == SQLITE_ROW)
    g_ptr_array_add (rows, read_row (statement));
  return result == SQLITE_DONE ? g_steal_pointer (&rows) : NULL;
}

InkModelRow *
ink_store_get_model (InkStore *store, const char *name, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database, SELECT_MODEL "WHERE name = ?", error);

  if (statement == NULL)
    return NULL;
  ink_statement_bind_text (statement, 1, name);
  if (ink_database_step (store->database, statement, error) != SQLITE_ROW)
    return NULL;
  return read_row (statement);
}

static gboolean
put_model (InkStore *store, const InkModelRow *row, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database,
      "INSERT OR REPLACE INTO models (name, weights, sha256, stamp, bytes, dims, image_size,"
      " licence, added) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      error);

  if (statement == NULL)
    return FALSE;
  ink_statement_bind_text (statement, 1, row->name);
  ink_statement_bind_text (statement, 2, row->weights);
  ink_statement_bind_text (statement, 3, row->sha256);
  ink_statement_bind_text (statement, 4, row->stamp);
  sqlite3_bind_int64 (statement, 5, (gint64)row->bytes);
  sqlite3_bind_int64 (statement, 6, row->dims);
  sqlite3_bind_int64 (statement, 7, row->image_size);
  ink_statement_bind_text (statement, 8, row->licence);
  ink_statement_bind_text (statement, 9, row->added);
  return ink_database_finish (store->database, statement, error);
}

gboolean
ink_store_put_model (InkStore *store, const InkModelRow *row, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, put_model (store, row, error), error);
}

static gboolean
remove_model (InkStore *store, const char *name, GError **error)
{
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database, "DELETE FROM models WHERE name = ?", error);

  if (statement == NULL)
    return FALSE;
  ink_statement_bind_text (statement, 1, name);
  return ink_database_finish (store->database, statement, error);
}

gboolean
ink_store_remove_model (InkStore *store, const char *name, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, remove_model (store, name, error), error);
}
