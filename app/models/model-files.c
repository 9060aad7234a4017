/* model-files.c: hashing and copying the files of a model. */
#include "models/model-files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomic-file.h"
#include "base/path.h"

#define CHUNK (1u << 20)
/* A note is something to be read. */
#define NOTE_MAX (4 << 20)

/* The engine takes the first of these; all are kept, so that a copy is the same model. */
static const char *const vocabularies[] = {"merges.txt", "tokenizer.json",
                                           "bpe_simple_vocab_16e6.txt.gz"};
static const char *const note_prefixes[] = {"README", "NOTICE", "LICENSE", "LICENCE", "COPYING"};

/* ---- Which files ------------------------------------------------------------------------- */

void
ink_model_files_free (InkModelFiles *files)
{
  g_free (files->folder);
  g_ptr_array_unref (files->names);
  g_ptr_array_unref (files->notes);
  g_free (files->stamp);
  g_free (files);
}

static gboolean
stat_regular (const char *folder, const char *name, struct stat *status)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return stat (path, status) == 0 && S_ISREG (status->st_mode);
}

static gboolean
add_file (InkModelFiles *files, const char *name, GString *stamp)
{
  struct stat status;

  if (!stat_regular (files->folder, name, &status))
    return FALSE;
  g_ptr_array_add (files->names, g_strdup (name));
  files->bytes += (guint64)status.st_size;
  g_string_append_printf (stamp, "%s %" G_GUINT64_FORMAT " %lx:%lx %ld.%09ld %ld.%09ld\n", name,
                          (guint64)status.st_size, (gulong)status.st_dev, (gulong)status.st_ino,
                          (long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                          (long)status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
find_notes (InkModelFiles *files)
{
  g_autoptr (GDir) dir = g_dir_open (files->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    struct stat status;
    gboolean is_note = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS (note_prefixes); i++)
      is_note |= g_ascii_strncasecmp (name, note_prefixes[i], strlen (note_prefixes[i])) == 0;
    if (is_note && stat_regular (files->folder, name, &status) && status.st_size <= NOTE_MAX)
      g_ptr_array_add (files->notes, g_strdup (name));
  }
  g_ptr_array_sort (files->notes, compare_names);
}

InkModelFiles *
ink_model_files_find (const char *folder, const char *weights, GError **error)
{
  g_autoptr (InkModelFiles) files = g_new0 (InkModelFiles, 1);
  g_autoptr (GString) stamp = g_string_new (NULL);

  files->folder = g_strdup (folder);
  files->names = g_ptr_array_new_with_free_func (g_free);
  files->notes = g_ptr_array_new_with_free_func (g_free);
  if (!add_file (files, "open_clip_config.json", stamp) || !add_file (files, weights, stamp)) {
    g_autofree char *display = ink_path_display (folder);
    g_set_error (error, INK_ERROR, INK_ERROR_NO_MODEL,
                 "%s is no model folder: open_clip_config.json or the weights are not there",
                 display);
    return NULL;
  }
  for (guint i = 0; i < G_N_ELEMENTS (vocabularies); i++)
    add_file (files, vocabularies[i], stamp);
  find_notes (files);
  files->stamp = g_string_free (g_steal_pointer (&stamp), FALSE);
  return g_steal_pointer (&files);
}

/* ---- Reading ----------------------------------------------------------------------------- */

static void
set_error (GError **error, const char *path, const char *action)
{
  int errsv = errno;
  g_autofree char *display = ink_path_display (path);

  ink_set_error_from_errno (error, errsv, "Can't %s %s", action, display);
}

/* Opens a file that may have been replaced by something else since it was found. */
static int
open_regular (const char *path, guint64 *size, GError **error)
{
  struct stat status;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0 || fstat (fd, &status) < 0) {
    set_error (error, path, "open");
  } else if (!S_ISREG (status.st_mode)) {
    g_autofree char *display = ink_path_display (path);
    g_set_error (error, INK_ERROR, INK_ERROR_NOT_REGULAR, "%s is not a file", display);
  } else {
    *size = (guint64)status.st_size;
    return fd;
  }
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Takes what is read from @from, and writes it to @to unless that is -1. */
static gboolean
pump (int from, int to, guint64 *length, GChecksum *checksum, const char *path,
      GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *chunk = g_malloc (CHUNK);

  *length = 0;
  while (TRUE) {
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    gssize n = read (from, chunk, CHUNK);
    if (n == 0)
      return TRUE;
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      set_error (error, path, "read");
      return FALSE;
    }
    if (checksum != NULL)
      g_checksum_update (checksum, chunk, n);
    for (gssize done = 0, m; to >= 0 && done < n; done += MAX (m, 0)) {
      m = write (to, chunk + done, (gsize)(n - done));
      if (m < 0 && errno != EINTR) {
        set_error (error, path, "copy");
        return FALSE;
      }
    }
    *length += (guint64)n;
  }
}

static gboolean
finish_copy (int to, const char *path, GError **error)
{
  if (fsync (to) == 0)
    return TRUE;
  set_error (error, path, "sync");
  return FALSE;
}

/* Reads one file; copies it into folder @target unless that is NULL; adds it to @checksum unless
 * that is NULL. */
static gboolean
take_file (const char *folder, const char *name, const char *target, GChecksum *checksum,
           GCancellable *cancellable, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *copy = target != NULL ? g_build_filename (target, name, NULL) : NULL;
  guint64 size, length;
  int from = open_regular (path, &size, error);
  int to = -1;

  if (from < 0)
    return FALSE;
  if (copy != NULL) {
    to = open (copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (to < 0) {
      set_error (error, copy, "make");
      close (from);
      return FALSE;
    }
  }
  guint64 prefix = GUINT64_TO_LE (size);
  if (checksum != NULL)
    g_checksum_update (checksum, (const guint8 *)&prefix, sizeof prefix);
  gboolean ok = pump (from, to, &length, checksum, path, cancellable, error) &&
                (to < 0 || finish_copy (to, copy, error));
  if (ok && length != size) {
    g_autofree char *display = ink_path_display (path);
    g_set_error (error, INK_ERROR, INK_ERROR_FAILED, "%s changed while it was read", display);
    ok = FALSE;
  }
  close (from);
  if (to >= 0)
    close (to);
  return ok;
}

static char *
take_names (const InkModelFiles *files, const char *target, GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < files->names->len; i++)
    if (!take_file (files->folder, g_ptr_array_index (files->names, i), target, checksum,
                    cancellable, error))
      return NULL;
  return g_strdup (g_checksum_get_string (checksum));
}

char *
ink_model_files_hash (const InkModelFiles *files, GCancellable *cancellable, GError **error)
{
  return take_names (files, NULL, cancellable, error);
}

char *
ink_model_files_copy (const InkModelFiles *files, const char *to, GCancellable *cancellable,
                      GError **error)
{
  for (guint i = 0; i < files->notes->len; i++)
    if (!take_file (files->folder, g_ptr_array_index (files->notes, i), to, NULL, cancellable,
                    error))
      return NULL;
  g_autofree char *hash = take_names (files, to, cancellable, error);
  if (hash == NULL || !ink_atomic_file_sync (to, error))
    return NULL;
  return g_steal_pointer (&hash);
}
