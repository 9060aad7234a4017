/* camera-format.h: what a camera wrote, in words. Each returns (transfer full) (nullable) text,
 * %NULL where nothing is known. */
#pragma once

#include "library/library.h"

G_BEGIN_DECLS

/* "Maker Model 7"; the maker's name is not said twice. */
char *ink_format_camera (const InkCamera *camera);

/* "1/250 s · ƒ/2.8 · ISO 400 · 35 mm" */
char *ink_format_exposure (const InkCamera *camera);

/* "48.13734° N, 11.57500° E" */
char *ink_format_place (const InkCamera *camera);

/* "520 m above the sea" */
char *ink_format_altitude (const InkCamera *camera);

G_END_DECLS
