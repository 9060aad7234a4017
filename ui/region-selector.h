/* region-selector.h: a rectangle that is drawn over a picture to search by that part of it.
 *
 * It lies over an InkPictureView and keeps to the picture when that is zoomed or turned. With the
 * pointer a new rectangle is drawn; the arrow keys move it, with Shift they make it larger or
 * smaller; Return or its button chooses.
 */
#pragma once

#include "picture-view.h"

G_BEGIN_DECLS

#define INK_TYPE_REGION_SELECTOR (ink_region_selector_get_type ())
G_DECLARE_FINAL_TYPE (InkRegionSelector, ink_region_selector, INK, REGION_SELECTOR, GtkWidget)

/* Signals: "chosen", "cancelled". */

/* Begins with a rectangle in the middle of what @view shows, and takes the keyboard. */
void ink_region_selector_begin (InkRegionSelector *selector, InkPictureView *view);
void ink_region_selector_end (InkRegionSelector *selector);
gboolean ink_region_selector_is_active (InkRegionSelector *selector);

/* Of the picture as it is stored, in fractions. */
InkRegion ink_region_selector_get_region (InkRegionSelector *selector);

G_END_DECLS
