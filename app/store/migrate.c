/* migrate.c: schema versions.
 *
 * Version log:
 *   1  folders, photos, spaces, embeddings, queries, models, saved searches, meta
 *   2  saved searches with unique names and counts; recent queries
 *   3  mounts, exclusions, missing; an index of photos by size
 */
#include "store/migrate.h"

#include "store/store-resources.h"

#define RESOURCE_PREFIX "/io/github/inkling_app/Inkling/store/schema/"

static const InkMigration migrations[] = {
    {"version-1.sql", NULL},
    {"version-2.sql", NULL},
    {"version-3.sql", NULL},
};

const InkMigration *
ink_migrations_get (guint *n)
{
  *n = G_N_ELEMENTS (migrations);
  return migrations;
}

gboolean
ink_migrate_inspect (InkDatabase *database, guint n, guint *version, GError **error)
{
  gint64 application, tables, number;

  if (!ink_database_get_int (database, "PRAGMA application_id", &application, error) ||
      !ink_database_get_int (database, "PRAGMA user_version", &number, error) ||
      !ink_database_get_int (database, "SELECT count(*) FROM sqlite_schema", &tables, error))
    return FALSE;
  /* A new file, or one whose first step was cut short. */
  gboolean empty = tables == 0 && number == 0 && application == 0;
  if (!empty && (application != INK_APPLICATION_ID || number < 1)) {
    g_set_error (error, INK_ERROR, INK_ERROR_LIBRARY_FOREIGN,
                 "The library's database belongs to another program; choose another library");
    return FALSE;
  }
  if (number > n) {
    g_set_error (error, INK_ERROR, INK_ERROR_LIBRARY_NEWER,
                 "The library was written by a newer version of Inkling (schema %" G_GINT64_FORMAT
                 ", this program knows %u); update Inkling, or choose another library",
                 number, n);
    return FALSE;
  }
  *version = (guint)number;
  return TRUE;
}

static gboolean
run_script (InkDatabase *database, const char *name, GError **error)
{
  g_autofree char *path = g_strconcat (RESOURCE_PREFIX, name, NULL);
  g_autoptr (GBytes) script =
      g_resource_lookup_data (ink_store_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  /* GResource ends its data with a NUL. */
  return script != NULL && ink_database_run (database, g_bytes_get_data (script, NULL), error);
}

static gboolean
run_step (InkDatabase *database, const InkMigration *step, guint version, GError **error)
{
  /* PRAGMAs take no parameters. Both numbers live in the file's header and are part of the
   * transaction. */
  g_autofree char *numbers = g_strdup_printf (
      "PRAGMA user_version = %u; PRAGMA application_id = %d; COMMIT", version, INK_APPLICATION_ID);

  if (!ink_database_run (database, "BEGIN IMMEDIATE", error))
    return FALSE;
  if ((step->resource == NULL || run_script (database, step->resource, error)) &&
      (step->run == NULL || step->run (database, error)) &&
      ink_database_run (database, numbers, error))
    return TRUE;
  ink_database_run (database, "ROLLBACK", NULL);
  return FALSE;
}

/* The columns of each table, by its name; %NULL with @error set. Structure rather than SQL, whose
 * text SQLite itself changes when it renames. */
static GHashTable *
describe_tables (InkDatabase *database, GError **error)
{
  g_autoptr (GHashTable) tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      database,
      "SELECT name, group_concat (line, char (10)) FROM (SELECT t.name AS name, t.wr || ' ' ||"
      " t.strict || ' ' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk AS line"
      " FROM pragma_table_list AS t, pragma_table_xinfo (t.name) AS c"
      " WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%' ORDER BY c.cid) GROUP BY name",
      error);
  int result;

  if (statement == NULL)
    return NULL;
  while ((result = ink_database_step (database, statement, error)) == SQLITE_ROW)
    g_hash_table_insert (tables, ink_statement_get_text (statement, 0),
                         ink_statement_get_text (statement, 1));
  return result == SQLITE_DONE ? g_steal_pointer (&tables) : NULL;
}

gboolean
ink_migrate_check_tables (InkDatabase *database, guint version, GError **error)
{
  g_autoptr (InkDatabase) ours = ink_database_open (":memory:", INK_DATABASE_WRITABLE, error);

  if (ours == NULL || !ink_migrate (ours, migrations, version, error))
    return FALSE;
  g_autoptr (GHashTable) expected = describe_tables (ours, error);
  g_autoptr (GHashTable) found = expected != NULL ? describe_tables (database, error) : NULL;
  GHashTableIter iter;
  gpointer name, columns;

  if (found == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, expected);
  while (g_hash_table_iter_next (&iter, &name, &columns))
    if (g_strcmp0 (g_hash_table_lookup (found, name), columns) != 0) {
      g_set_error (error, INK_ERROR, INK_ERROR_LIBRARY_DAMAGED,
                   "The library's database is damaged: its table “%s” is missing or another; "
                   "“inkling-cli check --repair” begins a new one with what can be kept",
                   (const char *)name);
      return FALSE;
    }
  return TRUE;
}

gboolean
ink_migrate (InkDatabase *database, const InkMigration *steps, guint n, GError **error)
{
  guint version;

  if (!ink_migrate_inspect (database, n, &version, error))
    return FALSE;
  for (; version < n; version++)
    if (!run_step (database, &steps[version], version + 1, error))
      return FALSE;
  return TRUE;
}
