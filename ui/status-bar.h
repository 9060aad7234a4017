/* status-bar.h: the slim line at the bottom: what indexing does, or how much there is. */
#pragma once

#include "session.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define INK_TYPE_STATUS_BAR (ink_status_bar_get_type ())
G_DECLARE_FINAL_TYPE (InkStatusBar, ink_status_bar, INK, STATUS_BAR, GtkWidget)

void ink_status_bar_set_session (InkStatusBar *bar, InkSession *session);

/* What it says while nothing is being indexed. */
void ink_status_bar_set_summary (InkStatusBar *bar, const char *summary);

const char *ink_status_bar_get_summary (InkStatusBar *bar);

/* On a narrow window the text has the room of the slider. */
void ink_status_bar_set_narrow (InkStatusBar *bar, gboolean narrow);

/* For the slider, to be bound to the grid's. */
GtkAdjustment *ink_status_bar_get_zoom (InkStatusBar *bar);

G_END_DECLS
