/* recover.c: a new database in place of a damaged one, which is kept under another name.
 *
 * Indexing takes hours and a damaged page costs a few photos, so what SQLite can still read is
 * brought over: range by range of row ids, each halved where it can't be read, down to the single
 * rows that are lost.
 */
#include "store/store-private.h"

#include "base/atomic-file.h"
#include "base/path.h"
#include "store/migrate.h"
#include "store/photos.h"

/* Attempts that may fail for one table: enough for some damaged pages, soon over where all are. */
#define FAILURES_MAX 2000

/* In the order in which rows refer to each other. Cached queries are not worth it. */
static const char *const tables[] = {"folders",        "exclusions",     "spaces", "models",
                                     "saved_searches", "recent_queries", "photos", "embeddings"};

/* A name for @path that nothing has yet. */
static char *
choose_name (const char *path)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%Y%m%d-%H%M%S");
  char *name = g_strdup_printf ("%s.damaged-%s", path, time);

  for (guint n = 2; g_file_test (name, G_FILE_TEST_EXISTS); n++) {
    g_free (name);
    name = g_strdup_printf ("%s.damaged-%s-%u", path, time, n);
  }
  return name;
}

/* Renames the database, and with it its journals, which belong to it by name. */
static char *
set_aside (const char *path, GError **error)
{
  static const char *const suffixes[] = {"-wal", "-journal", "-shm", ""};
  g_autofree char *aside = choose_name (path);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *from = g_strconcat (path, suffixes[i], NULL);
    g_autofree char *to = g_strconcat (aside, suffixes[i], NULL);
    if (g_file_test (from, G_FILE_TEST_EXISTS) && !ink_atomic_file_rename (from, to, error))
      return NULL;
  }
  return g_steal_pointer (&aside);
}

/* ---- Bringing rows over ------------------------------------------------------------------ */

/* One table on its way. */
typedef struct {
  InkDatabase *from;
  InkStatement *select; /* row id and columns of a range of row ids */
  InkDatabase *to;
  InkStatement *insert;
  guint failures;
} Copy;

/* Opens what was set aside, if it is still a database of ours. It has a connection of its own:
 * SQLite fails all of a transaction in which one of the files is damaged. */
static InkDatabase *
open_aside (const char *path)
{
  g_autoptr (InkDatabase) database = ink_database_open (path, INK_DATABASE_READONLY, NULL);
  guint n, version;

  ink_migrations_get (&n);
  if (database == NULL || !ink_migrate_inspect (database, n, &version, NULL) || version == 0)
    return NULL;
  return g_steal_pointer (&database);
}

/* A row that breaks a constraint is not worth keeping. */
static void
copy_row (const Copy *copy)
{
  for (int i = 1; i < sqlite3_column_count (copy->select); i++)
    sqlite3_bind_value (copy->insert, i, sqlite3_column_value (copy->select, i));
  ink_database_finish (copy->to, copy->insert, NULL);
  sqlite3_reset (copy->insert);
}

static void
copy_range (Copy *copy, gint64 first, gint64 last)
{
  int result;

  sqlite3_bind_int64 (copy->select, 1, first);
  sqlite3_bind_int64 (copy->select, 2, last);
  while ((result = ink_database_step (copy->from, copy->select, NULL)) == SQLITE_ROW) {
    first = sqlite3_column_int64 (copy->select, 0) + 1;
    copy_row (copy);
  }
  sqlite3_reset (copy->select);
  if (result == SQLITE_DONE || first >= last || ++copy->failures > FAILURES_MAX)
    return;
  gint64 middle = first + (last - first) / 2;
  copy_range (copy, first, middle);
  copy_range (copy, middle + 1, last);
}

/* The last row id that may be there. */
static gint64
get_last (InkDatabase *database, const char *table)
{
  g_autofree char *last_sql = g_strdup_printf ("SELECT max (rowid) FROM %s", table);
  g_autofree char *sequence_sql =
      g_strdup_printf ("SELECT seq FROM sqlite_sequence WHERE name = '%s'", table);
  gint64 last;

  if (!ink_database_get_int (database, last_sql, &last, NULL) &&
      !ink_database_get_int (database, sequence_sql, &last, NULL))
    return 0;
  return last;
}

/* Returns: (transfer full): the names of a table's columns; empty where there is no such table */
static GStrv
get_columns (InkDatabase *database, const char *table)
{
  g_autofree char *sql = g_strdup_printf ("SELECT * FROM %s", table);
  g_autoptr (InkStatement) statement = ink_database_prepare (database, sql, NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (int i = 0; statement != NULL && i < sqlite3_column_count (statement); i++)
    g_strv_builder_add (names, sqlite3_column_name (statement, i));
  return g_strv_builder_end (names);
}

/* "a, b, c": the columns that a table has in both. An older version's table has fewer; the rest
 * gets what its migration would have given it. */
static char *
find_common_columns (InkDatabase *from, InkDatabase *to, const char *table)
{
  g_auto (GStrv) old = get_columns (from, table);
  g_auto (GStrv) new = get_columns (to, table);
  g_autoptr (GString) common = g_string_new (NULL);

  for (guint i = 0; old[i] != NULL; i++)
    if (g_strv_contains ((const char *const *)new, old[i]))
      g_string_append_printf (common, "%s%s", common->len > 0 ? ", " : "", old[i]);
  return g_string_free (g_steal_pointer (&common), FALSE);
}

static void
copy_table (InkDatabase *from, InkDatabase *to, const char *table)
{
  g_autofree char *columns = find_common_columns (from, to, table);
  g_autofree char *select_sql = g_strdup_printf (
      "SELECT rowid, %s FROM %s NOT INDEXED WHERE rowid BETWEEN ? AND ? ORDER BY rowid", columns,
      table);
  g_autoptr (InkStatement) select =
      *columns != '\0' ? ink_database_prepare (from, select_sql, NULL) : NULL;
  g_autoptr (GString) insert_sql = g_string_new (NULL);

  if (select == NULL)
    return;
  g_string_printf (insert_sql, "INSERT OR IGNORE INTO %s (%s) VALUES (?", table, columns);
  for (int i = 2; i < sqlite3_column_count (select); i++)
    g_string_append (insert_sql, ", ?");
  g_string_append_c (insert_sql, ')');
  g_autoptr (InkStatement) insert = ink_database_prepare (to, insert_sql->str, NULL);
  Copy copy = {from, select, to, insert, 0};
  if (insert != NULL)
    copy_range (&copy, 1, get_last (from, table));
}

static void
copy_meta (InkDatabase *from, InkStore *store)
{
  g_autoptr (InkStatement) select =
      ink_database_prepare (from, "SELECT key, value FROM meta WHERE key != 'generation'", NULL);

  while (select != NULL && ink_database_step (from, select, NULL) == SQLITE_ROW) {
    g_autofree char *key = ink_statement_get_text (select, 0);
    g_autofree char *value = ink_statement_get_text (select, 1);
    ink_store_set_meta (store, key, value, NULL);
  }
}

/* Returns: how many photos could be brought over */
static guint
salvage (InkStore *store, const char *aside)
{
  g_autoptr (InkDatabase) from = open_aside (aside);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  InkPhotoCounts counts = {0};

  if (from != NULL && ink_store_write_begin (store, &error)) {
    copy_meta (from, store);
    for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
      copy_table (from, store->database, tables[i]);
    store->changed = TRUE;
    ink_store_write_end (store, ink_store_check_rows (store, TRUE, problems, &error), &error);
  }
  if (error != NULL)
    g_info ("Nothing of the damaged database could be kept: %s", error->message);
  ink_store_count_photos (store, &counts, NULL);
  return counts.ok;
}

gboolean
ink_store_recover (InkStore *store, char **notice, GError **error)
{
  g_autofree char *path = ink_store_get_database_path (store);
  g_autofree char *aside = set_aside (path, error);

  if (aside == NULL || !ink_store_connect (store, error))
    return FALSE;
  guint photos = salvage (store, aside);
  g_autofree char *display = ink_path_display (aside);
  if (photos > 0)
    *notice = g_strdup_printf ("The library's database was damaged. It was kept as %s, and what "
                               "could still be read, %u photos, is in a new one. Index the "
                               "library again for the rest.",
                               display, photos);
  else
    *notice = g_strdup_printf ("The library's database was damaged. It was kept as %s, and a new "
                               "one was begun: index the library again.",
                               display);
  return TRUE;
}
