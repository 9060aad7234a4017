/* database.c: SQLite connections, kept statements and errors. */
#include "store/database.h"

#include <errno.h>
#include <string.h>

#include "base/path.h"

/* How long a statement waits for another connection's lock. In WAL mode readers and the writer do
 * not wait for each other; without it a commit or a read takes milliseconds. */
#define BUSY_TIMEOUT_MS 5000

struct _InkDatabase {
  sqlite3 *handle;
  char *path;
  GHashTable *statements; /* SQL → sqlite3_stmt, the key being the statement's own text */
};

static InkError
translate (int code)
{
  switch (code & 0xff) {
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return INK_ERROR_LIBRARY_DAMAGED;
  case SQLITE_FULL:
    return INK_ERROR_DISK_FULL;
  case SQLITE_READONLY:
    return INK_ERROR_READ_ONLY;
  case SQLITE_PERM:
  case SQLITE_AUTH:
    return INK_ERROR_PERMISSION;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return INK_ERROR_LOCKED;
  default:
    return INK_ERROR_FAILED;
  }
}

/* What a person can do about it; NULL where SQLite's own words must do. */
static const char *
get_advice (int code)
{
  if (code == SQLITE_READONLY_ROLLBACK || code == SQLITE_READONLY_RECOVERY)
    return "the library was being written to when its program ended; open it for writing once, "
           "e.g. by “inkling-cli index”";
  switch (code & 0xff) {
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return "the library's database is damaged; “inkling-cli check --repair” mends it or begins a "
           "new one";
  case SQLITE_FULL:
    return "the disk is full; nothing that was stored is lost, free some space and try again";
  case SQLITE_READONLY:
    return "the library can't be written to";
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return "another program keeps the library's database busy; try again";
  case SQLITE_IOERR:
    return "the disk reports an error while the library is read or written";
  case SQLITE_CANTOPEN:
    return "the library's database can't be opened";
  default:
    return NULL;
  }
}

/* What went wrong last. SQLite takes a read that the disk refuses for damage of the file, which is
 * then set aside: but the file may be sound, and the disk, or its cable, is what is to be mended.
 */
static int
get_code (sqlite3 *handle)
{
  int code = sqlite3_extended_errcode (handle), system = 0;

  if ((code & 0xff) == SQLITE_CORRUPT &&
      sqlite3_file_control (handle, "main", SQLITE_FCNTL_LAST_ERRNO, &system) == SQLITE_OK &&
      system == EIO)
    return SQLITE_IOERR_READ;
  return code;
}

void
ink_database_set_error (InkDatabase *database, GError **error)
{
  int code = get_code (database->handle);
  const char *advice = get_advice (code);
  g_autofree char *display = ink_path_display (database->path);

  if (advice != NULL)
    g_set_error (error, INK_ERROR, translate (code), "%s: %s (SQLite: %s)", display, advice,
                 sqlite3_errmsg (database->handle));
  else
    g_set_error (error, INK_ERROR, translate (code), "%s: SQLite: %s", display,
                 sqlite3_errmsg (database->handle));
}

gboolean
ink_database_is_damage (const GError *error)
{
  return g_error_matches (error, INK_ERROR, INK_ERROR_LIBRARY_DAMAGED);
}

static void
finalize (gpointer statement)
{
  sqlite3_finalize (statement);
}

/* Settings that hold for every connection. A library may come from anywhere, so nothing in its
 * schema is trusted. */
static void
configure (sqlite3 *handle, InkDatabaseMode mode)
{

  sqlite3_extended_result_codes (handle, 1);
  sqlite3_busy_timeout (handle, BUSY_TIMEOUT_MS);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  /* The writer alone brings the log into the database. */
  sqlite3_db_config (handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, mode != INK_DATABASE_WRITABLE, NULL);
}

InkDatabase *
ink_database_open (const char *path, InkDatabaseMode mode, GError **error)
{
  g_autoptr (InkDatabase) database = g_new0 (InkDatabase, 1);
  int flags = mode == INK_DATABASE_WRITABLE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                            : SQLITE_OPEN_READONLY;
  g_autofree char *escaped = g_uri_escape_string (path, "/", FALSE);
  g_autofree char *uri =
      g_strconcat ("file:", escaped, mode == INK_DATABASE_IMMUTABLE ? "?immutable=1" : "", NULL);

  database->path = g_strdup (path);
  database->statements = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, finalize);
  /* The store guards each connection by a mutex of its own. */
  flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
  if (sqlite3_open_v2 (uri, &database->handle, flags, NULL) != SQLITE_OK) {
    ink_database_set_error (database, error);
    return NULL;
  }
  configure (database->handle, mode);
  return g_steal_pointer (&database);
}

void
ink_database_close (InkDatabase *database)
{
  g_hash_table_unref (database->statements);
  sqlite3_close_v2 (database->handle);
  g_free (database->path);
  g_free (database);
}

sqlite3 *
ink_database_get_handle (InkDatabase *database)
{
  return database->handle;
}

static gboolean
check_open (const InkDatabase *database, GError **error)
{
  if (database != NULL)
    return TRUE;
  g_set_error (error, INK_ERROR, INK_ERROR_LIBRARY_DAMAGED,
               "The library's database could not be repaired, and is closed");
  return FALSE;
}

InkStatement *
ink_database_prepare (InkDatabase *database, const char *sql, GError **error)
{
  if (!check_open (database, error))
    return NULL;
  sqlite3_stmt *statement = g_hash_table_lookup (database->statements, sql);
  if (statement != NULL)
    return statement;
  if (sqlite3_prepare_v3 (database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) !=
      SQLITE_OK) {
    ink_database_set_error (database, error);
    return NULL;
  }
  g_hash_table_insert (database->statements, (gpointer)sqlite3_sql (statement), statement);
  return statement;
}

void
ink_statement_release (InkStatement *statement)
{
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
}

int
ink_database_step (InkDatabase *database, InkStatement *statement, GError **error)
{
  int result = sqlite3_step (statement);

  if (result != SQLITE_ROW && result != SQLITE_DONE)
    ink_database_set_error (database, error);
  return result;
}

gboolean
ink_database_finish (InkDatabase *database, InkStatement *statement, GError **error)
{
  int result = ink_database_step (database, statement, error);

  g_assert (result != SQLITE_ROW);
  return result == SQLITE_DONE;
}

gboolean
ink_database_run (InkDatabase *database, const char *sql, GError **error)
{
  if (!check_open (database, error))
    return FALSE;
  if (sqlite3_exec (database->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  ink_database_set_error (database, error);
  return FALSE;
}

gboolean
ink_database_get_int (InkDatabase *database, const char *sql, gint64 *value, GError **error)
{
  g_autoptr (InkStatement) statement = ink_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  int result = ink_database_step (database, statement, error);
  *value = result == SQLITE_ROW ? sqlite3_column_int64 (statement, 0) : 0;
  return result == SQLITE_ROW || result == SQLITE_DONE;
}

char *
ink_statement_get_text (InkStatement *statement, int column)
{
  gboolean is_text = sqlite3_column_type (statement, column) == SQLITE_TEXT;
  /* File names are blobs, and a blob has no NUL at its end; an empty one has no address either. */
  const char *bytes = sqlite3_column_blob (statement, column);
  gsize size = (gsize)sqlite3_column_bytes (statement, column);

  if (bytes == NULL)
    return g_strdup ("");
  char *text = g_strndup (bytes, size);
  if (!is_text || g_utf8_validate (text, -1, NULL))
    return text;
  g_autofree char *damaged = text;
  return g_utf8_make_valid (damaged, -1);
}

char *
ink_statement_get_optional_text (InkStatement *statement, int column)
{
  return sqlite3_column_type (statement, column) != SQLITE_NULL
             ? ink_statement_get_text (statement, column)
             : NULL;
}

void
ink_statement_bind_path (InkStatement *statement, int parameter, const char *path)
{
  sqlite3_bind_blob64 (statement, parameter, path, strlen (path), SQLITE_STATIC);
}

void
ink_statement_bind_text (InkStatement *statement, int parameter, const char *text)
{
  sqlite3_bind_text (statement, parameter, text, -1, SQLITE_STATIC);
}
