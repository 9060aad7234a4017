/* viewer-start.h: Inkling on a desktop of its own with four pictures to look at, for the tests of
 * the viewer.
 */
#pragma once

#include "desktop.h"

G_BEGIN_DECLS

#define VIEWER_WIDTH 1100 /* of the window, at the left top */
#define VIEWER_HEIGHT 760

/* Their names, the newest first, as the grid has them. The first has an EXIF block. */
extern const char *const viewer_pictures[4];

/* Makes the pictures and starts the program with them.
 * @folder: to put them into
 * @accessible: whether it tells a screen reader
 * Returns: (transfer full) */
GSubprocess *viewer_start (Desktop *desktop, const char *folder, gboolean accessible);

G_END_DECLS
