/* atomic-file.c: write, fsync, rename, fsync the folder. */
#include "base/atomic-file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/error.h"
#include "base/path.h"

static void
set_error (GError **error, const char *path, const char *action)
{
  int errsv = errno;
  g_autofree char *display = ink_path_display (path);

  ink_set_error_from_errno (error, errsv, "Can't %s %s", action, display);
}

gboolean
ink_atomic_file_sync (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0) {
    set_error (error, path, "open");
    return FALSE;
  }
  /* Some file systems can't sync a folder (EINVAL): there is nothing more that could be done. */
  gboolean ok = fsync (fd) == 0 || errno == EINVAL;
  if (!ok)
    set_error (error, path, "sync");
  close (fd);
  return ok;
}

gboolean
ink_atomic_file_rename (const char *from, const char *to, GError **error)
{
  if (g_rename (from, to) < 0) {
    set_error (error, from, "rename");
    return FALSE;
  }
  g_autofree char *folder = g_path_get_dirname (to);
  return ink_atomic_file_sync (folder, error);
}

static gboolean
write_all (int fd, const guint8 *data, gsize length)
{
  while (length > 0) {
    gssize written = write (fd, data, length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return FALSE;
    data += written;
    length -= (gsize)written;
  }
  return TRUE;
}

gboolean
ink_atomic_file_write (const char *path, gconstpointer data, gsize length, GError **error)
{
  g_autofree char *temporary = g_strconcat (path, ".XXXXXX", NULL);
  int fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, 0600);

  if (fd < 0) {
    set_error (error, path, "write");
    return FALSE;
  }
  gboolean ok = write_all (fd, data, length) && fsync (fd) == 0;
  if (!ok)
    set_error (error, path, "write");
  if (close (fd) < 0 && ok) {
    set_error (error, path, "write");
    ok = FALSE;
  }
  if (ok && ink_atomic_file_rename (temporary, path, error))
    return TRUE;
  g_unlink (temporary);
  return FALSE;
}
