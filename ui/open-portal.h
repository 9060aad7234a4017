/* open-portal.h: other programs, where a sandbox hides them: the desktop's portal opens files, asks
 * which program to open them with, and shows them in their folder. It is given descriptors, so that
 * it need not know the sandbox's paths. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  INK_OPEN_WITH,      /* the user is asked which program */
  INK_OPEN_DIRECTORY, /* selected in its folder, in the file manager */
} InkOpenHow;

/* Whether this program runs where other programs are reached through portals only. */
gboolean ink_open_portal_is_needed (void);

/* @bus: a session bus. Ends when the portal has taken the file; what the user then chooses is not
 * told. */
void ink_open_portal_open_async (GDBusConnection *bus, GFile *file, InkOpenHow how,
                                 GAsyncReadyCallback callback, gpointer data);
gboolean ink_open_portal_open_finish (GAsyncResult *result, GError **error);

G_END_DECLS
