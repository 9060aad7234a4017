/* colour.h: any picture as 8-bit sRGB without transparency. */
#pragma once

#include "decoder/vips-compat.h"

G_BEGIN_DECLS

/* Applies the embedded colour profile, if there is a usable one, and lays transparency on white.
 * Returns: (transfer full): three bands of unsigned bytes */
VipsImage *ink_colour_to_srgb (VipsImage *image, GError **error);

G_END_DECLS
