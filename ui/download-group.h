/* download-group.h: what is being downloaded, with its progress and what can be done about it; seen
 * only while there is something.
 */
#pragma once

#include "model-download.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define INK_TYPE_DOWNLOAD_GROUP (ink_download_group_get_type ())
G_DECLARE_FINAL_TYPE (InkDownloadGroup, ink_download_group, INK, DOWNLOAD_GROUP,
                      AdwPreferencesGroup)

/* To be called once. */
void ink_download_group_set_download (InkDownloadGroup *group, InkModelDownload *download);

G_END_DECLS
