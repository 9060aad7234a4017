/* replace.h: files that are replaced as a whole: written beside the old one, synced, renamed.
 *
 * Whoever reads the old file goes on with it. A process that is killed leaves what it wrote beside,
 * which the next one uses again; of several that write at once one goes on.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Makes the folder of @path, for the owner alone, and opens an empty file beside @path, locked.
 * Returns: a descriptor for reading and writing; −1 with %CLIP_ERROR_IO where it can't be made or
 * another process writes it already */
int clip_replace_begin (const char *path, GError **error);

/* Where it is being written: what a reader of the unfinished file would open. */
char *clip_replace_get_path (const char *path);

/* Writes all of @size bytes at @offset. FALSE with errno. Thread-safe. */
gboolean clip_replace_write (int file, gconstpointer data, gsize size, gsize offset);

/* Syncs @file, puts it into the place of @path, syncs the folder and closes it. With @done %FALSE,
 * because something went wrong before, of which errno tells, it takes the file away instead.
 * Returns: FALSE with %CLIP_ERROR_IO */
gboolean clip_replace_end (const char *path, int file, gboolean done, GError **error);

G_END_DECLS
