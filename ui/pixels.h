/* pixels.h: decoded pixels as GTK shows them. */
#pragma once

#include "library/library.h"
#include <gdk/gdk.h>

G_BEGIN_DECLS

/* Returns: (transfer full): shares the pixels; any thread */
GdkTexture *ink_pixels_to_texture (const InkPixels *pixels);

G_END_DECLS
