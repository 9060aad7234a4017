/* folders-dialog.h: the folders of the library: how many photos each has, add, remove. */
#pragma once

#include "session.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shows the dialog. Its "Add Folders" is the action win.add-folders of @parent. */
void ink_folders_dialog_present (GtkWindow *parent, InkSession *session);

G_END_DECLS
