/* model-page.h: the page of the preferences with the models: which one looks at the photos, what is
 * known of each, and how another is taken.
 */
#pragma once

#include "session.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define INK_TYPE_MODEL_PAGE (ink_model_page_get_type ())
G_DECLARE_FINAL_TYPE (InkModelPage, ink_model_page, INK, MODEL_PAGE, AdwPreferencesPage)

/* To be called once. */
void ink_model_page_set_session (InkModelPage *page, InkSession *session);

G_END_DECLS
