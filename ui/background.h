/* background.h: indexing that goes on after the window was closed: the application is kept alive,
 * the desktop's Background portal is asked and told how far it has come, and a notification says
 * when all is done.
 */
#pragma once

#include "application.h"
#include "session.h"

G_BEGIN_DECLS

typedef struct _InkBackground InkBackground;

/* @done: (scope async): called once, after which the program may end; not after
 *     ink_background_free() */
InkBackground *ink_background_new (GApplication *application, InkSession *session,
                                   void (*done) (gpointer data), gpointer data);

/* The window is back, or the program ends: lets go of the application. */
void ink_background_free (InkBackground *background);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkBackground, ink_background_free)

G_END_DECLS
