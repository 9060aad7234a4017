/* journal.c: write-ahead log or rollback journal. */
#include "store/journal.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <glib/gstdio.h>

static gboolean
is_on_network (const char *directory)
{
  struct statfs status;

  if (statfs (directory, &status) < 0)
    return FALSE;
  switch ((guint32)status.f_type) {
  case NFS_SUPER_MAGIC:
  case SMB_SUPER_MAGIC:
  case 0xFF534D42u: /* CIFS */
  case 0xFE534D42u: /* SMB 2 */
  case CODA_SUPER_MAGIC:
  case AFS_SUPER_MAGIC:
  case V9FS_MAGIC:
  case FUSE_SUPER_MAGIC:
    return TRUE;
  default:
    return FALSE;
  }
}

/* SQLite finds out only after it has marked the database as one with a log. */
static gboolean
can_map (const char *directory)
{
  const gsize size = 4096;
  g_autofree char *path = g_build_filename (directory, ".map-XXXXXX", NULL);
  int fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0)
    return FALSE;
  g_unlink (path);
  void *memory = ftruncate (fd, (off_t)size) == 0
                     ? mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                     : MAP_FAILED;
  close (fd);
  return memory != MAP_FAILED && munmap (memory, size) == 0;
}

gboolean
ink_journal_can_share (const char *directory)
{
  return !is_on_network (directory) && can_map (directory);
}

gboolean
ink_journal_begin (InkDatabase *database, gboolean shared, GError **error)
{
  return shared || ink_database_run (database, "PRAGMA locking_mode = EXCLUSIVE", error);
}

static gboolean
set_mode (InkDatabase *database, const char *mode, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA journal_mode = %s", mode);
  g_autoptr (InkStatement) statement = ink_database_prepare (database, sql, error);

  if (statement == NULL || ink_database_step (database, statement, error) != SQLITE_ROW)
    return FALSE;
  g_autofree char *answer = ink_statement_get_text (statement, 0);
  if (g_strcmp0 (answer, mode) == 0)
    return TRUE;
  g_set_error (error, INK_ERROR, INK_ERROR_FAILED,
               "SQLite keeps its journal of the library's database in mode %s, not in %s", answer,
               mode);
  return FALSE;
}

gboolean
ink_journal_choose (InkDatabase *database, gboolean shared, GError **error)
{
  if (shared && set_mode (database, "wal", NULL))
    return TRUE;
  return set_mode (database, "truncate", error) &&
         ink_database_run (database, "PRAGMA locking_mode = NORMAL", error);
}
