/* welcome-page.h: the first thing a person sees: what the program does, what it can't, and the
 * button that starts it. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define INK_TYPE_WELCOME_PAGE (ink_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (InkWelcomePage, ink_welcome_page, INK, WELCOME_PAGE, GtkWidget)

/* Signal "pictures-chosen" (GFile): the user's Pictures folder is to be added. */

G_END_DECLS
