/* database.c: a library whose rows hold anything, of any type: the bytes are a list of changes to
 * the library of tests/data/store, which is then read, and repaired, as the program does.
 *
 * SQLite keeps to types and constraints when it writes; a file that somebody else made need not. So
 * they are taken out of the schema for the changes, and are there again when the library is opened.
 */
#include <string.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "clip.h"
#include "fuzz/fuzz.h"
#include "search/catalogue.h"
#include "search/vectors.h"
#include "store/check.h"
#include "store/embeddings.h"
#include "store/known.h"
#include "store/model-table.h"
#include "store/places.h"
#include "store/queries.h"
#include "store/searches.h"
#include "store/statistics.h"
#include "support/folder.h"

#define DIMS_MAX 4096

/* A value, for a column (of all tables together) of the last row or, with the upper bit of @type,
 * of all rows of its table. Its bytes follow. */
typedef struct {
  guint8 column, type, size;
} Change;

static struct {
  TestFolder *folder;
  char *path;
  char *bytes; /* a library without constraints */
  gsize size;
  char *restore;      /* SQL that gives it those that it had */
  GPtrArray *columns; /* "UPDATE table SET column = ?" */
} state;

/* ---- The library that is changed ---------------------------------------------------------- */

static void
run_sql (sqlite3 *handle, const char *sql)
{
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
}

static sqlite3 *
open_raw (void)
{
  sqlite3 *handle;

  g_assert_cmpint (sqlite3_open (state.path, &handle), ==, SQLITE_OK);
  run_sql (handle, "PRAGMA synchronous = OFF; PRAGMA journal_mode = DELETE");
  return handle;
}

static int
add_column (void *unused, int n, char **values, char **names)
{
  g_ptr_array_add (state.columns,
                   g_strdup_printf ("UPDATE OR IGNORE %s SET %s = ?1 WHERE ?2 OR %s = (SELECT max "
                                    "(%s) FROM %s)",
                                    values[0], values[1], values[2], values[2], values[0]));
  return 0;
}

static int
set_restore (void *unused, int n, char **values, char **names)
{
  state.restore = g_strconcat ("PRAGMA writable_schema = ON;", values[0], NULL);
  return 0;
}

static void
make_library (void)
{
  static const char restore[] =
      "SELECT group_concat (printf ('UPDATE sqlite_schema SET sql = %Q WHERE type = ''table'' AND"
      " name = %Q;', sql, name), '') FROM sqlite_schema WHERE type = 'table'"
      " AND name NOT LIKE 'sqlite%'";
  static const char columns[] =
      "SELECT t.name, c.name, (SELECT name FROM pragma_table_info (t.name) WHERE pk = 1)"
      " FROM sqlite_schema AS t, pragma_table_info (t.name) AS c"
      " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid";
  g_autofree char *script =
      g_build_filename (g_getenv ("INKLING_TEST_DATA"), "store", "version-3.sql", NULL);
  g_autofree char *sql = NULL;
  g_autoptr (GError) error = NULL;

  state.folder = test_folder_new ();
  state.path = g_build_filename (state.folder, "library.db", NULL);
  state.columns = g_ptr_array_new_with_free_func (g_free);
  g_assert_true (g_file_get_contents (script, &sql, NULL, NULL));
  sqlite3 *handle = open_raw ();
  run_sql (handle, sql);
  sqlite3_close (handle);
  /* Brings it up to date. */
  g_autoptr (InkStore) store = ink_store_open_writable (state.folder, "fuzz", NULL, &error);
  g_assert_no_error (error);
  g_clear_pointer (&store, ink_store_unref);

  handle = open_raw ();
  g_assert_cmpint (sqlite3_exec (handle, restore, set_restore, NULL, NULL), ==, SQLITE_OK);
  run_sql (handle, "PRAGMA writable_schema = ON;"
                   "UPDATE sqlite_schema SET sql = replace (replace (replace (sql, ') STRICT,',"
                   " ')'), ') STRICT', ')'), 'NOT NULL', '')"
                   " WHERE type = 'table'");
  sqlite3_close (handle);
  handle = open_raw ();
  g_assert_cmpint (sqlite3_exec (handle, columns, add_column, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpuint (state.columns->len, >, 50);
  sqlite3_close (handle);
  g_assert_true (g_file_get_contents (state.path, &state.bytes, &state.size, NULL));
}

/* ---- Changes ------------------------------------------------------------------------------ */

static void
bind_value (sqlite3_stmt *statement, const Change *change, const guint8 *bytes)
{
  union {
    gint64 integer;
    double real;
  } number = {0};

  memcpy (&number, bytes, MIN (change->size, sizeof number));
  switch (change->type % 6) {
  case 0:
    sqlite3_bind_int64 (statement, 1, number.integer);
    break;
  case 1:
    sqlite3_bind_double (statement, 1, number.real);
    break;
  case 2:
    sqlite3_bind_text (statement, 1, (const char *)bytes, change->size, SQLITE_STATIC);
    break;
  case 3:
    sqlite3_bind_blob (statement, 1, bytes, change->size, SQLITE_STATIC);
    break;
  case 4:
    sqlite3_bind_zeroblob (statement, 1, (int)(number.integer & 0xffff));
    break;
  default:
    sqlite3_bind_null (statement, 1);
    break;
  }
}

static void
apply (const guint8 *data, gsize size)
{
  Change change;

  g_assert_true (g_file_set_contents_full (state.path, state.bytes, (gssize)state.size,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  sqlite3 *handle = open_raw ();
  run_sql (handle, "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; BEGIN");
  while (size > sizeof change) {
    sqlite3_stmt *statement;

    memcpy (&change, data, sizeof change);
    data += sizeof change;
    size -= sizeof change;
    change.size = (guint8)MIN (change.size, size);
    const char *sql = g_ptr_array_index (state.columns, change.column % state.columns->len);
    g_assert_cmpint (sqlite3_prepare_v2 (handle, sql, -1, &statement, NULL), ==, SQLITE_OK);
    bind_value (statement, &change, data);
    sqlite3_bind_int (statement, 2, change.type >> 7);
    sqlite3_step (statement);
    sqlite3_finalize (statement);
    data += change.size;
    size -= change.size;
  }
  run_sql (handle, "COMMIT");
  run_sql (handle, state.restore);
  sqlite3_close (handle);
}

/* ---- Reading ------------------------------------------------------------------------------ */

static gboolean
see_photo (const InkPhoto *photo, gpointer store)
{
  g_autofree char *path = ink_photo_get_path (photo);
  g_autoptr (InkPhoto) again = ink_store_get_photo (store, photo->id, NULL);
  g_autoptr (InkPhoto) found = ink_store_find_photo (store, path, NULL);
  g_autoptr (GPtrArray) same =
      photo->content_key ? ink_store_find_content (store, photo->content_key, NULL) : NULL;

  g_assert_nonnull (photo->path);
  g_assert_nonnull (photo->folder_path);
  return TRUE;
}

static void
read_space (InkStore *store, gint64 id)
{
  g_autoptr (GError) error = NULL;
  InkSpace space;
  guint n;

  if (!ink_store_get_space (store, id, &space, &error)) {
    g_assert_nonnull (error);
    return;
  }
  g_assert_cmpuint (space.dims, >, 0);
  ink_store_find_space (store, &space, NULL);
  ink_store_count_embeddings (store, id, NULL);
  ink_store_get_last_embedding (store, id, NULL);
  g_autoptr (InkEmbeddings) all = ink_store_load_embeddings (store, id, 0, &error);
  FUZZ_EXPECT (all != NULL, error);
  g_clear_error (&error);
  g_autoptr (InkEmbeddings) slice = ink_store_slice_embeddings (store, id, G_MININT64, &error);
  FUZZ_EXPECT (slice != NULL, error);
  if (slice != NULL && slice->n > 0 && space.dims <= DIMS_MAX) {
    g_autoptr (InkVectors) vectors = ink_vectors_new (space.dims);
    g_autofree float *query = g_new0 (float, space.dims);

    query[0] = 1;
    g_assert_true (ink_vectors_set (vectors, slice->photos, slice->rows, slice->n, NULL));
    g_autoptr (GArray) top = ink_vectors_top (vectors, query, &(InkScope){NULL, 10, -1000});
    g_autofree float *stored =
        ink_store_get_embeddings (store, slice->photos[0], id, &n, space.dims, NULL);
    ink_store_get_query (store, id, "a dog", query, space.dims, NULL);
  }
}

static void
read_folder (InkStore *store, const InkStoreFolder *folder)
{
  g_autoptr (GHashTable) names = NULL;
  g_autoptr (GHashTable) in = ink_store_get_known_in (store, folder->id, 1, "2021", &names, NULL);
  g_autoptr (GPtrArray) below = ink_store_get_known_below (store, folder->id, 1, "", NULL);
  g_autoptr (GPtrArray) mounts = ink_store_get_mounts (store, folder->id, NULL);
  g_auto (GStrv) exclusions = ink_store_get_exclusions (store, folder->id, NULL);

  g_assert_nonnull (folder->path);
  ink_store_count_missing (store, folder->id, NULL);
  ink_store_count_below (store, folder->id, "2021", NULL);
}

static void
read_queries (InkStore *store)
{
  g_autoptr (GPtrArray) saved = ink_store_get_saved (store, NULL);
  g_autoptr (GPtrArray) recent = ink_store_get_recent (store, 100, NULL);
  g_autoptr (GPtrArray) models = ink_store_get_models (store, NULL);

  for (guint i = 0; saved != NULL && i < saved->len; i++) {
    const InkSavedRow *row = saved->pdata[i];
    g_assert_true (row->name != NULL && row->query != NULL);
  }
  for (guint i = 0; recent != NULL && i < recent->len; i++)
    g_assert_nonnull (recent->pdata[i]);
  for (guint i = 0; models != NULL && i < models->len; i++) {
    const InkModelRow *row = models->pdata[i];
    g_assert_true (row->name != NULL && row->weights != NULL && row->sha256 != NULL);
  }
}

static void
read_all (InkStore *store)
{
  g_autoptr (GPtrArray) folders = ink_store_get_folders (store, NULL);
  g_autoptr (GArray) spaces = ink_store_get_spaces (store, NULL);
  g_autoptr (GPtrArray) types = ink_store_count_types (store, NULL);
  g_autoptr (GPtrArray) years = ink_store_count_years (store, NULL);
  g_autoptr (InkCatalogue) catalogue = ink_catalogue_load (store, NULL);
  g_autofree char *model = ink_store_get_meta (store, INK_META_ACTIVE_MODEL, NULL);

  ink_store_get_generation (store, NULL);
  ink_store_for_each_photo (store, 0, G_MININT64, see_photo, store, NULL);
  for (guint i = 0; folders != NULL && i < folders->len; i++)
    read_folder (store, folders->pdata[i]);
  for (guint i = 0; spaces != NULL && i < spaces->len; i++)
    read_space (store, g_array_index (spaces, gint64, i));
  read_queries (store);
}

/* What a repair leaves has nothing more to be repaired. */
static void
repair (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkStore) store = ink_store_open_writable (state.folder, "fuzz", NULL, &error);

  FUZZ_EXPECT (store != NULL, error);
  if (store == NULL)
    return;
  g_autoptr (GPtrArray) mended = ink_store_check (store, TRUE, &error);
  FUZZ_EXPECT (mended != NULL, error);
  if (mended == NULL)
    return;
  g_autoptr (GPtrArray) left = ink_store_check (store, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (left->len, ==, 0);
  read_all (store);
}

/* Databases that were set aside. */
static void
tidy (void)
{
  g_autoptr (GDir) folder = g_dir_open (state.folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename (state.folder, name, NULL);
    g_unlink (path);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;

  if (state.bytes == NULL)
    make_library ();
  apply (data, size);
  g_autoptr (InkStore) store = ink_store_open_readonly (state.folder, &error);
  FUZZ_EXPECT (store != NULL, error);
  if (store != NULL)
    read_all (store);
  g_clear_pointer (&store, ink_store_unref);
  repair ();
  tidy ();
  return 0;
}
