/* folders-page.h: the page of the preferences with the folders of the library. */
#pragma once

#include "session.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define INK_TYPE_FOLDERS_PAGE (ink_folders_page_get_type ())
G_DECLARE_FINAL_TYPE (InkFoldersPage, ink_folders_page, INK, FOLDERS_PAGE, AdwPreferencesPage)

/* To be called once. */
void ink_folders_page_set_session (InkFoldersPage *page, InkSession *session);

G_END_DECLS
