/* meta.c: small values by key, and the generation. */
#include "store/store-private.h"

char *
ink_store_get_meta (InkStore *store, const char *key, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database, "SELECT value FROM meta WHERE key = ?", error);

  if (statement == NULL)
    return NULL;
  ink_statement_bind_text (statement, 1, key);
  if (ink_database_step (store->database, statement, error) != SQLITE_ROW)
    return NULL;
  return ink_statement_get_text (statement, 0);
}

gint64
ink_store_get_generation (InkStore *store, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  gint64 generation;

  if (!ink_database_get_int (store->database, "SELECT value FROM meta WHERE key = 'generation'",
                             &generation, error))
    return -1;
  return generation;
}

static gboolean
set_meta (InkStore *store, const char *key, const char *value, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database,
      value != NULL ? "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)"
                    : "DELETE FROM meta WHERE key = ?1",
      error);

  if (statement == NULL)
    return FALSE;
  ink_statement_bind_text (statement, 1, key);
  if (value != NULL)
    ink_statement_bind_text (statement, 2, value);
  return ink_database_finish (store->database, statement, error);
}

gboolean
ink_store_set_meta (InkStore *store, const char *key, const char *value, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, set_meta (store, key, value, error), error);
}
