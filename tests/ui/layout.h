/* layout.h: what must hold of every page, whatever its size, language and colours.
 *
 * Not a comparison with pictures of before, which would change with each font: rules on the tree of
 * widgets as GTK has laid it out, and on the pixels that it draws.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Ends the program unless, for every visible widget in @window: it lies within its parent; it has
 * the size that it says it needs; its text is not cut short; it does not lie over its neighbours;
 * it can be hit where it can be pressed.
 * @what: the page and the circumstances, for the message
 * @cut: whether text may end in an ellipsis: where there is little room for much */
void layout_check (GtkWidget *window, const char *what, gboolean cut);

/* Ends the program unless each text in @window stands out from what is behind it by a contrast of
 * @least or more, as WCAG 2 defines it: 1 for none, 21 for black on white. */
void layout_check_contrast (GtkWidget *window, const char *what, double least);

G_END_DECLS
