/* thumbnails.c: the thumbnail files (thumbnails.h): thumbnails/XX/KEY-256.jpg in the cache folder,
 * XX being the first byte of KEY in hexadecimal, so that no folder gets too full. */
#include "config.h"

#include "decode/thumbnails.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dirs.h"
#include "base/error.h"
#include "decode/protocol.h"

static char *
get_folder (void)
{
  g_autofree char *cache = ink_dirs_get_cache ();
  return g_build_filename (cache, "thumbnails", NULL);
}

static char *
make_path (const guint8 key[INK_CONTENT_KEY_SIZE])
{
  g_autofree char *folder = get_folder ();
  char hex[2 * INK_CONTENT_KEY_SIZE + 1];

  for (gsize i = 0; i < INK_CONTENT_KEY_SIZE; i++)
    g_snprintf (hex + 2 * i, 3, "%02x", key[i]);
  return g_strdup_printf ("%s/%.2s/%s-%d.jpg", folder, hex, hex, INK_THUMBNAIL_SIDE);
}

/* Unlike ink_atomic_file_write() this does not wait for the disk, which would cost more than the
 * rest of indexing: what a power loss damages is noticed when it is loaded. */
static gboolean
write_and_rename (const char *path, gconstpointer bytes, gsize size)
{
  g_autofree char *temporary = g_strconcat (path, ".XXXXXX", NULL);
  int file = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, 0600);

  if (file < 0)
    return FALSE;
  gssize written = write (file, bytes, size);
  int number = written < 0 ? errno : written < (gssize)size ? ENOSPC : 0;
  if (close (file) != 0 && number == 0)
    number = errno;
  if (number == 0 && g_rename (temporary, path) == 0)
    return TRUE;
  number = number != 0 ? number : errno;
  g_unlink (temporary);
  errno = number;
  return FALSE;
}

gboolean
ink_thumbnails_store (const guint8 key[INK_CONTENT_KEY_SIZE], GBytes *thumbnail, GError **error)
{
  g_autofree char *path = make_path (key);
  g_autofree char *folder = g_path_get_dirname (path);
  gsize size;
  gconstpointer bytes = g_bytes_get_data (thumbnail, &size);

  if (!ink_dirs_make (folder, error))
    return FALSE;
  if (write_and_rename (path, bytes, size))
    return TRUE;
  ink_set_error_from_errno (error, errno, _ ("The thumbnail %s can't be written"), path);
  return FALSE;
}

/* A JPEG from its first to its last marker: a file that was cut off or never reached the disk
 * is none. */
static gboolean
is_whole (const char *bytes, gsize size)
{
  return size >= 4 && memcmp (bytes, "\xff\xd8", 2) == 0 &&
         memcmp (bytes + size - 2, "\xff\xd9", 2) == 0;
}

GBytes *
ink_thumbnails_load (const guint8 key[INK_CONTENT_KEY_SIZE])
{
  g_autofree char *path = make_path (key);
  g_autofree char *bytes = NULL;
  gsize size;

  if (!g_file_get_contents (path, &bytes, &size, NULL) || !is_whole (bytes, size))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&bytes), size);
}

gboolean
ink_thumbnails_remove (const guint8 key[INK_CONTENT_KEY_SIZE], GError **error)
{
  g_autofree char *path = make_path (key);

  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  ink_set_error_from_errno (error, errno, _ ("The thumbnail %s can't be removed"), path);
  return FALSE;
}

/* A thumbnail's file, as trimming sees it. */
typedef struct {
  gint64 used; /* seconds; mounts that keep no time of reading have that of writing */
  guint64 size;
  char path[];
} File;

typedef void (*FileFunc) (const char *path, const struct stat *facts, gpointer data);

static void
for_each_file (FileFunc func, gpointer data)
{
  g_autofree char *top = get_folder ();
  g_autoptr (GDir) folders = g_dir_open (top, 0, NULL);

  for (const char *name; folders != NULL && (name = g_dir_read_name (folders)) != NULL;) {
    g_autofree char *folder = g_build_filename (top, name, NULL);
    g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);
    for (const char *file; files != NULL && (file = g_dir_read_name (files)) != NULL;) {
      g_autofree char *path = g_build_filename (folder, file, NULL);
      struct stat facts;
      if (lstat (path, &facts) == 0 && S_ISREG (facts.st_mode))
        func (path, &facts, data);
    }
  }
}

static void
add_size (const char *path, const struct stat *facts, gpointer data)
{
  *(guint64 *)data += (guint64)facts->st_size;
}

guint64
ink_thumbnails_get_size (void)
{
  guint64 total = 0;

  for_each_file (add_size, &total);
  return total;
}

static void
add_file (const char *path, const struct stat *facts, gpointer data)
{
  gsize length = strlen (path) + 1;
  File *file = g_malloc (sizeof *file + length);

  file->used = MAX (facts->st_atime, facts->st_mtime);
  file->size = (guint64)facts->st_size;
  memcpy (file->path, path, length);
  g_ptr_array_add (data, file);
}

static gint
compare_files (gconstpointer a, gconstpointer b)
{
  const File *left = *(File *const *)a, *right = *(File *const *)b;

  return left->used < right->used ? -1 : left->used > right->used;
}

gboolean
ink_thumbnails_trim (guint64 limit, GError **error)
{
  guint64 size = ink_thumbnails_get_size ();
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);

  if (size <= limit)
    return TRUE;
  for_each_file (add_file, files);
  g_ptr_array_sort (files, compare_files);
  for (guint i = 0; i < files->len && size > limit; i++) {
    const File *file = files->pdata[i];

    if (g_unlink (file->path) != 0 && errno != ENOENT) {
      ink_set_error_from_errno (error, errno, _ ("The thumbnail %s can't be removed"), file->path);
      return FALSE;
    }
    size -= MIN (file->size, size);
  }
  return TRUE;
}
