/* open.c: opening a library for reading or as its one writer. */
#include "store/store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dirs.h"
#include "base/path.h"
#include "store/journal.h"
#include "store/migrate.h"

#define DATABASE_NAME "library.db"

char *
ink_store_get_database_path (const InkStore *store)
{
  return g_build_filename (store->directory, DATABASE_NAME, NULL);
}

static InkStore *
store_new (const char *directory)
{
  InkStore *store = g_new0 (InkStore, 1);

  g_atomic_ref_count_init (&store->references);
  g_rec_mutex_init (&store->mutex);
  store->directory = g_canonicalize_filename (directory, NULL);
  return store;
}

/* ---- For reading ------------------------------------------------------------------------- */

static gboolean
inspect (InkDatabase *database, gboolean *empty, GError **error)
{
  guint n, version;

  ink_migrations_get (&n);
  if (!ink_migrate_inspect (database, n, &version, error))
    return FALSE;
  *empty = version == 0;
  if (version == 0)
    return TRUE;
  if (version == n)
    return ink_migrate_check_tables (database, n, error);
  g_set_error (error, INK_ERROR, INK_ERROR_READ_ONLY,
               "The library was written by an older version of Inkling and can't be read before "
               "it is brought up to date: open it for writing once, e.g. by “inkling-cli index”");
  return FALSE;
}

static void
set_no_library_error (GError **error, const char *directory)
{
  g_autofree char *display = ink_path_display (directory);

  g_set_error (error, INK_ERROR, INK_ERROR_NO_LIBRARY, "There is no library in %s yet", display);
}

/* Whether the database is there. That it can't be looked at does not make it absent. */
static gboolean
check_present (const InkStore *store, const char *path, GError **error)
{
  struct stat facts;

  if (stat (path, &facts) == 0)
    return TRUE;
  int errsv = errno;
  g_autofree char *display = ink_path_display (store->directory);
  if (errsv == ENOENT || errsv == ENOTDIR)
    set_no_library_error (error, store->directory);
  else
    ink_set_error_from_errno (error, errsv, "The library in %s can't be read", display);
  return FALSE;
}

/* A reader of a database in WAL mode shares memory with the others through a file beside it. Where
 * that can't be made, because the folder is read-only, and no log is left to be read, then nobody
 * writes, and the database can be read as it stands. */
static gboolean
must_be_immutable (const char *directory)
{
  g_autofree char *log = g_build_filename (directory, DATABASE_NAME "-wal", NULL);

  return faccessat (AT_FDCWD, directory, W_OK, AT_EACCESS) < 0 &&
         !g_file_test (log, G_FILE_TEST_EXISTS);
}

InkStore *
ink_store_open_readonly (const char *directory, GError **error)
{
  g_autoptr (InkStore) store = store_new (directory);
  g_autofree char *path = ink_store_get_database_path (store);
  gboolean empty;

  if (!check_present (store, path, error))
    return NULL;
  store->database = ink_database_open (
      path, must_be_immutable (store->directory) ? INK_DATABASE_IMMUTABLE : INK_DATABASE_READONLY,
      error);
  if (store->database == NULL || !inspect (store->database, &empty, error))
    return NULL;
  if (empty) {
    set_no_library_error (error, store->directory);
    return NULL;
  }
  return g_steal_pointer (&store);
}

/* ---- For writing ------------------------------------------------------------------------- */

static gboolean
set_pragmas (InkDatabase *database, GError **error)
{
  static const struct {
    const char *set;
    const char *get;
    gint64 value;
  } pragmas[] = {
      /* Each commit reaches the disk before it is reported as done. More than FULL: that a journal
       * was deleted does, too, before the write-ahead log takes its place; were it there again after
       * a power loss, it would take back what the log is about. */
      {"PRAGMA synchronous = EXTRA", "PRAGMA synchronous", 3},
      {"PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", 1},
      /* What was forgotten is overwritten, not only unlinked. */
      {"PRAGMA secure_delete = ON", "PRAGMA secure_delete", 1},
      {"PRAGMA cell_size_check = ON", "PRAGMA cell_size_check", 1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (pragmas); i++) {
    gint64 value;
    if (!ink_database_run (database, pragmas[i].set, error) ||
        !ink_database_get_int (database, pragmas[i].get, &value, error))
      return FALSE;
    if (value != pragmas[i].value) {
      g_set_error (error, INK_ERROR, INK_ERROR_FAILED, "This SQLite does not accept “%s”",
                   pragmas[i].set);
      return FALSE;
    }
  }
  return TRUE;
}

/* Reads all of the database's structure; for when the machine went down while it was written. */
static gboolean
is_sound (InkDatabase *database, GError **error)
{
  g_autoptr (InkStatement) statement =
      ink_database_prepare (database, "PRAGMA quick_check (1)", error);

  if (statement == NULL || ink_database_step (database, statement, error) != SQLITE_ROW)
    return FALSE;
  g_autofree char *answer = ink_statement_get_text (statement, 0);
  if (g_strcmp0 (answer, "ok") == 0)
    return TRUE;
  g_set_error (error, INK_ERROR, INK_ERROR_LIBRARY_DAMAGED, "The library's database is damaged: %s",
               answer);
  return FALSE;
}

/* Makes the file where there is none, for its owner alone. SQLite would make it readable for all,
 * and gives the files beside it the permissions of this one. */
static void
make_private (const char *path)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd >= 0)
    close (fd);
}

gboolean
ink_store_connect (InkStore *store, GError **error)
{
  g_autofree char *path = ink_store_get_database_path (store);
  make_private (path);
  g_autoptr (InkDatabase) database = ink_database_open (path, INK_DATABASE_WRITABLE, error);
  gboolean shared = ink_journal_can_share (store->directory);
  guint n, version;
  const InkMigration *steps = ink_migrations_get (&n);

  /* Another program's database is not to be touched. */
  if (database == NULL || !ink_journal_begin (database, shared, error) ||
      !ink_migrate_inspect (database, n, &version, error) ||
      (version > 0 && !ink_migrate_check_tables (database, version, error)) ||
      !set_pragmas (database, error) || !ink_journal_choose (database, shared, error))
    return FALSE;
  if (ink_lock_found_power_loss (store->lock) && !is_sound (database, error))
    return FALSE;
  if (!ink_migrate (database, steps, n, error))
    return FALSE;
  store->database = g_steal_pointer (&database);
  return TRUE;
}

static gboolean
connect_or_recover (InkStore *store, char **notice, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (ink_store_connect (store, &local))
    return TRUE;
  if (ink_database_is_damage (local))
    return ink_store_recover (store, notice, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Whatever is in the way, a full disk apart: without its folder no library can be written to. */
static gboolean
make_directory (const char *directory, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (ink_dirs_make (directory, &local))
    return TRUE;
  if (ink_error_get_code (local) == INK_ERROR_DISK_FULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_set_error (error, INK_ERROR, INK_ERROR_READ_ONLY, "The library can't be made: %s",
                 local->message);
  return FALSE;
}

InkStore *
ink_store_open_writable (const char *directory, const char *program, char **notice, GError **error)
{
  g_autoptr (InkStore) store = store_new (directory);
  g_autofree char *unused = NULL;

  if (notice == NULL)
    notice = &unused;
  *notice = NULL;
  if (!make_directory (store->directory, error))
    return NULL;
  store->lock = ink_lock_take (store->directory, program, error);
  if (store->lock == NULL || !connect_or_recover (store, notice, error))
    return NULL;
  return g_steal_pointer (&store);
}
