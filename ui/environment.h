/* environment.h: where the window's own files are, installed or in the build folder. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Binds the message catalogue; to be called before the first message. */
void ink_environment_init_locale (void);

/* Returns: (transfer full): what the window remembers */
GSettings *ink_environment_get_settings (void);

G_END_DECLS
