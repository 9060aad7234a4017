/* atomic-file.h: files that are there whole or not at all, also after a power loss. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ink_atomic_file_write:
 * @path: the file to make or to replace
 *
 * Writes beside @path, syncs, renames and syncs the folder. The file is readable for its owner
 * alone. A failure leaves @path as it was.
 */
gboolean ink_atomic_file_write (const char *path, gconstpointer data, gsize length, GError **error);

/* Syncs a file or folder, so that what was written to it, or renamed in it, survives a power loss.
 */
gboolean ink_atomic_file_sync (const char *path, GError **error);

/* Renames, then syncs the folder that holds @to. */
gboolean ink_atomic_file_rename (const char *from, const char *to, GError **error);

G_END_DECLS
