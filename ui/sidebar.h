/* sidebar.h: the folders and saved searches beside the photos. A folder that is chosen is a part of
 * the search: it narrows what is looked for, and its row is marked while it does.
 */
#pragma once

#include "query-book.h"
#include "search.h"
#include "session.h"

G_BEGIN_DECLS

#define INK_TYPE_SIDEBAR (ink_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (InkSidebar, ink_sidebar, INK, SIDEBAR, GtkWidget)

/* Signals:
 *   "chosen"  a row was activated; the photos are what the user wants to see now */

/* To be called once. */
void ink_sidebar_connect (InkSidebar *sidebar, InkSession *session, InkSearch *search,
                          InkQueryBook *book);

G_END_DECLS
