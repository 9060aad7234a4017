/* run-write.c: the last stage: what was found out goes into the store. */
#include "index/run.h"

#include "base/error.h"
#include "store/embeddings.h"

/* Photos that are removed in one transaction. */
#define REMOVE_BATCH 1000

static gboolean
put_embedding (InkRun *run, gint64 photo, const float *embedding, GError **error)
{
  const ClipModelInfo *info = clip_model_get_info (run->job->model);

  return ink_store_put_embedding (run->job->store, photo, run->job->space, embedding, info->dims,
                                  clip_precision_to_string (info->precision), error);
}

static gboolean
move (InkRun *run, const InkRunItem *item, GHashTable *moved, GError **error)
{
  g_hash_table_add (moved, g_memdup2 (&item->twin->id, sizeof item->twin->id));
  return ink_store_move_photo (run->job->store, item->twin->id, item->folder->id, item->path,
                               &item->stamp, error);
}

static gboolean
write_new (InkRun *run, InkRunItem *item, GHashTable *moved, GError **error)
{
  InkDecoded *decoded = item->decoded;
  InkPhoto photo = {
      .folder = item->folder->id,
      .path = item->path,
      .stamp = item->stamp,
      .content_key = decoded->content_key,
      .state = INK_PHOTO_OK,
      .width = decoded->width,
      .height = decoded->height,
      .orientation = decoded->orientation,
      .type = decoded->type,
      .taken = decoded->taken,
      .phash = decoded->phash,
      .colour = decoded->colour,
  };
  gint64 id;

  if (item->twin && !g_hash_table_contains (moved, &item->twin->id) &&
      !move (run, item, moved, error))
    return FALSE;
  return ink_store_put_photo (run->job->store, &photo, &id, error) &&
         put_embedding (run, id, item->embedding, error);
}

/* The twin's facts and embedding, at another place. */
static gboolean
write_copy (InkRun *run, const InkRunItem *item, GError **error)
{
  InkPhoto photo = *item->twin;
  gint64 id;

  photo.folder = item->folder->id;
  photo.path = item->path;
  photo.stamp = item->stamp;
  return ink_store_put_photo (run->job->store, &photo, &id, error) &&
         put_embedding (run, id, item->embedding, error);
}

static gboolean
write_item (InkRun *run, InkRunItem *item, GHashTable *moved, GError **error)
{
  InkStore *store = run->job->store;

  /* Two files can't both be the one that moved. */
  if (item->work == INK_WORK_MOVE && g_hash_table_contains (moved, &item->twin->id))
    item->work = INK_WORK_COPY;
  switch (item->work) {
  case INK_WORK_NEW:
    return write_new (run, item, moved, error);
  case INK_WORK_TOUCH:
    return ink_store_touch_photo (store, item->twin->id, &item->stamp, error);
  case INK_WORK_MOVE:
    return move (run, item, moved, error);
  case INK_WORK_COPY:
    return write_copy (run, item, error);
  case INK_WORK_FAILED:
    return ink_store_mark_failed (store, item->folder->id, item->path, &item->stamp,
                                  INK_PHOTO_FAILED, ink_error_code (item->error),
                                  item->error->message, error);
  case INK_WORK_UNSUPPORTED:
    return ink_store_mark_failed (store, item->folder->id, item->path, &item->stamp,
                                  INK_PHOTO_UNSUPPORTED, NULL, NULL, error);
  case INK_WORK_GONE:
    return TRUE;
  }
  return TRUE;
}

static void
count_item (InkRun *run, const InkRunItem *item)
{
  switch (item->work) {
  case INK_WORK_NEW:
  case INK_WORK_COPY:
    INK_RUN_COUNT (run, indexed, 1);
    break;
  case INK_WORK_TOUCH:
    INK_RUN_COUNT (run, unchanged, 1);
    break;
  case INK_WORK_MOVE:
    INK_RUN_COUNT (run, moved, 1);
    break;
  case INK_WORK_FAILED:
    INK_RUN_COUNT (run, failed, 1);
    break;
  case INK_WORK_UNSUPPORTED:
    return; /* is no picture, and was not counted as work */
  case INK_WORK_GONE:
    break;
  }
  INK_RUN_COUNT (run, done, 1);
}

gboolean
ink_run_write (InkRun *run, const GPtrArray *items, GHashTable *moved, GError **error)
{
  if (!ink_store_begin (run->job->store, error))
    return FALSE;
  for (guint i = 0; i < items->len; i++)
    if (!write_item (run, items->pdata[i], moved, error)) {
      ink_store_rollback (run->job->store);
      return FALSE;
    }
  if (!ink_store_commit (run->job->store, error))
    return FALSE;
  for (guint i = 0; i < items->len; i++)
    count_item (run, items->pdata[i]);
  return TRUE;
}

/* Removes photos number @from to before @to of the vanished ones, but for those that moved. */
static gboolean
remove_batch (InkRun *run, guint from, guint to, GHashTable *moved, GError **error)
{
  guint removed = 0;

  if (!ink_store_begin (run->job->store, error))
    return FALSE;
  for (guint i = from; i < to; i++) {
    gint64 id = g_array_index (run->vanished, gint64, i);

    if (g_hash_table_contains (moved, &id))
      continue;
    if (!ink_store_remove_photo (run->job->store, id, error)) {
      ink_store_rollback (run->job->store);
      return FALSE;
    }
    removed++;
  }
  if (!ink_store_commit (run->job->store, error))
    return FALSE;
  INK_RUN_COUNT (run, removed, removed);
  return TRUE;
}

gboolean
ink_run_remove (InkRun *run, GHashTable *moved, GError **error)
{
  for (guint i = 0; i < run->vanished->len; i += REMOVE_BATCH)
    if (!remove_batch (run, i, MIN (i + REMOVE_BATCH, run->vanished->len), moved, error))
      return FALSE;
  return TRUE;
}
