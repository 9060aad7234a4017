/* environment.h: what the program finds around it: its own files, installed or in the build folder,
 * and what there is to draw with. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Binds the message catalogue; to be called before the first message. */
void ink_environment_init_locale (void);

/**
 * ink_environment_choose_renderer:
 *
 * Has GTK draw with cairo on a machine without a graphics processor, unless GSK_RENDERER says
 * otherwise; to be called before GTK is initialised. A software OpenGL costs the grid 46 ms for a
 * frame of scrolling that cairo draws in 2, nearly all of it in llvmpipe's pixel shaders, and
 * holds every texture twice.
 */
void ink_environment_choose_renderer (void);

/* Returns: (transfer full): what the window remembers */
GSettings *ink_environment_get_settings (void);

G_END_DECLS
