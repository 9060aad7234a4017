/* browser.h: the page with the search entry and the grid: what the window shows most of the time.
 *
 * Which of its pages is seen (welcome, loading, an error, nothing found, the grid) follows from
 * the state of the session and the search; one function decides it.
 */
#pragma once

#include "photo-grid.h"
#include "search.h"
#include "session.h"

G_BEGIN_DECLS

#define INK_TYPE_BROWSER (ink_browser_get_type ())
G_DECLARE_FINAL_TYPE (InkBrowser, ink_browser, INK, BROWSER, GtkWidget)

/* Signals: "photo-activated" (guint position); "pictures-chosen" (GFile), the folder that the
 * welcome page offers. */

void ink_browser_set_session (InkBrowser *browser, InkSession *session);
InkSearch *ink_browser_get_search (InkBrowser *browser);
InkPhotoGrid *ink_browser_get_grid (InkBrowser *browser);

/* The keyboard goes to the search entry, and what is in it is selected. */
void ink_browser_focus_entry (InkBrowser *browser);

void ink_browser_toggle_sidebar (InkBrowser *browser);

/* Empties the search; back to the newest photos. */
void ink_browser_clear (InkBrowser *browser);

G_END_DECLS
