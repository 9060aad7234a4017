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
