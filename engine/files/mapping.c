/* mapping.c: file mappings that survive the file's shrinking (mapping.h).
 *
 * The signal handler has to know all mappings, at any moment and without locks: they are a linked
 * list that it walks through atomic pointers. Changes to the list are serialised by a lock, and a
 * mapping that left it is freed only when no handler is on its way through the list. That list,
 * like the handler, belongs to the process: there is no object that it could hang on.
 */
#include "files/mapping.h"
#include "clip.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct _ClipMapping {
  char *path;
  guint8 *data; /* NULL: the file is empty */
  gsize size;
  int file;
  struct timespec modified;
  atomic_int damaged; /* a read went wrong */
  ClipMapping *_Atomic next;
};

static ClipMapping *_Atomic mappings;
static atomic_int handlers; /* handlers that are walking the list */
static struct sigaction previous;
static gsize page_size;                                  /* 0: the handler is not installed */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* ThreadSanitizer sees it, not GLib's */

/* ---- The handler: only what is safe in a signal handler ------------------------------------ */

/* Puts zeros at @address and all that follows in its mapping: a file that lost a page lost all
 * pages behind it too. FALSE where @address is in no mapping of ours. */
static gboolean
repair (guintptr address)
{
  gboolean repaired = FALSE;
  atomic_fetch_add (&handlers, 1);
  for (ClipMapping *m = mappings; m != NULL; m = m->next) {
    guintptr begin = (guintptr)m->data;
    guintptr end = begin + (m->size + page_size - 1) / page_size * page_size;
    if (address < begin || address >= end)
      continue;
    m->damaged = TRUE; /* before the zeros are there for other threads to read */
    gsize page = (address - begin) / page_size * page_size;
    repaired = mmap (m->data + page, end - begin - page, PROT_READ,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
    break;
  }
  atomic_fetch_sub (&handlers, 1);
  return repaired;
}

static void
pass_on (int number, siginfo_t *info, void *context)
{
  if ((previous.sa_flags & SA_SIGINFO) != 0) {
    previous.sa_sigaction (number, info, context);
  } else if (previous.sa_handler == SIG_DFL ||
             (previous.sa_handler == SIG_IGN && info->si_code > 0)) {
    /* The kernel doesn't let a fault be ignored either. */
    signal (number, SIG_DFL);
    raise (number);
  } else if (previous.sa_handler != SIG_IGN) {
    previous.sa_handler (number);
  }
}

static void
on_bus_error (int number, siginfo_t *info, void *context)
{
  int saved_errno = errno;
  /* Only the kernel's own signals have an address. */
  gboolean repaired = info->si_code > 0 && repair ((guintptr)info->si_addr);
  errno = saved_errno;
  if (!repaired)
    pass_on (number, info, context);
}

/* ---- The list ----------------------------------------------------------------------------- */

static void
enter (ClipMapping *mapping)
{
  pthread_mutex_lock (&lock);
  if (page_size == 0) {
    struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    page_size = (gsize)sysconf (_SC_PAGESIZE);
    sigemptyset (&action.sa_mask);
    sigaction (SIGBUS, NULL, &previous); /* first, since a signal may come at once */
    sigaction (SIGBUS, &action, NULL);
  }
  mapping->next = mappings;
  mappings = mapping;
  pthread_mutex_unlock (&lock);
}

static void
leave (ClipMapping *mapping)
{
  pthread_mutex_lock (&lock);
  ClipMapping *_Atomic *link = &mappings;
  while (*link != mapping)
    link = &(*link)->next;
  *link = mapping->next;
  pthread_mutex_unlock (&lock);
  while (handlers > 0) /* one may still be looking at it */
    g_thread_yield ();
}

/* ---- Public ------------------------------------------------------------------------------- */

static gboolean
fail (const char *path, const char *what, GError **error)
{
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_IO, "%s: %s", path, what);
  return FALSE;
}

static gboolean
map (ClipMapping *mapping, GError **error)
{
  struct stat info;
  if (fstat (mapping->file, &info) != 0)
    return fail (mapping->path, g_strerror (errno), error);
  if (!S_ISREG (info.st_mode))
    return fail (mapping->path, "not a regular file", error);
  mapping->size = (gsize)info.st_size;
  mapping->modified = info.st_mtim;
  if (mapping->size == 0)
    return TRUE;
  void *data = mmap (NULL, mapping->size, PROT_READ, MAP_PRIVATE, mapping->file, 0);
  if (data == MAP_FAILED)
    return fail (mapping->path, g_strerror (errno), error);
  mapping->data = data;
  enter (mapping);
  return TRUE;
}

ClipMapping *
clip_mapping_open (const char *path, GError **error)
{
  int file = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); /* a FIFO must not block */
  if (file < 0) {
    fail (path, g_strerror (errno), error);
    return NULL;
  }
  g_autoptr (ClipMapping) mapping = g_new0 (ClipMapping, 1);
  mapping->path = g_strdup (path);
  mapping->file = file;
  return map (mapping, error) ? g_steal_pointer (&mapping) : NULL;
}

void
clip_mapping_close (ClipMapping *mapping)
{
  if (mapping == NULL)
    return;
  if (mapping->data != NULL) {
    leave (mapping);
    munmap (mapping->data, mapping->size);
  }
  close (mapping->file);
  g_free (mapping->path);
  g_free (mapping);
}

const guint8 *
clip_mapping_get_data (const ClipMapping *mapping, gsize *size)
{
  *size = mapping->size;
  return mapping->data;
}

gboolean
clip_mapping_copy (const ClipMapping *mapping, gconstpointer data, gsize size, gpointer out)
{
  gsize offset = (gsize)((const guint8 *)data - mapping->data);
  gssize n;
  do
    n = pread (mapping->file, out, size, (off_t)offset);
  while (n < 0 && errno == EINTR);
  return n >= 0 && (gsize)n == size;
}

gboolean
clip_mapping_release (const ClipMapping *mapping, gconstpointer data, gsize size)
{
  if (mapping->data == NULL || (guintptr)data < (guintptr)mapping->data ||
      (guintptr)data - (guintptr)mapping->data > mapping->size ||
      size > mapping->size - ((guintptr)data - (guintptr)mapping->data))
    return FALSE;
  gsize offset = (gsize)((const guint8 *)data - mapping->data);
  gsize begin = (offset + page_size - 1) / page_size * page_size;
  gsize end = (offset + size) / page_size * page_size;
  if (begin < end)
    madvise (mapping->data + begin, end - begin, MADV_DONTNEED);
  return TRUE;
}

gboolean
clip_mapping_check (const ClipMapping *mapping, GError **error)
{
  struct stat info;
  if (mapping->damaged)
    return fail (mapping->path, "the file became shorter or unreadable while it was in use", error);
  if (fstat (mapping->file, &info) != 0)
    return fail (mapping->path, g_strerror (errno), error);
  return ((gsize)info.st_size == mapping->size && info.st_mtim.tv_sec == mapping->modified.tv_sec &&
          info.st_mtim.tv_nsec == mapping->modified.tv_nsec) ||
         fail (mapping->path, "the file was changed while it was in use", error);
}

void
clip_mapping_explain (const ClipMapping *mapping, GError **error)
{
  g_autoptr (GError) reason = NULL;
  if (clip_mapping_check (mapping, &reason))
    return;
  g_clear_error (error);
  g_propagate_error (error, g_steal_pointer (&reason));
}
