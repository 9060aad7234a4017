/* thumbnail-cache.h: thumbnails for the grid, loaded in worker threads.
 *
 * The grid says at each change which photos it wants, the most urgent first. That list replaces
 * the one before: what has scrolled away is no longer on it, so it is never begun, and a load
 * under way for it is cancelled where it takes long. What arrived is kept until a limit of bytes,
 * least recently drawn out first.
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
  guint side;          /* of the cell, in device pixels */
  guint width, height; /* of the photo */
} InkThumbnailRequest;

/* What there is of a photo. Surface and texture are both %NULL where it can't be shown. */
typedef struct {
  guint side;
  cairo_surface_t *surface; /* where the renderer draws with cairo */
  GdkTexture *texture;      /* with any other */
} InkThumbnail;

/* @radius: of the corners, in pixels of a cell at @scale 1 */
InkThumbnailCache *ink_thumbnail_cache_new (double radius);

/* Signal "arrived" (gint64 photo): there is a thumbnail of this photo now, or another size of it.
 */

void ink_thumbnail_cache_set_library (InkThumbnailCache *cache, InkLibrary *library);

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

void ink_thumbnail_cache_want (InkThumbnailCache *cache, const InkThumbnailRequest *requests,
                               guint n_requests);

G_END_DECLS
