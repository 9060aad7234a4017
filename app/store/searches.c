/* searches.c: saved searches and recent queries. Neither changes the store's generation: no photo
 * is found by them. */
#include "store/searches.h"

#include "base/local-time.h"
#include "store/store-private.h"

#define SELECT_SAVED                                                                               \
  "SELECT id, name, query, added, ifnull (matches, -1), generation, space FROM saved_searches "

/* ---- Saved searches ---------------------------------------------------------------------- */

void
ink_saved_row_free (InkSavedRow *row)
{
  g_free (row->name);
  g_free (row->query);
  g_free (row->added);
  g_free (row);
}

static InkSavedRow *
read_row (InkStatement *statement)
{
  InkSavedRow *row = g_new0 (InkSavedRow, 1);

  row->id = sqlite3_column_int64 (statement, 0);
  row->name = ink_statement_get_text (statement, 1);
  row->query = ink_statement_get_text (statement, 2);
  row->added = ink_statement_get_text (statement, 3);
  row->matches = sqlite3_column_int64 (statement, 4);
  row->generation = sqlite3_column_int64 (statement, 5);
  row->space = sqlite3_column_int64 (statement, 6);
  return row;
}

GPtrArray *
ink_store_get_saved (InkStore *store, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_saved_row_free);
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database, SELECT_SAVED "ORDER BY id", error);
  int result;

  if (statement == NULL)
    return NULL;
  while ((result = ink_database_step (store->database, statement, error)) == SQLITE_ROW)
    g_ptr_array_add (rows, read_row (statement));
  return result == SQLITE_DONE ? g_steal_pointer (&rows) : NULL;
}

static void
set_not_found_error (GError **error)
{
  g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND, "There is no such saved search any more");
}

InkSavedRow *
ink_store_find_saved (InkStore *store, gint64 id, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database, SELECT_SAVED "WHERE id = ?", error);

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, id);
  int result = ink_database_step (store->database, statement, error);
  if (result == SQLITE_ROW)
    return read_row (statement);
  if (result == SQLITE_DONE)
    set_not_found_error (error);
  return NULL;
}

/* The id of the search of that name; 0 where there is none. */
static gboolean
find_name (InkStore *store, const char *name, gint64 *id, GError **error)
{
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database, "SELECT id FROM saved_searches WHERE name = ?", error);

  if (statement == NULL)
    return FALSE;
  ink_statement_bind_text (statement, 1, name);
  int result = ink_database_step (store->database, statement, error);
  *id = result == SQLITE_ROW ? sqlite3_column_int64 (statement, 0) : 0;
  return result == SQLITE_ROW || result == SQLITE_DONE;
}

static gboolean
put_saved (InkStore *store, const char *name, const char *query, gint64 *id, GError **error)
{
  g_autofree char *now = ink_local_time_now ();
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database,
      "INSERT INTO saved_searches (name, query, added) VALUES (?, ?, ?)"
      " ON CONFLICT (name) DO UPDATE SET query = excluded.query, matches = NULL",
      error);

  if (statement == NULL)
    return FALSE;
  ink_statement_bind_text (statement, 1, name);
  ink_statement_bind_text (statement, 2, query);
  ink_statement_bind_text (statement, 3, now);
  return ink_database_finish (store->database, statement, error) &&
         find_name (store, name, id, error);
}

gboolean
ink_store_put_saved (InkStore *store, const char *name, const char *query, gint64 *id,
                     GError **error)
{
  gint64 unused;

  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (
      store, put_saved (store, name, query, id != NULL ? id : &unused, error), error);
}

/* Runs what is to change one row. */
static gboolean
change_one (InkStore *store, InkStatement *statement, GError **error)
{
  if (!ink_database_finish (store->database, statement, error))
    return FALSE;
  if (sqlite3_changes (ink_database_get_handle (store->database)) == 1)
    return TRUE;
  set_not_found_error (error);
  return FALSE;
}

static gboolean
rename_saved (InkStore *store, gint64 id, const char *name, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "UPDATE saved_searches SET name = ? WHERE id = ?", error);
  gint64 present;

  if (statement == NULL || !find_name (store, name, &present, error))
    return FALSE;
  if (present != 0 && present != id) {
    g_set_error (error, INK_ERROR, INK_ERROR_USAGE, "There is a search called “%s” already", name);
    return FALSE;
  }
  ink_statement_bind_text (statement, 1, name);
  sqlite3_bind_int64 (statement, 2, id);
  return change_one (store, statement, error);
}

gboolean
ink_store_rename_saved (InkStore *store, gint64 id, const char *name, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, rename_saved (store, id, name, error), error);
}

static gboolean
remove_saved (InkStore *store, gint64 id, GError **error)
{
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database, "DELETE FROM saved_searches WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  return change_one (store, statement, error);
}

gboolean
ink_store_remove_saved (InkStore *store, gint64 id, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, remove_saved (store, id, error), error);
}

static gboolean
count_saved (InkStore *store, const InkSavedRow *counted, GError **error)
{
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database,
                            "UPDATE saved_searches SET matches = ?, generation = ?, space = ?"
                            " WHERE id = ? AND query = ?",
                            error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, counted->matches);
  sqlite3_bind_int64 (statement, 2, counted->generation);
  sqlite3_bind_int64 (statement, 3, counted->space);
  sqlite3_bind_int64 (statement, 4, counted->id);
  ink_statement_bind_text (statement, 5, counted->query);
  return ink_database_finish (store->database, statement, error);
}

gboolean
ink_store_count_saved (InkStore *store, const InkSavedRow *counted, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, count_saved (store, counted, error), error);
}

/* ---- Recent queries ---------------------------------------------------------------------- */

static gboolean
put_recent (InkStore *store, const char *text, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "INSERT OR REPLACE INTO recent_queries (text) VALUES (?)", error);

  if (statement == NULL)
    return FALSE;
  ink_statement_bind_text (statement, 1, text);
  return ink_database_finish (store->database, statement, error) &&
         ink_store_run_with_id (store,
                                "DELETE FROM recent_queries WHERE id <= (SELECT id FROM"
                                " recent_queries ORDER BY id DESC LIMIT 1 OFFSET ?)",
                                INK_RECENT_MAX, error);
}

gboolean
ink_store_put_recent (InkStore *store, const char *text, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, put_recent (store, text, error), error);
}

GPtrArray *
ink_store_get_recent (InkStore *store, guint max, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "SELECT text FROM recent_queries ORDER BY id DESC LIMIT ?", error);
  int result;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, max);
  while ((result = ink_database_step (store->database, statement, error)) == SQLITE_ROW)
    g_ptr_array_add (texts, ink_statement_get_text (statement, 0));
  return result == SQLITE_DONE ? g_steal_pointer (&texts) : NULL;
}

static gboolean
remove_recent (InkStore *store, const char *text, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "DELETE FROM recent_queries WHERE ?1 IS NULL OR text = ?1", error);

  if (statement == NULL)
    return FALSE;
  ink_statement_bind_text (statement, 1, text);
  return ink_database_finish (store->database, statement, error);
}

gboolean
ink_store_remove_recent (InkStore *store, const char *text, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  if (!ink_store_write_end (store, remove_recent (store, text, error), error))
    return FALSE;
  ink_store_empty_log (store);
  return TRUE;
}
