/* shell-search.h: photos in the overview of GNOME Shell (org.gnome.Shell.SearchProvider2).
 *
 * It reads the library and never writes: nothing is indexed because somebody typed a word into the
 * overview. What the shell is given are strong matches, by the photos' ids in the library.
 */
#pragma once

#include "library/library.h"

G_BEGIN_DECLS

typedef struct _InkShellSearch InkShellSearch;

/* Below the application's own object path. */
#define INK_SHELL_SEARCH_PATH "/io/github/inkling_app/Inkling/SearchProvider"

/**
 * InkShellSearchFuncs:
 * @get_library: the one that is open in this process; %NULL where none is, and then one is opened
 *     for reading
 * @open: shows what @text finds in the window; @photo: that photo of it, 0 for all.
 *     @timestamp: of the click that asked for it
 */
typedef struct {
  InkLibrary *(*get_library) (gpointer data);
  void (*open) (const char *text, gint64 photo, guint32 timestamp, gpointer data);
} InkShellSearchFuncs;

/* Answers on @connection until it is freed. @application: kept alive while a call is at work
 * @engine: how a library that it opens calculates */
InkShellSearch *ink_shell_search_new (GApplication *application, GDBusConnection *connection,
                                      const ClipOptions *engine, const InkShellSearchFuncs *funcs,
                                      gpointer data, GError **error);
void ink_shell_search_free (InkShellSearch *search);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkShellSearch, ink_shell_search_free)

/* Lets go of a library that it opened, when this process is about to open its own. */
void ink_shell_search_release (InkShellSearch *search);

G_END_DECLS
