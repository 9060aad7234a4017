/* hands.h: what a user does with a window, and sees of it, by the names that a screen reader says.
 */
#pragma once

#include "desktop.h"

G_BEGIN_DECLS

/* The first object whose name has @name in it, and whose role has @role in it. @role: (nullable)
 * Returns: (transfer none) (nullable) */
const Accessible *hands_find (GPtrArray *objects, const char *role, const char *name);

/* Waits until something of that name is there, or nothing any more. */
void hands_see (Desktop *desktop, const char *name);
void hands_see_no_more (Desktop *desktop, const char *name);

/* Presses a key, as xdotool names it. */
void hands_press (Desktop *desktop, const char *key);

/* Clicks at the middle of an object of a window that is at the left top of the screen. Waits for
 * it. */
void hands_click (Desktop *desktop, const char *role, const char *name);

G_END_DECLS
