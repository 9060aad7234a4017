/* suggestions.h: earlier queries under the search entry, to be taken by Down and Return or by a
 * click. The keyboard stays in the entry.
 */
#pragma once

#include "query-book.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define INK_TYPE_SUGGESTIONS (ink_suggestions_get_type ())
G_DECLARE_FINAL_TYPE (InkSuggestions, ink_suggestions, INK, SUGGESTIONS, GtkPopover)

/* @entry: the parent, which unparents it. Signal "taken" (char *text). */
GtkWidget *ink_suggestions_new (GtkWidget *entry);

/* Offers what goes with @text; hides where there is nothing. */
void ink_suggestions_offer (InkSuggestions *suggestions, InkQueryBook *book, const char *text);

/* What a key in the entry does here; FALSE where it is none of ours. */
gboolean ink_suggestions_handle_key (InkSuggestions *suggestions, guint key);

G_END_DECLS
