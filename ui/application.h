/* application.h: the program: one instance a user, its command line and its actions. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define INK_TYPE_APPLICATION (ink_application_get_type ())
G_DECLARE_FINAL_TYPE (InkApplication, ink_application, INK, APPLICATION, AdwApplication)

InkApplication *ink_application_new (void);

/* Keeps the program until indexing is done, though its window is closed. */
void ink_application_go_on_in_background (InkApplication *application);

/* Deletes the library, the caches and the settings when the program ends, which is soon. */
void ink_application_erase_at_end (InkApplication *application);

G_END_DECLS
