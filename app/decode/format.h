/* format.h: the picture formats that Inkling knows, by name and by file name. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  INK_FORMAT_UNKNOWN,
  INK_FORMAT_JPEG,
  INK_FORMAT_PNG,
  INK_FORMAT_WEBP,
  INK_FORMAT_TIFF,
  INK_FORMAT_GIF,
  INK_FORMAT_HEIF,
  INK_FORMAT_AVIF,
  INK_FORMAT_JXL,
  INK_FORMAT_RAW,
  INK_N_FORMATS
} InkFormat;

/* Returns: (transfer none) (nullable): the name that InkDecoded.type has; %NULL for a value that
 * is no format. */
const char *ink_format_get_name (guint format);

/* The format that a file's first bytes show. Camera RAW files in a TIFF wrapper show as TIFF. */
InkFormat ink_format_sniff (const guint8 *bytes, gsize size);

G_END_DECLS
