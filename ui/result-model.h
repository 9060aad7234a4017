/* result-model.h: what a search found, as a list of InkPhotoItem for the grid and the viewer.
 *
 * A position counts what is shown: the hits in their order, and after the head of each group that
 * is open its other members. Items are made on demand: a model of a million photos has no million
 * objects.
 */
#pragma once

#include "photo-item.h"

G_BEGIN_DECLS

#define INK_TYPE_RESULT_MODEL (ink_result_model_get_type ())
G_DECLARE_FINAL_TYPE (InkResultModel, ink_result_model, INK, RESULT_MODEL, GObject)

InkResultModel *ink_result_model_new (void);

/**
 * ink_result_model_set_results:
 * @results: (transfer full) (nullable)
 *
 * Groups that were open stay open where their head is still there. "items-changed" tells of as few
 * positions as have changed.
 */
void ink_result_model_set_results (InkResultModel *model, InkResults *results);

guint ink_result_model_get_count (InkResultModel *model);

/* How many positions come before the weaker matches; all of them in a listing. */
guint ink_result_model_get_strong (InkResultModel *model);

/* How many photos were found in all, or before the weaker matches: whatever groups are open. */
guint ink_result_model_count_photos (InkResultModel *model, gboolean weak_too);

/* The photo's id in the library. */
gint64 ink_result_model_get_id (InkResultModel *model, guint position);

/* The ids in the order of positions. The array does not change: after "items-changed" there is
 * another. Returns: (transfer none) (element-type gint64) */
GArray *ink_result_model_get_ids (InkResultModel *model);

/* Where a photo is; %GTK_INVALID_LIST_POSITION (G_MAXUINT) where it is not among the positions.
 * @near: a position to look at first */
guint ink_result_model_find (InkResultModel *model, gint64 id, guint near);

/* Returns: (transfer none): valid until the results change */
const InkHit *ink_result_model_get_hit (InkResultModel *model, guint position);

/* Returns: (transfer full) (nullable) */
InkPhotoItem *ink_result_model_get_photo (InkResultModel *model, guint position);

/* The group that a position belongs to, as its head or, while it is open, as a member.
 * @head: (out): position of its head
 * Returns: the number of photos in it, 0 for a photo on its own */
guint ink_result_model_get_group (InkResultModel *model, guint position, guint *head);

gboolean ink_result_model_is_group_open (InkResultModel *model, guint head);
void ink_result_model_set_group_open (InkResultModel *model, guint head, gboolean open);

G_END_DECLS
