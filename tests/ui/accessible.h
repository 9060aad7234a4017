/* accessible.h: reads a window as a screen reader does, over AT-SPI.
 *
 * What these tests see is what a blind user gets: names, roles and places, not the program's
 * insides. Calls block; each goes to the program under test.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One object of the accessibility tree. */
typedef struct {
  char *bus; /* name of the program on the accessibility bus */
  char *path;
  char *name;
  char *role;              /* "table cell", "push button", … */
  int x, y, width, height; /* in the window */
  gboolean focused, selected;
  gboolean expandable, expanded;
} Accessible;

void accessible_free (Accessible *accessible);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Accessible, accessible_free)

/* The accessibility bus that belongs to a session bus. */
GDBusConnection *accessible_connect (GDBusConnection *session, GError **error);

/* Every visible object in all programs' windows, in the order of the tree. Pages of a stack that
 * are not in front may be among them: GTK 4.8 does not tell.
 * Returns: (transfer full) (element-type Accessible) */
GPtrArray *accessible_list (GDBusConnection *bus);

G_END_DECLS
