/* replace.c: write, fsync, rename, fsync the folder (replace.h). */
#include "cache/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clip.h"

static gboolean
fail (const char *path, const char *action, GError **error)
{
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_IO, "%s: can't be %s: %s", path, action,
               g_strerror (errno));
  return FALSE;
}

char *
clip_replace_get_path (const char *path)
{
  return g_strconcat (path, ".new", NULL);
}

/* A file to write into, empty and locked: what a killed process left is used again. One that was
 * renamed before the lock was ours is in use, and must not be touched. -1 with errno. */
static int
open_beside (const char *path)
{
  struct stat opened, named;
  int file = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0)
    return -1;
  gboolean ours = flock (file, LOCK_EX | LOCK_NB) == 0 && fstat (file, &opened) == 0 &&
                  lstat (path, &named) == 0;
  if (ours && (opened.st_ino != named.st_ino || opened.st_dev != named.st_dev)) {
    errno = EAGAIN;
    ours = FALSE;
  }
  if (ours && ftruncate (file, 0) == 0)
    return file;
  int saved = errno;
  close (file);
  errno = saved;
  return -1;
}

int
clip_replace_begin (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *beside = clip_replace_get_path (path);
  if (g_mkdir_with_parents (folder, 0700) != 0) {
    fail (folder, "made", error);
    return -1;
  }
  int file = open_beside (beside);
  if (file < 0)
    fail (path, "written", error);
  return file;
}

gboolean
clip_replace_write (int file, gconstpointer data, gsize size, gsize offset)
{
  while (size > 0) {
    gssize n = pwrite (file, data, size, (off_t)offset);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return FALSE;
    data = (const guint8 *)data + n;
    size -= (gsize)n;
    offset += (gsize)n;
  }
  return TRUE;
}

static gboolean
sync_folder (const char *folder)
{
  int file = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done = file >= 0 && fsync (file) == 0;
  if (file >= 0)
    close (file);
  return done;
}

gboolean
clip_replace_end (const char *path, int file, gboolean done, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *beside = clip_replace_get_path (path);
  done = (done && fsync (file) == 0) || fail (path, "written", error);
  if (done && rename (beside, path) != 0)
    done = fail (path, "put into its place", error);
  if (!done)
    unlink (beside);
  close (file); /* and with it the lock */
  return done && (sync_folder (folder) || fail (folder, "synced", error));
}
