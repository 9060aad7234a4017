/* database.h: a thin layer over one SQLite connection: prepared statements that are kept, and
 * results that become GErrors. Private to the store.
 */
#pragma once

#include <sqlite3.h>

#include "base/error.h"

G_BEGIN_DECLS

typedef struct _InkDatabase InkDatabase;

typedef enum {
  INK_DATABASE_READONLY,  /* SQLite refuses every write */
  INK_DATABASE_IMMUTABLE, /* likewise, and nobody else writes: for media that are read-only */
  INK_DATABASE_WRITABLE,  /* made where absent */
} InkDatabaseMode;

/* Opens @path. Nothing is read yet, so that a damaged file is noticed only later. */
InkDatabase *ink_database_open (const char *path, InkDatabaseMode mode, GError **error);
void ink_database_close (InkDatabase *database);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkDatabase, ink_database_close)

sqlite3 *ink_database_get_handle (InkDatabase *database);

/* Sets @error from the connection's last result. */
void ink_database_set_error (InkDatabase *database, GError **error);

/* Whether @error says that the file itself is no sound database. */
gboolean ink_database_is_damage (const GError *error);

/* A statement in use. Its end resets it, which ends a reading transaction. */
typedef sqlite3_stmt InkStatement;
void ink_statement_release (InkStatement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkStatement, ink_statement_release)

/* @database: (nullable): one that could not be opened again after a failed repair
 *
 * Values are bound with SQLite's own functions, as SQLITE_STATIC: that can't fail, and the values
 * must live until the statement is released.
 *
 * Returns: (transfer full): to be released, not finalised; one text can't be used twice at a time
 */
InkStatement *ink_database_prepare (InkDatabase *database, const char *sql, GError **error);

/* Returns: SQLITE_ROW, SQLITE_DONE, or another value with @error set */
int ink_database_step (InkDatabase *database, InkStatement *statement, GError **error);

/* Steps a statement that gives no rows. */
gboolean ink_database_finish (InkDatabase *database, InkStatement *statement, GError **error);

/* Runs statements that have no parameters, each once. @database: as above */
gboolean ink_database_run (InkDatabase *database, const char *sql, GError **error);

/* The first column of the first row as an integer; 0 where there is no row. */
gboolean
ink_database_get_int (InkDatabase *database, const char *sql, gint64 *value, GError **error);

/* Columns as copies: blobs with any bytes, as a file name is, up to the first NUL, and text, which
 * in a file that somebody else made may hold anything, as valid UTF-8. Returns: (transfer full): ""
 * for NULL */
char *ink_statement_get_text (InkStatement *statement, int column);

/* The same. Returns: (transfer full) (nullable): %NULL for NULL */
char *ink_statement_get_optional_text (InkStatement *statement, int column);

/* Binds a NUL-terminated string of any bytes, as a file name is, as a blob. */
void ink_statement_bind_path (InkStatement *statement, int parameter, const char *path);

/* @text: (nullable) */
void ink_statement_bind_text (InkStatement *statement, int parameter, const char *text);

G_END_DECLS
