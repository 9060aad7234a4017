/* exclusions.c: the patterns of what is left out of a folder. */
#include "store/places.h"

#include <string.h>

#include "store/store-private.h"

GStrv
ink_store_get_exclusions (InkStore *store, gint64 folder, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (GStrvBuilder) patterns = g_strv_builder_new ();
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "SELECT pattern FROM exclusions WHERE folder = ? ORDER BY id", error);
  int result;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, folder);
  while ((result = ink_database_step (store->database, statement, error)) == SQLITE_ROW) {
    g_autofree char *pattern = ink_statement_get_text (statement, 0);
    g_strv_builder_add (patterns, pattern);
  }
  return result == SQLITE_DONE ? g_strv_builder_end (patterns) : NULL;
}

static gboolean
insert (InkStore *store, gint64 folder, const char *pattern, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database, "INSERT OR IGNORE INTO exclusions (folder, pattern) VALUES (?, ?)", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, folder);
  ink_statement_bind_path (statement, 2, pattern);
  return ink_database_finish (store->database, statement, error);
}

static gboolean
set_exclusions (InkStore *store, gint64 folder, const char *const *patterns, GError **error)
{
  if (!ink_store_run_with_id (store, "DELETE FROM exclusions WHERE folder = ?", folder, error))
    return FALSE;
  for (; *patterns != NULL; patterns++)
    if (!insert (store, folder, *patterns, error))
      return FALSE;
  store->changed = TRUE;
  return TRUE;
}

/* @pattern of an inner folder, with @between so that it means the same in the outer one. */
static gboolean
insert_below (InkStore *store, gint64 folder, const char *prefix, const char *between,
              const char *pattern, GError **error)
{
  g_autofree char *longer = g_strconcat (prefix, between, pattern, NULL);

  return insert (store, folder, longer, error);
}

gboolean
ink_store_adopt_exclusions (InkStore *store, gint64 inner, const char *prefix, gint64 outer,
                            GError **error)
{
  g_auto (GStrv) patterns = ink_store_get_exclusions (store, inner, error);

  if (patterns == NULL)
    return FALSE;
  for (char **pattern = patterns; *pattern != NULL; pattern++) {
    /* One without a slash holds at every depth, and "*" passes over slashes. */
    gboolean anywhere = strchr (*pattern, '/') == NULL;
    if (!insert_below (store, outer, prefix, "", *pattern, error) ||
        (anywhere && !insert_below (store, outer, prefix, "*/", *pattern, error)))
      return FALSE;
  }
  return TRUE;
}

gboolean
ink_store_set_exclusions (InkStore *store, gint64 folder, const char *const *patterns,
                          GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, set_exclusions (store, folder, patterns, error), error);
}
