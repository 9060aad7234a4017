/* failures-dialog.h: the files that could not be read, and why. */
#pragma once

#include "session.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

void ink_failures_dialog_present (GtkWindow *parent, InkSession *session);

G_END_DECLS
