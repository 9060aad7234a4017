/* result-model.c: what a search found, as a list model. */
#include "result-model.h"

/* More hits than this are freed in a thread: it takes longer than a frame. */
#define MANY_HITS 2000

/* Hits lie about in memory: each is asked for so long before its turn. */
#define AHEAD 16

/* A group whose members are shown. */
typedef struct {
  guint hit;    /* its head */
  guint extra;  /* members besides the head */
  guint before; /* members that open groups before it show */
} OpenGroup;

struct _InkResultModel {
  GObject parent_instance;

  InkResults *results; /* nullable */
  GArray *open;        /* OpenGroup, in the order of their heads */
  GArray *ids;         /* gint64, by position */
  guint photos[2];     /* that were found, members of all groups with them: strong ones, all */
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

/* ---- Hits and positions -------------------------------------------------------------------- */

static guint
count_hits (InkResultModel *self)
{
  return self->results ? self->results->hits->len : 0;
}

static guint
count_strong_hits (InkResultModel *self)
{
  guint hits = count_hits (self);

  if (!self->results || self->results->score_kind == INK_SCORE_NONE)
    return hits;
  return MIN (self->results->strong, hits);
}

static const InkHit *
hit_at (InkResultModel *self, guint hit)
{
  return g_ptr_array_index (self->results->hits, hit);
}

static guint
count_members (const InkHit *hit)
{
  return hit->duplicates ? hit->duplicates->len : 0;
}

static OpenGroup *
open_group (InkResultModel *self, guint index)
{
  return &g_array_index (self->open, OpenGroup, index);
}

/* The number of open groups whose heads come before a hit. */
static guint
count_open_before (InkResultModel *self, guint hit)
{
  guint low = 0, high = self->open->len;

  while (low < high) {
    guint middle = (low + high) / 2;
    if (open_group (self, middle)->hit < hit)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static guint
position_of_hit (InkResultModel *self, guint hit)
{
  guint before = count_open_before (self, hit);

  if (before == 0)
    return hit;
  const OpenGroup *last = open_group (self, before - 1);
  return hit + last->before + last->extra;
}

/* @member: (out): 0 for the hit itself, else which of its members counted from 1 */
static guint
hit_of_position (InkResultModel *self, guint position, guint *member)
{
  guint low = 0, high = self->open->len;

  /* How many open groups have their heads at or before the position. */
  while (low < high) {
    guint middle = (low + high) / 2;
    const OpenGroup *group = open_group (self, middle);
    if (group->hit + group->before <= position)
      low = middle + 1;
    else
      high = middle;
  }
  *member = 0;
  if (low == 0)
    return position;

  const OpenGroup *group = open_group (self, low - 1);
  guint beyond = position - group->hit - group->before;
  if (beyond > group->extra)
    return position - group->before - group->extra;
  *member = beyond;
  return group->hit;
}

/* ---- Changes ------------------------------------------------------------------------------- */

/* The ids by position, from the hits and the open groups. Counts the photos on the way: with a
 * million of them, walking over the hits is what takes the time. */
static GArray *
make_ids (InkResultModel *self)
{
  guint n = count_hits (self), strong = count_strong_hits (self), next = 0;
  GArray *ids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), n);

  self->photos[FALSE] = self->photos[TRUE] = 0;
  for (guint i = 0; i < n; i++) {
    const InkHit *hit = hit_at (self, i);
    guint members = count_members (hit);
    if (i + AHEAD < n) {
      __builtin_prefetch (&hit_at (self, i + AHEAD)->photo);
      __builtin_prefetch (&hit_at (self, i + AHEAD)->duplicates);
    }
    self->photos[TRUE] += 1 + members;
    if (i < strong)
      self->photos[FALSE] += 1 + members;
    g_array_append_val (ids, hit->photo);
    if (next == self->open->len || open_group (self, next)->hit != i)
      continue;
    next++;
    for (guint member = 0; member < members; member++)
      g_array_append_val (ids, ((const InkHit *)hit->duplicates->pdata[member])->photo);
  }
  return ids;
}

static void
count_before (InkResultModel *self)
{
  guint before = 0;

  for (guint i = 0; i < self->open->len; i++) {
    open_group (self, i)->before = before;
    before += open_group (self, i)->extra;
  }
}

/* Takes the ids as they are now and tells of what lies between the ends that are as before. */
static void
renew_ids (InkResultModel *self)
{
  g_autoptr (GArray) old = self->ids;
  guint first = 0, last = 0;

  self->ids = make_ids (self);
  guint shorter = MIN (old->len, self->ids->len);
  const gint64 *was = (const gint64 *)(gpointer)old->data;
  const gint64 *is = (const gint64 *)(gpointer)self->ids->data;
  while (first < shorter && was[first] == is[first])
    first++;
  while (last < shorter - first && was[old->len - 1 - last] == is[self->ids->len - 1 - last])
    last++;
  g_list_model_items_changed (G_LIST_MODEL (self), first, old->len - first - last,
                              self->ids->len - first - last);
}

static void
free_results_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  ink_results_free (data);
  g_task_return_boolean (task, TRUE);
}

static void
put_away (InkResults *results)
{
  if (!results || results->hits->len < MANY_HITS) {
    ink_results_free (results);
    return;
  }
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_task_data (task, results, NULL);
  g_task_run_in_thread (task, free_results_thread);
}

/* The heads of the open groups, as ids. Returns: (transfer full) (nullable) */
static GHashTable *
get_open_heads (InkResultModel *self)
{
  if (self->open->len == 0)
    return NULL;
  GHashTable *heads = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = 0; i < self->open->len; i++) {
    gint64 id = hit_at (self, open_group (self, i)->hit)->photo;
    g_hash_table_add (heads, g_memdup2 (&id, sizeof id));
  }
  return heads;
}

void
ink_result_model_set_results (InkResultModel *self, InkResults *results)
{
  g_autoptr (GHashTable) heads = get_open_heads (self);
  InkResults *old = self->results;

  self->results = results;
  g_array_set_size (self->open, 0);
  for (guint i = 0; heads && i < count_hits (self); i++) {
    OpenGroup group = {.hit = i, .extra = count_members (hit_at (self, i))};
    if (group.extra > 0 && g_hash_table_contains (heads, &hit_at (self, i)->photo))
      g_array_append_val (self->open, group);
  }
  count_before (self);
  renew_ids (self);
  put_away (old);
}

gboolean
ink_result_model_is_group_open (InkResultModel *self, guint head)
{
  guint member, hit = hit_of_position (self, head, &member), index = count_open_before (self, hit);

  return index < self->open->len && open_group (self, index)->hit == hit;
}

void
ink_result_model_set_group_open (InkResultModel *self, guint head, gboolean open)
{
  guint member;

  g_return_if_fail (head < ink_result_model_get_count (self));
  guint hit = hit_of_position (self, head, &member), index = count_open_before (self, hit);
  OpenGroup group = {.hit = hit, .extra = count_members (hit_at (self, hit))};
  if (group.extra == 0 || open == ink_result_model_is_group_open (self, head))
    return;

  if (open)
    g_array_insert_val (self->open, index, group);
  else
    g_array_remove_index (self->open, index);
  count_before (self);
  renew_ids (self);
}

/* ---- The object ---------------------------------------------------------------------------- */

static void
ink_result_model_finalize (GObject *object)
{
  InkResultModel *self = INK_RESULT_MODEL (object);

  put_away (self->results);
  g_array_unref (self->open);
  g_array_unref (self->ids);
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
  self->open = g_array_new (FALSE, FALSE, sizeof (OpenGroup));
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
}

InkResultModel *
ink_result_model_new (void)
{
  return g_object_new (INK_TYPE_RESULT_MODEL, NULL);
}

guint
ink_result_model_get_count (InkResultModel *self)
{
  return self->ids->len;
}

guint
ink_result_model_get_strong (InkResultModel *self)
{
  return position_of_hit (self, count_strong_hits (self));
}

guint
ink_result_model_count_photos (InkResultModel *self, gboolean weak_too)
{
  return self->photos[weak_too];
}

gint64
ink_result_model_get_id (InkResultModel *self, guint position)
{
  g_return_val_if_fail (position < self->ids->len, -1);
  return g_array_index (self->ids, gint64, position);
}

GArray *
ink_result_model_get_ids (InkResultModel *self)
{
  return self->ids;
}

guint
ink_result_model_find (InkResultModel *self, gint64 id, guint near)
{
  const gint64 *ids = (const gint64 *)(gpointer)self->ids->data;

  if (near < self->ids->len && ids[near] == id)
    return near;
  for (guint i = 0; i < self->ids->len; i++)
    if (ids[i] == id)
      return i;
  return G_MAXUINT;
}

guint
ink_result_model_get_group (InkResultModel *self, guint position, guint *head)
{
  guint member;

  if (position >= self->ids->len)
    return 0;
  guint hit = hit_of_position (self, position, &member);
  guint members = count_members (hit_at (self, hit));
  *head = position - member;
  return members > 0 ? members + 1 : 0;
}

const InkHit *
ink_result_model_get_hit (InkResultModel *self, guint position)
{
  guint member;

  g_return_val_if_fail (position < self->ids->len, NULL);
  const InkHit *hit = hit_at (self, hit_of_position (self, position, &member));
  return member > 0 ? g_ptr_array_index (hit->duplicates, member - 1) : hit;
}

InkPhotoItem *
ink_result_model_get_photo (InkResultModel *self, guint position)
{
  if (position >= self->ids->len)
    return NULL;
  return ink_photo_item_new (ink_result_model_get_hit (self, position),
                             position < ink_result_model_get_strong (self));
}
