/* result-model.h: what a search found, as a list of InkPhotoItem for the grid and the viewer. */
#pragma once

#include "photo-item.h"

G_BEGIN_DECLS

#define INK_TYPE_RESULT_MODEL (ink_result_model_get_type ())
G_DECLARE_FINAL_TYPE (InkResultModel, ink_result_model, INK, RESULT_MODEL, GObject)

InkResultModel *ink_result_model_new (void);

/* @results: (transfer full) (nullable) */
void ink_result_model_set_results (InkResultModel *model, InkResults *results);

guint ink_result_model_get_count (InkResultModel *model);

/* How many of the photos come before the weaker matches; all of them in a listing. */
guint ink_result_model_get_strong (InkResultModel *model);

/* The photo's id in the library. */
gint64 ink_result_model_get_id (InkResultModel *model, guint position);

/* Where a photo is; %GTK_INVALID_LIST_POSITION (G_MAXUINT) where it is not among the results.
 * @near: a position to look at first */
guint ink_result_model_find (InkResultModel *model, gint64 id, guint near);

/* Returns: (transfer full) (nullable) */
InkPhotoItem *ink_result_model_get_photo (InkResultModel *model, guint position);

G_END_DECLS
