/* preferences.h: the preferences: folders, indexing, model, privacy. */
#pragma once

#include "session.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @page: (nullable): the name of the page to begin with: "folders", "indexing", "model" or
 *     "privacy" */
void ink_preferences_present (GtkWindow *parent, InkSession *session, const char *page);

G_END_DECLS
