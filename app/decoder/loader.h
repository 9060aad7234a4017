/* loader.h: opens the formats that this build reads, each with its one libvips loader. */
#pragma once

#include "decoder/vips-compat.h"

#include "decode/format.h"

G_BEGIN_DECLS

/* Starts libvips, with every loader blocked that it does not trust but those that we need. */
gboolean ink_loader_init (const char *program, GError **error);

/* Has loaders load and set up what they otherwise would at their first picture, when the helper can
 * no longer open files. */
void ink_loader_warm_up (void);

/* Whether this build, on this machine, reads @format. */
gboolean ink_loader_has (InkFormat format);

/**
 * ink_loader_open:
 * @bytes: the file; must outlive the picture
 * @shrink: 1, or for JPEG 2, 4 or 8: decode to that fraction of the sides
 *
 * Reads the header; pixels are decoded as they are asked for, from top to bottom. Of several
 * frames or pages the first is taken.
 */
VipsImage *
ink_loader_open (InkFormat format, const guint8 *bytes, gsize size, guint shrink, GError **error);

G_END_DECLS
