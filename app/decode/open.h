/* open.h: descriptors to hand to a decoder helper. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Opens a regular file for reading; never waits for a pipe and never disturbs a device.
 * @follow_links: whether the last part of @path may be a symbolic link
 * Returns: the descriptor, or -1 with an error that says why in words, without the file's name */
int ink_open_picture (const char *path, gboolean follow_links, GError **error);

/* A memory file with @bytes, which nobody can change any more. */
int ink_open_bytes (GBytes *bytes, GError **error);

/* A memory file of @size zeros, whose size nobody can change any more. */
int ink_open_results (gsize size, GError **error);

G_END_DECLS
