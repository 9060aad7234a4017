/* status-page.h: an error as the text of a page. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Says why. A page's description is markup, and a message may name a file called “a & b”. */
void ink_status_page_set_reason (AdwStatusPage *page, const GError *error);

G_END_DECLS
