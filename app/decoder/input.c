/* input.c: reads or maps a picture's bytes and takes their content key (input.h). */
#include "decoder/input.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "decoder/failure.h"

/* Files above this many bytes would not leave enough of the memory limit for the pixels. */
#define MAX_FILE_BYTES ((guint64)2 * 1024 * 1024 * 1024)

void
ink_input_free (InkInput *input)
{
  if (input->mapped)
    munmap ((void *)input->bytes, input->size);
  else
    g_free ((void *)input->bytes);
  g_free (input);
}

static gboolean
fail_from_errno (GError **error, const char *what)
{
  g_set_error (error, INK_WIRE_ERROR, INK_WIRE_FAILED, "%s: %s", what, g_strerror (errno));
  return FALSE;
}

static gboolean
map_file (InkInput *input, int file, GError **error)
{
  void *bytes = mmap (NULL, input->size, PROT_READ, MAP_PRIVATE, file, 0);
  if (bytes == MAP_FAILED)
    return fail_from_errno (error, "mapping failed");
  input->bytes = bytes;
  input->mapped = TRUE;
  g_autoptr (GError) key_error = NULL;
  if (!ink_content_key_for_descriptor (file, input->size, input->key, &key_error)) {
    g_set_error_literal (error, INK_WIRE_ERROR, INK_WIRE_FAILED, key_error->message);
    return FALSE;
  }
  return TRUE;
}

/* A file that became shorter since fstat() is taken as it is now. */
static gboolean
read_file (InkInput *input, int file, GError **error)
{
  guint8 *bytes = g_try_malloc (input->size);
  if (bytes == NULL) {
    g_set_error_literal (error, INK_WIRE_ERROR, INK_WIRE_TOO_LARGE, "not enough memory");
    return FALSE;
  }
  input->bytes = bytes;

  gsize done = 0;
  while (done < input->size) {
    gssize n = pread (file, bytes + done, input->size - done, (off_t)done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return fail_from_errno (error, "reading failed");
    if (n == 0)
      break;
    done += (gsize)n;
  }
  input->size = done;
  ink_content_key_for_bytes (input->bytes, input->size, input->key);
  return TRUE;
}

InkInput *
ink_input_open (int file, GError **error)
{
  struct stat facts;
  if (fstat (file, &facts) != 0) {
    fail_from_errno (error, "reading failed");
    return NULL;
  }
  if (facts.st_size == 0) {
    g_set_error_literal (error, INK_WIRE_ERROR, INK_WIRE_EMPTY, "");
    return NULL;
  }
  if ((guint64)facts.st_size > MAX_FILE_BYTES) {
    g_set_error_literal (error, INK_WIRE_ERROR, INK_WIRE_TOO_LARGE, "more than 2 GiB");
    return NULL;
  }

  g_autoptr (InkInput) input = g_new0 (InkInput, 1);
  input->size = (gsize)facts.st_size;
  gboolean done = input->size <= INK_CONTENT_KEY_WHOLE ? read_file (input, file, error)
                                                       : map_file (input, file, error);
  return done ? g_steal_pointer (&input) : NULL;
}
