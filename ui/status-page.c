/* status-page.c: an error as the text of a page. */
#include "status-page.h"

void
ink_status_page_set_reason (AdwStatusPage *page, const GError *error)
{
  g_autofree char *text = g_markup_escape_text (error->message, -1);

  adw_status_page_set_description (page, text);
}
