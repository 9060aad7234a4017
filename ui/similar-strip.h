/* similar-strip.h: a strip of photos that look like another one. */
#pragma once

#include "result-model.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define INK_TYPE_SIMILAR_STRIP (ink_similar_strip_get_type ())
G_DECLARE_FINAL_TYPE (InkSimilarStrip, ink_similar_strip, INK, SIMILAR_STRIP, GtkWidget)

/* Signal "photo-activated" (guint position): of ink_similar_strip_get_results(). */

/* @library: (nullable) */
void ink_similar_strip_set_library (InkSimilarStrip *strip, InkLibrary *library);

/* Looks for what is like @photo, unless it shows that already; %NULL to let go. */
void ink_similar_strip_set_photo (InkSimilarStrip *strip, InkPhotoItem *photo);

/* What it shows; another list for each photo. Returns: (transfer none) */
InkResultModel *ink_similar_strip_get_results (InkSimilarStrip *strip);

G_END_DECLS
