/* photo-commands.h: the actions "photo.…": what is done with the photo in the viewer or with those
 * selected in the grid, from menus and by keys. */
#pragma once

#include "browser.h"
#include "viewer.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define INK_TYPE_PHOTO_COMMANDS (ink_photo_commands_get_type ())
G_DECLARE_FINAL_TYPE (InkPhotoCommands, ink_photo_commands, INK, PHOTO_COMMANDS, GObject)

/* Signals:
 *   "open-wanted" (guint position)   in the viewer
 *   "close-wanted"                   the viewer is to make way for the grid
 *   "message" (char *)               what was done, or why it can't be */

/* Adds the actions to @window, whose parts are those given.
 * Returns: (transfer full): to be kept as long as the window */
InkPhotoCommands *
ink_photo_commands_new (GtkWidget *window, InkSession *session, InkBrowser *browser,
                        InkViewer *viewer, AdwToastOverlay *toasts);

/* The window closes: what can be undone no more is done. */
void ink_photo_commands_close (InkPhotoCommands *commands);

G_END_DECLS
