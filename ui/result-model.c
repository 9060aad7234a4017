/* result-model.c: what a search found, as a list model. */
#include "result-model.h"

struct _InkResultModel {
  GObject parent_instance;

  InkResults *results; /* nullable */
};

static GType
ink_result_model_get_item_type (GListModel *list)
{
  return INK_TYPE_PHOTO_ITEM;
}

static guint
ink_result_model_get_n_items (GListModel *list)
{
  return ink_result_model_get_count (INK_RESULT_MODEL (list));
}

static gpointer
ink_result_model_get_item (GListModel *list, guint position)
{
  return ink_result_model_get_photo (INK_RESULT_MODEL (list), position);
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = ink_result_model_get_item_type;
  iface->get_n_items = ink_result_model_get_n_items;
  iface->get_item = ink_result_model_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (InkResultModel, ink_result_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static void
ink_result_model_finalize (GObject *object)
{
  g_clear_pointer (&INK_RESULT_MODEL (object)->results, ink_results_free);
  G_OBJECT_CLASS (ink_result_model_parent_class)->finalize (object);
}

static void
ink_result_model_class_init (InkResultModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ink_result_model_finalize;
}

static void
ink_result_model_init (InkResultModel *self)
{
}

InkResultModel *
ink_result_model_new (void)
{
  return g_object_new (INK_TYPE_RESULT_MODEL, NULL);
}

void
ink_result_model_set_results (InkResultModel *self, InkResults *results)
{
  guint removed = ink_result_model_get_count (self);

  g_clear_pointer (&self->results, ink_results_free);
  self->results = results;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, removed, ink_result_model_get_count (self));
}

guint
ink_result_model_get_count (InkResultModel *self)
{
  return self->results ? self->results->hits->len : 0;
}

guint
ink_result_model_get_strong (InkResultModel *self)
{
  guint count = ink_result_model_get_count (self);

  if (!self->results || self->results->score_kind == INK_SCORE_NONE)
    return count;
  return MIN (self->results->strong, count);
}

static const InkHit *
hit_at (InkResultModel *self, guint position)
{
  return g_ptr_array_index (self->results->hits, position);
}

gint64
ink_result_model_get_id (InkResultModel *self, guint position)
{
  g_return_val_if_fail (position < ink_result_model_get_count (self), -1);
  return hit_at (self, position)->photo;
}

guint
ink_result_model_find (InkResultModel *self, gint64 id, guint near)
{
  guint count = ink_result_model_get_count (self);

  if (near < count && hit_at (self, near)->photo == id)
    return near;
  for (guint i = 0; i < count; i++)
    if (hit_at (self, i)->photo == id)
      return i;
  return G_MAXUINT;
}

InkPhotoItem *
ink_result_model_get_photo (InkResultModel *self, guint position)
{
  if (position >= ink_result_model_get_count (self))
    return NULL;
  return ink_photo_item_new (hit_at (self, position),
                             position < ink_result_model_get_strong (self));
}
