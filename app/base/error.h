/* error.h: what can go wrong above the engine, with the names that the command line's JSON and
 * the man page use for it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define INK_ERROR (ink_error_quark ())
GQuark ink_error_quark (void);

typedef enum {
  INK_ERROR_FAILED,          /* "failed": anything that has no code of its own */
  INK_ERROR_USAGE,           /* "usage": options or arguments that make no sense */
  INK_ERROR_NO_LIBRARY,      /* "no-library": nothing has been indexed there yet */
  INK_ERROR_LIBRARY_DAMAGED, /* "library-damaged" */
  INK_ERROR_LIBRARY_NEWER,   /* "library-newer": written by a newer version */
  INK_ERROR_LIBRARY_FOREIGN, /* "library-foreign": a database of another program */
  INK_ERROR_LOCKED,          /* "locked": another process writes to the library */
  INK_ERROR_READ_ONLY,       /* "read-only": the library can't be written to */
  INK_ERROR_DISK_FULL,       /* "disk-full" */
  INK_ERROR_NO_MODEL,        /* "no-model": no model of that name, or its folder is gone */
  INK_ERROR_MODEL_INVALID,   /* "model-invalid": the engine refuses it */
  INK_ERROR_NOT_FOUND,       /* "not-found": no such file, folder or photo */
  INK_ERROR_NOT_REGULAR,     /* "not-regular": a device, pipe or folder where a file belongs */
  INK_ERROR_PERMISSION,      /* "permission" */
  INK_ERROR_UNSUPPORTED,     /* "unsupported": a format that this build does not read */
  INK_ERROR_DAMAGED,         /* "damaged": a picture that can't be decoded */
  INK_ERROR_EMPTY,           /* "empty": a file of zero bytes */
  INK_ERROR_TOO_LARGE,       /* "too-large": more pixels or bytes than the limits allow */
  INK_ERROR_TIMEOUT,         /* "timeout": decoding took too long */
  INK_ERROR_DECODER,         /* "decoder": the helper crashed or can't be started */
  INK_ERROR_CANCELLED,       /* "cancelled" */
} InkError;

/**
 * ink_error_get_code:
 *
 * The INK_ERROR value that stands for @error: G_IO_ERROR, G_FILE_ERROR, G_OPTION_ERROR and
 * CLIP_ERROR are translated, what is unknown is %INK_ERROR_FAILED.
 */
InkError ink_error_get_code (const GError *error);

/* Returns: (transfer none): the name, as above, of ink_error_get_code(). */
const char *ink_error_code (const GError *error);

/* The INK_ERROR value of a code's name; INK_ERROR_FAILED for an unknown one. */
InkError ink_error_from_code (const char *code);

/* The exit status that the command line's contract gives this error: 1, 2 or 3. */
int ink_error_exit_status (const GError *error);

/**
 * ink_set_error_from_errno:
 * @errsv: a value of errno
 * @format: (printf style): what could not be done and to which file, without full stop
 *
 * Sets an INK_ERROR whose message ends in the system's own words for @errsv.
 */
void
ink_set_error_from_errno (GError **error, int errsv, const char *format, ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
