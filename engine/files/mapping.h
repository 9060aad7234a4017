/* mapping.h: a file mapped read-only that survives the file's shrinking under it.
 *
 * The mapping shows what others write into the file, so clip_mapping_check() tells whether what
 * was read can be trusted. Reading a page that the file no longer has, or that the disk can't
 * deliver, raises SIGBUS. From the first mapping on, a handler for the whole process puts zeros
 * there instead and notes that the mapping is damaged; faults elsewhere go to the handler that was
 * there before. A thread that reads mappings must not block SIGBUS.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ClipMapping ClipMapping;

/**
 * clip_mapping_open:
 * @path: a regular file
 *
 * Returns: (transfer full): the mapping, or %NULL with %CLIP_ERROR_IO naming the file
 */
ClipMapping *clip_mapping_open (const char *path, GError **error);

/* Nobody may be reading any more. */
void clip_mapping_close (ClipMapping *mapping);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipMapping, clip_mapping_close)

/* The bytes; an empty file has none. */
const guint8 *clip_mapping_get_data (const ClipMapping *mapping, gsize *size);

/* Copies @size bytes at @data, which lies in the mapping, from the file: for a few bytes here and
 * there, for each of which the system would put many pages into memory. FALSE where they can't be
 * read. Thread-safe. */
gboolean
clip_mapping_copy (const ClipMapping *mapping, gconstpointer data, gsize size, gpointer out);

/* Gives the whole pages of @size bytes at @data back to the system: they come from the file again
 * when they are read. FALSE where they don't lie in the mapping. Thread-safe. */
gboolean clip_mapping_release (const ClipMapping *mapping, gconstpointer data, gsize size);

/* To be called with an error that came from making sense of the bytes: where the file has changed,
 * @error says that instead. */
void clip_mapping_explain (const ClipMapping *mapping, GError **error);

/* FALSE with CLIP_ERROR_IO where the file was written to or cut since it was opened, or where a
 * read went beyond what it still has: all that was read is then in doubt. Costs a system call; safe
 * from any thread. */
gboolean clip_mapping_check (const ClipMapping *mapping, GError **error);

G_END_DECLS
