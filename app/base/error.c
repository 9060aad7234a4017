/* error.c: error codes, their names and their exit statuses. */
#include "base/error.h"

#include <errno.h>

#include <gio/gio.h>

#include "clip.h"

G_DEFINE_QUARK (ink - error - quark, ink_error)

/* The names are part of the command line's contract. */
static const char *const code_names[] = {
    [INK_ERROR_FAILED] = "failed",
    [INK_ERROR_USAGE] = "usage",
    [INK_ERROR_NO_LIBRARY] = "no-library",
    [INK_ERROR_LIBRARY_DAMAGED] = "library-damaged",
    [INK_ERROR_LIBRARY_NEWER] = "library-newer",
    [INK_ERROR_LIBRARY_FOREIGN] = "library-foreign",
    [INK_ERROR_LOCKED] = "locked",
    [INK_ERROR_READ_ONLY] = "read-only",
    [INK_ERROR_DISK_FULL] = "disk-full",
    [INK_ERROR_NO_MODEL] = "no-model",
    [INK_ERROR_MODEL_INVALID] = "model-invalid",
    [INK_ERROR_NOT_FOUND] = "not-found",
    [INK_ERROR_NOT_REGULAR] = "not-regular",
    [INK_ERROR_PERMISSION] = "permission",
    [INK_ERROR_UNSUPPORTED] = "unsupported",
    [INK_ERROR_DAMAGED] = "damaged",
    [INK_ERROR_EMPTY] = "empty",
    [INK_ERROR_TOO_LARGE] = "too-large",
    [INK_ERROR_TIMEOUT] = "timeout",
    [INK_ERROR_DECODER] = "decoder",
    [INK_ERROR_CANCELLED] = "cancelled",
};

static InkError
from_io_error (int code)
{
  switch (code) {
  case G_IO_ERROR_NOT_FOUND:
  case G_IO_ERROR_NOT_DIRECTORY:
    return INK_ERROR_NOT_FOUND;
  case G_IO_ERROR_IS_DIRECTORY:
  case G_IO_ERROR_NOT_REGULAR_FILE:
    return INK_ERROR_NOT_REGULAR;
  case G_IO_ERROR_PERMISSION_DENIED:
    return INK_ERROR_PERMISSION;
  case G_IO_ERROR_NO_SPACE:
    return INK_ERROR_DISK_FULL;
  case G_IO_ERROR_READ_ONLY:
    return INK_ERROR_READ_ONLY;
  case G_IO_ERROR_TIMED_OUT:
    return INK_ERROR_TIMEOUT;
  case G_IO_ERROR_CANCELLED:
    return INK_ERROR_CANCELLED;
  case G_IO_ERROR_NOT_SUPPORTED:
    return INK_ERROR_UNSUPPORTED;
  default:
    return INK_ERROR_FAILED;
  }
}

static InkError
from_errno (int errsv)
{
  /* GIO has no code of its own for a full quota, which to people is a full disk. */
  return errsv == EDQUOT ? INK_ERROR_DISK_FULL : from_io_error (g_io_error_from_errno (errsv));
}

static InkError
from_file_error (int code)
{
  switch (code) {
  case G_FILE_ERROR_NOENT:
  case G_FILE_ERROR_NOTDIR:
    return INK_ERROR_NOT_FOUND;
  case G_FILE_ERROR_ISDIR:
    return INK_ERROR_NOT_REGULAR;
  case G_FILE_ERROR_ACCES:
  case G_FILE_ERROR_PERM:
    return INK_ERROR_PERMISSION;
  case G_FILE_ERROR_NOSPC:
    return INK_ERROR_DISK_FULL;
  case G_FILE_ERROR_ROFS:
    return INK_ERROR_READ_ONLY;
  default:
    return INK_ERROR_FAILED;
  }
}

static InkError
from_clip_error (int code)
{
  switch (code) {
  case CLIP_ERROR_IO:
  case CLIP_ERROR_INVALID:
  case CLIP_ERROR_UNSUPPORTED:
    return INK_ERROR_MODEL_INVALID;
  case CLIP_ERROR_CANCELLED:
    return INK_ERROR_CANCELLED;
  case CLIP_ERROR_ARGUMENT:
    return INK_ERROR_USAGE;
  default:
    return INK_ERROR_FAILED;
  }
}

InkError
ink_error_get_code (const GError *error)
{
  if (error->domain == INK_ERROR)
    return (InkError)error->code;
  if (error->domain == G_IO_ERROR)
    return from_io_error (error->code);
  if (error->domain == G_FILE_ERROR)
    return from_file_error (error->code);
  if (error->domain == CLIP_ERROR)
    return from_clip_error (error->code);
  if (error->domain == G_OPTION_ERROR)
    return INK_ERROR_USAGE;
  return INK_ERROR_FAILED;
}

const char *
ink_error_code (const GError *error)
{
  return code_names[ink_error_get_code (error)];
}

InkError
ink_error_from_code (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (code_names); i++)
    if (g_strcmp0 (code, code_names[i]) == 0)
      return (InkError)i;
  return INK_ERROR_FAILED;
}

int
ink_error_exit_status (const GError *error)
{
  switch (ink_error_get_code (error)) {
  case INK_ERROR_USAGE:
    return 2;
  case INK_ERROR_NO_LIBRARY:
  case INK_ERROR_LIBRARY_DAMAGED:
  case INK_ERROR_LIBRARY_NEWER:
  case INK_ERROR_LIBRARY_FOREIGN:
  case INK_ERROR_LOCKED:
  case INK_ERROR_READ_ONLY:
  case INK_ERROR_NO_MODEL:
  case INK_ERROR_MODEL_INVALID:
    return 3;
  default:
    return 1;
  }
}

void
ink_set_error_from_errno (GError **error, int errsv, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, INK_ERROR, from_errno (errsv), "%s: %s", what, g_strerror (errsv));
}
