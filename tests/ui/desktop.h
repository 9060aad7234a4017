/* desktop.h: a desktop of its own for a test: an X server without a screen, a window manager, a
 * session bus with accessibility, an empty home folder; and hands to use it with. */
#pragma once

#include "accessible.h"

G_BEGIN_DECLS

typedef struct _Desktop Desktop;

/* @reason: (out) (transfer full): what is missing on this machine where it can't be had
 * Returns: (nullable) */
Desktop *desktop_new (char **reason);
void desktop_free (Desktop *desktop);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Desktop, desktop_free)

/* Of the user, empty at first; ends with the desktop. */
const char *desktop_get_home (Desktop *desktop);

/* Its session bus, to offer services on. Returns: (transfer none) */
GDBusConnection *desktop_get_bus (Desktop *desktop);

/* For all programs that are started from here on. @value: (nullable): %NULL to take it out */
void desktop_set_variable (Desktop *desktop, const char *name, const char *value);

/* Starts a program on it. @arguments: ended by %NULL. Returns: (transfer full) */
GSubprocess *desktop_run (Desktop *desktop, const char *const *arguments);

/* Runs xdotool and waits for it: desktop_do (desktop, "key", "Return", NULL). */
void desktop_do (Desktop *desktop, ...) G_GNUC_NULL_TERMINATED;

/* The colour of a point of the screen, 0xRRGGBB. Returns: %FALSE where this build can't tell */
gboolean desktop_get_pixel (Desktop *desktop, int x, int y, guint32 *colour);

/* Whether two such colours are one: a gesture may end a pixel beside where it was meant to. */
gboolean desktop_colours_are_near (guint32 a, guint32 b);

/* The window of this title, put at the left top with this size; waits until it is there.
 * Returns: its id, for xdotool */
char *
desktop_place_window (Desktop *desktop, const char *title, int x, int y, int width, int height);

/* What a screen reader sees. Returns: (transfer full) (element-type Accessible) */
GPtrArray *desktop_look (Desktop *desktop);

/* Looks until @seen is satisfied with what there is; ends the test with what was seen last where
 * that takes too long. @what: for the message */
typedef gboolean (*DesktopSeen) (GPtrArray *objects, gconstpointer data);
void desktop_wait (Desktop *desktop, const char *what, DesktopSeen seen, gconstpointer data);

/* Lets the main loop run for a moment. */
void desktop_pause (guint milliseconds);

G_END_DECLS
