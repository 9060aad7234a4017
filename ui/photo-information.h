/* photo-information.h: what is known of a photo: its file, its measures, how and where it was
 * taken.
 */
#pragma once

#include "photo-item.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define INK_TYPE_PHOTO_INFORMATION (ink_photo_information_get_type ())
G_DECLARE_FINAL_TYPE (InkPhotoInformation, ink_photo_information, INK, PHOTO_INFORMATION, GtkWidget)

/* @photo: (nullable): what the library knows of it is seen at once */
void ink_photo_information_set_photo (InkPhotoInformation *information, InkPhotoItem *photo);

/* @folders: (element-type InkFolder): the library's, which know where they are for the user */
void ink_photo_information_set_folders (InkPhotoInformation *information, GPtrArray *folders);

/* What decoding the photo told: the camera, the format. */
void ink_photo_information_set_facts (InkPhotoInformation *information, const InkView *facts);

G_END_DECLS
