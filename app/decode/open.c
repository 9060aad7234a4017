/* open.c: opens pictures and makes memory files for a decoder helper (open.h). */
#include "config.h"

#include "decode/open.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static int
fail_to_open (GError **error)
{
  ink_set_error_from_errno (error, errno, "%s", _ ("The file can't be opened"));
  return -1;
}

static int
fail_not_regular (GError **error)
{
  g_set_error_literal (error, INK_ERROR, INK_ERROR_NOT_REGULAR,
                       _ ("This is a folder, a link, a pipe or a device, not a file"));
  return -1;
}

int
ink_open_picture (const char *path, gboolean follow_links, GError **error)
{
  struct stat facts;

  /* Only looking first: opening alone makes some devices act. */
  if (fstatat (AT_FDCWD, path, &facts, follow_links ? 0 : AT_SYMLINK_NOFOLLOW) != 0)
    return fail_to_open (error);
  if (!S_ISREG (facts.st_mode))
    return fail_not_regular (error);

  int file =
      open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (follow_links ? 0 : O_NOFOLLOW));
  if (file < 0)
    return fail_to_open (error);
  if (fstat (file, &facts) != 0 || !S_ISREG (facts.st_mode)) {
    close (file);
    return fail_not_regular (error);
  }
  return file;
}

static int
make_memory_file (gsize size, GError **error)
{
  int file = memfd_create ("inkling", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file >= 0 && ftruncate (file, (off_t)size) == 0)
    return file;

  g_set_error (error, INK_ERROR, INK_ERROR_FAILED, _ ("There is not enough memory: %s"),
               g_strerror (errno));
  if (file >= 0)
    close (file);
  return -1;
}

static int
seal (int file, int seals, GError **error)
{
  if (fcntl (file, F_ADD_SEALS, seals | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
    return file;
  g_set_error (error, INK_ERROR, INK_ERROR_FAILED, _ ("A memory file can't be sealed: %s"),
               g_strerror (errno));
  close (file);
  return -1;
}

int
ink_open_results (gsize size, GError **error)
{
  int file = make_memory_file (size, error);
  return file < 0 ? -1 : seal (file, 0, error);
}

int
ink_open_bytes (GBytes *bytes, GError **error)
{
  gsize size, done = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  int file = make_memory_file (size, error);
  while (file >= 0 && done < size) {
    gssize n = pwrite (file, data + done, size - done, (off_t)done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      ink_set_error_from_errno (error, n < 0 ? errno : EIO, "%s",
                                _ ("A memory file can't be written"));
      close (file);
      return -1;
    }
    done += (gsize)n;
  }
  return file < 0 ? -1 : seal (file, F_SEAL_WRITE, error);
}
