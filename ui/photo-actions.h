/* photo-actions.h: what other programs do with photos: open them, show them in their folder, take
 * their paths or their pixels. Paths go to them as URIs or text, never through a shell. */
#pragma once

#include "photo-item.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Each ends with ink_photo_actions_finish(). @photos: (element-type InkPhotoItem) */

/* Opens one photo in the program that the user has set for its type. */
void ink_photo_actions_launch_async (GtkWidget *parent, InkPhotoItem *photo,
                                     GAsyncReadyCallback callback, gpointer data);

/* Asks which program to open the photos with. */
void ink_photo_actions_open_with_async (GtkWidget *parent, GPtrArray *photos,
                                        GAsyncReadyCallback callback, gpointer data);

/* Shows the photos in the file manager, selected in their folder. */
void ink_photo_actions_show_in_files_async (GtkWidget *parent, GPtrArray *photos,
                                            GAsyncReadyCallback callback, gpointer data);

/* The same for one file that need not be a photo of the library. */
void ink_photo_actions_show_file_async (GtkWidget *parent, GFile *file,
                                        GAsyncReadyCallback callback, gpointer data);

/* Has the file manager show the photos' properties. */
void ink_photo_actions_show_properties_async (GtkWidget *parent, GPtrArray *photos,
                                              GAsyncReadyCallback callback, gpointer data);

gboolean ink_photo_actions_finish (GAsyncResult *result, GError **error);

/* Puts the photos on the clipboard; see ink_picture_content_new(). */
void ink_photo_actions_copy (GtkWidget *parent, InkLibrary *library, GPtrArray *photos);

/* A line for each photo. @folders: (element-type InkFolder): the library's */
void
ink_photo_actions_copy_paths (GtkWidget *parent, const GPtrArray *folders, GPtrArray *photos);

G_END_DECLS
