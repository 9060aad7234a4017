/* recover.c: a new database in place of a damaged one, which is kept under another name.
 *
 * Indexing takes hours and a damaged page costs a few photos, so what SQLite can still read is
 * brought over: range by range of row ids, each halved where it can't be read, down to the single
 * rows that are lost.
 */
#include "store/store-private.h"

#include "base/atomic-file.h"
#include "base/local-time.h"
#include "base/path.h"
#include "store/migrate.h"
#include "store/photos.h"

/* Attempts that may fail for one table: enough for some damaged pages, soon over where all are. */
#define FAILURES_MAX 2000

/* In the order in which rows refer to each other. Cached queries are not worth it. */
static const char *const tables[][2] = {
    {"folders", "1"},
    {"spaces", "1"},
    {"models", "1"},
    {"saved_searches", "1"},
    {"photos", "folder IN (SELECT id FROM main.folders)"},
    {"embeddings", "photo IN (SELECT id FROM main.photos)"},
};

/* Renames the database, and with it its journals, which belong to it by name. */
static char *
set_aside (const char *path, GError **error)
{
  static const char *const suffixes[] = {"-wal", "-journal", "-shm", ""};
  g_autofree char *now = ink_local_time_now ();
  g_autofree char *aside = g_strconcat (path, ".damaged-", now, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *from = g_strconcat (path, suffixes[i], NULL);
    g_autofree char *to = g_strconcat (aside, suffixes[i], NULL);
    if (g_file_test (from, G_FILE_TEST_EXISTS) && !ink_atomic_file_rename (from, to, error))
      return NULL;
  }
  return g_steal_pointer (&aside);
}

/* ---- Bringing rows over ------------------------------------------------------------------ */

static gboolean
attach (InkDatabase *database, const char *path)
{
  g_autofree char *escaped = g_uri_escape_string (path, "/", FALSE);
  g_autofree char *uri = g_strconcat ("file:", escaped, "?mode=ro", NULL);
  g_autoptr (InkStatement) statement = ink_database_prepare (database, "ATTACH ? AS damaged", NULL);
  gint64 version, application;
  guint n;

  ink_migrations_get (&n);
  if (statement == NULL)
    return FALSE;
  ink_statement_bind_text (statement, 1, uri);
  if (!ink_database_finish (database, statement, NULL))
    return FALSE;
  return ink_database_get_int (database, "PRAGMA damaged.application_id", &application, NULL) &&
         ink_database_get_int (database, "PRAGMA damaged.user_version", &version, NULL) &&
         application == INK_APPLICATION_ID && version == n;
}

static void
copy_range (InkDatabase *database, InkStatement *statement, gint64 first, gint64 last,
            guint *failures)
{
  if (first > last || *failures > FAILURES_MAX)
    return;
  sqlite3_bind_int64 (statement, 1, first);
  sqlite3_bind_int64 (statement, 2, last);
  gboolean ok = ink_database_finish (database, statement, NULL);
  sqlite3_reset (statement);
  if (ok)
    return;
  (*failures)++;
  if (first == last)
    return;
  gint64 middle = first + (last - first) / 2;
  copy_range (database, statement, first, middle, failures);
  copy_range (database, statement, middle + 1, last, failures);
}

static void
copy_table (InkDatabase *database, const char *table, const char *condition)
{
  g_autofree char *sql = g_strdup_printf (
      "INSERT OR IGNORE INTO main.%s SELECT * FROM damaged.%s WHERE rowid BETWEEN ? AND ? AND %s",
      table, table, condition);
  g_autofree char *last_sql = g_strdup_printf ("SELECT max (rowid) FROM damaged.%s", table);
  g_autofree char *sequence_sql =
      g_strdup_printf ("SELECT seq FROM damaged.sqlite_sequence WHERE name = '%s'", table);
  sqlite3_stmt *statement = NULL;
  guint failures = 0;
  gint64 last;

  if (!ink_database_get_int (database, last_sql, &last, NULL) &&
      !ink_database_get_int (database, sequence_sql, &last, NULL))
    return;
  if (sqlite3_prepare_v2 (ink_database_get_handle (database), sql, -1, &statement, NULL) !=
      SQLITE_OK)
    return;
  copy_range (database, statement, 1, last, &failures);
  sqlite3_finalize (statement);
}

static void
copy_all (InkStore *store)
{
  ink_database_run (store->database, "INSERT OR REPLACE INTO main.meta SELECT * FROM damaged.meta",
                    NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    copy_table (store->database, tables[i][0], tables[i][1]);
  store->changed = TRUE;
}

/* Returns: how many photos could be brought over */
static guint
salvage (InkStore *store, const char *aside)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  InkPhotoCounts counts = {0};

  if (attach (store->database, aside) && ink_store_write_begin (store, &error)) {
    copy_all (store);
    ink_store_write_end (store, ink_store_check_rows (store, TRUE, problems, &error), &error);
  }
  ink_database_run (store->database, "DETACH damaged", NULL);
  if (error != NULL)
    g_message ("Nothing of the damaged database could be kept: %s", error->message);
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
