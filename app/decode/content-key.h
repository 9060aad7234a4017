/* content-key.h: what tells a file's contents from others', whatever its name and place. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define INK_CONTENT_KEY_SIZE 16

/* Files above this many bytes are known by their first, middle and last window and their size. */
#define INK_CONTENT_KEY_WHOLE ((gsize)64 * 1024 * 1024)
#define INK_CONTENT_KEY_WINDOW ((gsize)64 * 1024)

/* XXH3-128 in canonical byte order of @bytes, all @size of them. */
void ink_content_key_for_bytes (const guint8 *bytes, gsize size, guint8 key[INK_CONTENT_KEY_SIZE]);

/**
 * ink_content_key_for_descriptor:
 * @file: open for reading; its offset is neither used nor moved
 * @size: of the file, as fstat() tells it
 *
 * The key of a file: of all its bytes, or, above %INK_CONTENT_KEY_WHOLE, XXH3-128 over its first,
 * middle and last window and its size (64 bits, little-endian).
 */
gboolean ink_content_key_for_descriptor (int file, guint64 size, guint8 key[INK_CONTENT_KEY_SIZE],
                                         GError **error);

G_END_DECLS
