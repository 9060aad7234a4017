/* file-hash.c: hashes a file piece by piece (file-hash.h). */
#include "models/file-hash.h"

#include <string.h>

#define CHUNK (1u << 20)

static gboolean
add_git_header (GChecksum *checksum, GInputStream *stream, GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GFileInfo) info = g_file_input_stream_query_info (
      G_FILE_INPUT_STREAM (stream), G_FILE_ATTRIBUTE_STANDARD_SIZE, cancellable, error);
  if (info == NULL)
    return FALSE;
  g_autofree char *header =
      g_strdup_printf ("blob %" G_GOFFSET_FORMAT, g_file_info_get_size (info));
  /* With the NUL. */
  g_checksum_update (checksum, (const guchar *)header, (gssize)strlen (header) + 1);
  return TRUE;
}

char *
ink_file_hash (const char *path, InkFileHash kind, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) opened = g_file_read (file, cancellable, error);
  g_autoptr (GChecksum) checksum =
      g_checksum_new (kind == INK_FILE_SHA256 ? G_CHECKSUM_SHA256 : G_CHECKSUM_SHA1);
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  gssize n;

  if (opened == NULL || (kind == INK_FILE_GIT_SHA1 &&
                         !add_git_header (checksum, G_INPUT_STREAM (opened), cancellable, error)))
    return NULL;
  while ((n = g_input_stream_read (G_INPUT_STREAM (opened), chunk, CHUNK, cancellable, error)) > 0)
    g_checksum_update (checksum, chunk, n);
  return n < 0 ? NULL : g_strdup (g_checksum_get_string (checksum));
}
