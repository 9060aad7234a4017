/* window.h: the one window: the browser, the viewer, and what both have in common. */
#pragma once

#include "application.h"
#include "session.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define INK_TYPE_WINDOW (ink_window_get_type ())
G_DECLARE_FINAL_TYPE (InkWindow, ink_window, INK, WINDOW, AdwApplicationWindow)

GtkWidget *ink_window_new (InkApplication *application, InkSession *session);

/* What the program is to open: folders join the library, pictures are searched by.
 * @files: (array length=n_files) */
void ink_window_open_files (InkWindow *window, GFile *const *files, guint n_files);

/* Shows what @text finds; @photo: and that photo of it over the whole window, 0 for none. */
void ink_window_search (InkWindow *window, const char *text, gint64 photo);

/* A short message at the bottom that goes away by itself. */
void ink_window_show_message (InkWindow *window, const char *message);

G_END_DECLS
