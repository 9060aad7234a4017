/* photo-actions.h: what other programs do with photos: open them, show them in their folder, take
 * their paths. Paths go to them as URIs or text, never through a shell. */
#pragma once

#include "photo-item.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Each ends with ink_photo_actions_finish(). @photos: (element-type InkPhotoItem) */

/* Opens one photo in the program that the user has set for its type. */
void ink_photo_actions_launch_async (GtkWidget *parent, InkPhotoItem *photo,
                                     GAsyncReadyCallback callback, gpointer data);

/* Shows the photos in the file manager, selected in their folder. */
void ink_photo_actions_show_in_files_async (GtkWidget *parent, GPtrArray *photos,
                                            GAsyncReadyCallback callback, gpointer data);

gboolean ink_photo_actions_finish (GAsyncResult *result, GError **error);

/* A line for each photo. */
void ink_photo_actions_copy_paths (GtkWidget *parent, GPtrArray *photos);

G_END_DECLS
