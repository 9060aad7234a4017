/* thumbnail-cache.h: thumbnails for the grid, loaded in worker threads.
 *
 * The grid says at each change which photos it wants, the most urgent first. That list replaces
 * the one before: what has scrolled away is no longer on it, so it is never begun, and a load
 * under way for it is cancelled where it takes long. What arrived is kept until a limit of bytes,
 * least recently wanted out first.
 */
#pragma once

#include "library/library.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define INK_TYPE_THUMBNAIL_CACHE (ink_thumbnail_cache_get_type ())
G_DECLARE_FINAL_TYPE (InkThumbnailCache, ink_thumbnail_cache, INK, THUMBNAIL_CACHE, GObject)

/* One of the photos that the grid wants. */
typedef struct {
  gint64 photo;
  guint64 content;     /* as InkHit.content */
  guint side;          /* of the cell, in device pixels */
  guint width, height; /* of the photo */
  gboolean visible;    /* else what the library keeps will do, however large the cell is */
} InkThumbnailRequest;

/* What there is of a photo. Surface and texture are both %NULL where it can't be shown. */
typedef struct {
  guint side;
  guint64 content;          /* of the photo when it was made */
  gboolean draft;           /* enlarged from what the library keeps, until a better one is made */
  cairo_surface_t *surface; /* where the renderer draws with cairo */
  GdkTexture *texture;      /* with any other */
} InkThumbnail;

/* @radius: of the corners, in pixels of a cell at @scale 1 */
InkThumbnailCache *ink_thumbnail_cache_new (double radius);

/* Signal "arrived" (gint64 photo): there is a thumbnail of this photo now, or another size of it.
 */

void ink_thumbnail_cache_set_library (InkThumbnailCache *cache, InkLibrary *library);

/**
 * InkThumbnailLoader:
 * @source: as given to ink_thumbnail_cache_set_loader()
 * @size: the longest side that is needed, in pixels
 *
 * Loads a picture; called in a worker thread, several at a time. Returns: (transfer full)
 */
typedef InkPixels *(*InkThumbnailLoader) (GObject *source, gint64 photo, guint size,
                                          GCancellable *cancellable, GError **error);

/* Something else than a library to load from. */
void ink_thumbnail_cache_set_loader (InkThumbnailCache *cache, InkThumbnailLoader loader,
                                     GObject *source);

/* Bytes of pixels to keep at most; set anew by ink_thumbnail_cache_set_renderer(). */
void ink_thumbnail_cache_set_limit (InkThumbnailCache *cache, gsize bytes);
gsize ink_thumbnail_cache_get_bytes (InkThumbnailCache *cache);

/**
 * ink_thumbnail_cache_set_renderer:
 *
 * Chooses the form of what is loaded from now on and how much of it is kept: surfaces are drawn
 * fastest by the cairo renderer; a GPU's renderer holds each texture twice, so it keeps fewer.
 */
void ink_thumbnail_cache_set_renderer (InkThumbnailCache *cache, GskRenderer *renderer, int scale);

/* Returns: (transfer none) (nullable): what there is, of whatever size; valid until the main loop
 * goes on */
const InkThumbnail *ink_thumbnail_cache_lookup (InkThumbnailCache *cache, gint64 photo);

/* @requests: instead of those before; the most urgent first. The last ones are left out where all
 * of them together would not fit into the cache. */
void ink_thumbnail_cache_want (InkThumbnailCache *cache, const InkThumbnailRequest *requests,
                               guint n_requests);

G_END_DECLS
