/* statistics.c: counts over the whole library. */
#include "store/statistics.h"

#include "store/store-private.h"

void
ink_store_count_free (InkStoreCount *count)
{
  g_free (count->name);
  g_free (count);
}

/* @sql: gives name, photos and bytes */
static GPtrArray *
count (InkStore *store, const char *sql, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (GPtrArray) counts =
      g_ptr_array_new_with_free_func ((GDestroyNotify)ink_store_count_free);
  g_autoptr (InkStatement) statement = ink_database_prepare (store->database, sql, error);
  int result;

  if (statement == NULL)
    return NULL;
  while ((result = ink_database_step (store->database, statement, error)) == SQLITE_ROW) {
    InkStoreCount *row = g_new0 (InkStoreCount, 1);

    row->name = ink_statement_get_optional_text (statement, 0);
    row->photos = (guint)sqlite3_column_int64 (statement, 1);
    row->bytes = (guint64)sqlite3_column_int64 (statement, 2);
    g_ptr_array_add (counts, row);
  }
  return result == SQLITE_DONE ? g_steal_pointer (&counts) : NULL;
}

GPtrArray *
ink_store_count_types (InkStore *store, GError **error)
{
  return count (store,
                "SELECT type, count (*), sum (size) FROM photos WHERE state = 1 GROUP BY type"
                " ORDER BY 2 DESC, 1",
                error);
}

GPtrArray *
ink_store_count_years (InkStore *store, GError **error)
{
  /* The clock is seconds as if local time were UTC. */
  return count (store,
                "SELECT strftime ('%Y', clock, 'unixepoch'), count (*), sum (size) FROM photos"
                " WHERE state = 1 GROUP BY 1 ORDER BY 1",
                error);
}
