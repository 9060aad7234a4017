/* lock.c: one writer at a time, by a kernel lock.
 *
 * library.lock holds "PID PROGRAM HOST BOOT-ID" while the lock is held, and nothing after an
 * orderly release. The file itself stays: removing it would let two processes lock two files of
 * that name.
 */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/path.h"

#define TEXT_MAX 512

struct _InkLock {
  int fd;
  gboolean power_loss;
};

/* Names the running system's start; "" where the kernel does not tell. */
static char *
get_boot_id (void)
{
  char *id = NULL;

  if (!g_file_get_contents ("/proc/sys/kernel/random/boot_id", &id, NULL, NULL))
    return g_strdup ("");
  return g_strstrip (id);
}

/* The file's words; always four, empty where absent. */
static GStrv
read_holder (int fd)
{
  char text[TEXT_MAX + 1] = "";
  gssize length = pread (fd, text, TEXT_MAX, 0);

  text[MAX (length, 0)] = '\0';
  g_autofree char *valid = g_utf8_make_valid (g_strstrip (text), -1);
  g_auto (GStrv) words = g_strsplit (valid, " ", 4);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_strv_builder_addv (builder, (const char **)words);
  for (guint n = g_strv_length (words); n < 4; n++)
    g_strv_builder_add (builder, "");
  return g_strv_builder_end (builder);
}

static gboolean
write_holder (int fd, const char *program, const char *boot_id)
{
  g_autofree char *name = g_strdelimit (g_strdup (program), " \n", '-');
  g_autofree char *text =
      g_strdup_printf ("%ld %s %s %s\n", (long)getpid (), name, g_get_host_name (), boot_id);
  gsize length = MIN (strlen (text), TEXT_MAX);

  return ftruncate (fd, 0) == 0 && pwrite (fd, text, length, 0) == (gssize)length;
}

static void
set_locked_error (GError **error, int fd, const char *directory)
{
  g_auto (GStrv) holder = read_holder (fd);
  g_autofree char *display = ink_path_display (directory);

  if (*holder[0] == '\0') {
    g_set_error (error, INK_ERROR, INK_ERROR_LOCKED,
                 "Another process is writing to the library in %s", display);
    return;
  }
  g_set_error (error, INK_ERROR, INK_ERROR_LOCKED,
               "%s (process %s on %s) is writing to the library in %s; let it finish, or end it",
               holder[1], holder[0], holder[2], display);
}

static int
open_lock_file (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "library.lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd >= 0)
    return fd;
  int errsv = errno;
  g_autofree char *display = ink_path_display (path);
  if (errsv == EACCES || errsv == EROFS)
    g_set_error (error, INK_ERROR, INK_ERROR_READ_ONLY, "The library can't be written to: %s: %s",
                 display, g_strerror (errsv));
  else
    ink_set_error_from_errno (error, errsv, "Can't open %s", display);
  return -1;
}

InkLock *
ink_lock_take (const char *directory, const char *program, GError **error)
{
  g_autoptr (InkLock) lock = g_new0 (InkLock, 1);

  lock->fd = open_lock_file (directory, error);
  if (lock->fd < 0)
    return NULL;
  if (flock (lock->fd, LOCK_EX | LOCK_NB) < 0) {
    int errsv = errno;
    g_autofree char *display = ink_path_display (directory);
    if (errsv == EWOULDBLOCK)
      set_locked_error (error, lock->fd, directory);
    else
      ink_set_error_from_errno (error, errsv, "Can't lock the library in %s", display);
    close (lock->fd);
    lock->fd = -1;
    return NULL;
  }
  g_auto (GStrv) last = read_holder (lock->fd);
  g_autofree char *boot_id = get_boot_id ();
  lock->power_loss = *last[3] != '\0' && strcmp (last[3], boot_id) != 0;
  /* The lock holds whatever the file says: a full disk only makes the message poorer. */
  if (!write_holder (lock->fd, program, boot_id))
    g_info ("Can't name the lock's holder: %s", g_strerror (errno));
  return g_steal_pointer (&lock);
}

void
ink_lock_release (InkLock *lock)
{
  if (lock->fd >= 0) {
    if (ftruncate (lock->fd, 0) < 0)
      g_info ("Can't empty the lock file: %s", g_strerror (errno));
    close (lock->fd);
  }
  g_free (lock);
}

gboolean
ink_lock_found_power_loss (const InkLock *lock)
{
  return lock->power_loss;
}
