/* convert.c: the weights of a PyTorch checkpoint as safetensors (convert.h). */
#include "models/convert.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/atomic-file.h"
#include "base/error.h"
#include "base/path.h"

typedef struct {
  int fd;
  const char *path;
  GCancellable *cancellable;
} Output;

gboolean
ink_weights_need_conversion (const char *name)
{
  return !g_str_has_suffix (name, ".safetensors");
}

static gboolean
fail (const Output *output, GError **error)
{
  int errsv = errno;
  g_autofree char *display = ink_path_display (output->path);

  ink_set_error_from_errno (error, errsv, "Can't write %s", display);
  return FALSE;
}

static gboolean
write_piece (gconstpointer bytes, gsize size, gpointer data, GError **error)
{
  const Output *output = data;
  const char *at = bytes;

  if (g_cancellable_set_error_if_cancelled (output->cancellable, error))
    return FALSE;
  while (size > 0) {
    gssize n = write (output->fd, at, size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return fail (output, error);
    at += n;
    size -= (gsize)n;
  }
  return TRUE;
}

gboolean
ink_weights_convert (ClipModel *model, const char *folder, GCancellable *cancellable,
                     GError **error)
{
  g_autofree char *path = g_build_filename (folder, INK_CONVERTED_WEIGHTS, NULL);
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  Output output = {.path = part, .cancellable = cancellable};

  output.fd = open (part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (output.fd < 0)
    return fail (&output, error);
  gboolean done = clip_model_write_weights (model, write_piece, &output, error) &&
                  (fsync (output.fd) == 0 || fail (&output, error));
  close (output.fd);
  done = done && ink_atomic_file_rename (part, path, error);
  if (!done)
    g_unlink (part);
  return done;
}
