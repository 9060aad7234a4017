/* fail-io.c: preloaded into a program, makes one of its calls on files fail: the one after
 * INK_FAIL_AFTER good ones of those that INK_FAIL_CALLS has letters for (r, w, s: read, write,
 * sync), and with INK_FAIL_ON=1 all that follow, with the error INK_FAIL_ERROR. Only files whose
 * path has INK_FAIL_PATH in it count. How many calls there were is written to INK_FAIL_COUNT. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long calls;

/* Whether @fd is of a file that counts. */
static int
counts (int fd)
{
  char link[64], path[4096];
  const char *part = getenv ("INK_FAIL_PATH");

  if (part == NULL)
    return 0;
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink (link, path, sizeof path - 1);
  if (length <= 0)
    return 0;
  path[length] = '\0';
  return strstr (path, part) != NULL;
}

static void
write_count (void)
{
  const char *path = getenv ("INK_FAIL_COUNT");
  FILE *file = path != NULL ? fopen (path, "w") : NULL;

  if (file == NULL)
    return;
  fprintf (file, "%ld\n", calls);
  fclose (file);
}

/* Whether this call is to fail, with errno set. */
static int
fails (int fd, char kind)
{
  const char *kinds = getenv ("INK_FAIL_CALLS"), *after = getenv ("INK_FAIL_AFTER");
  const char *code = getenv ("INK_FAIL_ERROR");
  int saved = errno, failing = 0;

  if (kinds == NULL || strchr (kinds, kind) == NULL || !counts (fd)) {
    errno = saved;
    return 0;
  }
  pthread_mutex_lock (&lock);
  long at = calls++, first = after != NULL ? atol (after) : -1;
  failing = first >= 0 && (at == first || (at > first && getenv ("INK_FAIL_ON") != NULL));
  if (first < 0)
    write_count ();
  pthread_mutex_unlock (&lock);
  errno = failing ? (code != NULL ? atoi (code) : EIO) : saved;
  return failing;
}

#define REAL(name) ((__typeof__ (&name))dlsym (RTLD_NEXT, #name))

ssize_t
read (int fd, void *data, size_t size)
{
  return fails (fd, 'r') ? -1 : REAL (read) (fd, data, size);
}

ssize_t
pread (int fd, void *data, size_t size, off_t offset)
{
  return fails (fd, 'r') ? -1 : REAL (pread) (fd, data, size, offset);
}

ssize_t
pread64 (int fd, void *data, size_t size, off64_t offset)
{
  return fails (fd, 'r') ? -1 : REAL (pread64) (fd, data, size, offset);
}

ssize_t
write (int fd, const void *data, size_t size)
{
  return fails (fd, 'w') ? -1 : REAL (write) (fd, data, size);
}

ssize_t
pwrite (int fd, const void *data, size_t size, off_t offset)
{
  return fails (fd, 'w') ? -1 : REAL (pwrite) (fd, data, size, offset);
}

ssize_t
pwrite64 (int fd, const void *data, size_t size, off64_t offset)
{
  return fails (fd, 'w') ? -1 : REAL (pwrite64) (fd, data, size, offset);
}

int
ftruncate (int fd, off_t size)
{
  return fails (fd, 'w') ? -1 : REAL (ftruncate) (fd, size);
}

int
ftruncate64 (int fd, off64_t size)
{
  return fails (fd, 'w') ? -1 : REAL (ftruncate64) (fd, size);
}

int
fsync (int fd)
{
  return fails (fd, 's') ? -1 : REAL (fsync) (fd);
}

int
fdatasync (int fd)
{
  return fails (fd, 's') ? -1 : REAL (fdatasync) (fd);
}
