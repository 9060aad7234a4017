/* picture-loader.h: pictures for the viewer, loaded in threads.
 *
 * It is told which photo is looked at and which may be next. For each it gets the thumbnail, which
 * takes a moment, and a rendering of the window's size with what is known of the photo; the first
 * at once, the others after it, so that going to the next photo shows it without a wait.
 */
#pragma once

#include "photo-item.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define INK_TYPE_PICTURE_LOADER (ink_picture_loader_get_type ())
G_DECLARE_FINAL_TYPE (InkPictureLoader, ink_picture_loader, INK, PICTURE_LOADER, GObject)

/* What there is of a photo, each %NULL until it has come. */
typedef struct {
  GdkTexture *thumbnail;
  GdkTexture *picture;
  const InkView *facts; /* without pixels; comes with the picture */
  GError *error;        /* instead of the picture */
} InkLoadedPicture;

InkPictureLoader *ink_picture_loader_new (void);

/* Signal "arrived" (gint64 photo): there is more of this photo now. */

/* @library: (nullable) */
void ink_picture_loader_set_library (InkPictureLoader *loader, InkLibrary *library);

/**
 * ink_picture_loader_want:
 * @photos: (element-type InkPhotoItem): the one that is looked at, then those that may be next;
 *     what there is of any other is let go
 * @size: longer side of the rendering, in pixels
 */
void ink_picture_loader_want (InkPictureLoader *loader, GPtrArray *photos, guint size);

/* Returns: (nullable): %NULL for a photo that is not wanted; valid until the main loop goes on */
const InkLoadedPicture *ink_picture_loader_lookup (InkPictureLoader *loader, gint64 photo);

/* Another rendering of a photo, perhaps of a part. */
void ink_picture_loader_render_async (InkPictureLoader *loader, InkPhotoItem *photo,
                                      const InkViewRequest *request, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer data);

/* @request: (out) (optional): what was asked for. Returns: (transfer full) */
GdkTexture *ink_picture_loader_render_finish (InkPictureLoader *loader, GAsyncResult *result,
                                              InkViewRequest *request, GError **error);

G_END_DECLS
