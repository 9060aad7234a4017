/* confine.h: what the helper gives up before it sees the first picture. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Confines this process for good. Call when libraries are loaded and before any foreign byte is
 * read. Returns: (transfer none): what holds now, for people */
const char *ink_confine (void);

G_END_DECLS
