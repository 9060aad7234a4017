/* run-write.c: the last stage: what was found out goes into the store, and those who follow are
 * told of it. */
#include "index/run.h"

#include "base/error.h"
#include "decode/thumbnails.h"
#include "store/embeddings.h"
#include "store/places.h"

/* Photos that are removed in one transaction. */
#define REMOVE_BATCH 1000

/* Where more photos of a folder than this are not found in one run, something else may be wrong
 * than that they were deleted: they are kept for so long. */
#define SUDDEN 200
#define GRACE_SECONDS (7 * 24 * 3600)

static gboolean
put_embeddings (InkRun *run, gint64 photo, const InkRunItem *item, GError **error)
{
  const ClipModelInfo *info = clip_model_get_info (run->job->model);

  return ink_store_put_embeddings (run->job->store, photo, run->job->space, item->embeddings,
                                   item->n_embeddings, info->dims,
                                   clip_precision_to_string (info->precision), error);
}

static gboolean
move (InkRun *run, const InkRunItem *item, GHashTable *moved, GError **error)
{
  InkStore *store = run->job->store;

  g_hash_table_add (moved, g_memdup2 (&item->twin->id, sizeof item->twin->id));
  return ink_store_move_photo (store, item->twin->id, item->folder->id, item->path, &item->stamp,
                               error) &&
         ink_store_clear_missing (store, item->twin->id, error);
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
         put_embeddings (run, id, item, error);
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
         put_embeddings (run, id, item, error);
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

/* ---- Thumbnails -------------------------------------------------------------------------- */

/* Adds the content key of a photo that is about to go or to change. */
static void
note_key (const InkPhoto *photo, GByteArray *keys)
{
  if (photo && photo->content_key)
    g_byte_array_append (keys, photo->content_key, INK_CONTENT_KEY_SIZE);
}

/* The thumbnails of content that no photo has any more go. */
static void
remove_thumbnails (InkRun *run, const GByteArray *keys)
{
  for (guint i = 0; i < keys->len; i += INK_CONTENT_KEY_SIZE) {
    g_autoptr (GError) error = NULL;
    gboolean has = TRUE;

    if (!ink_store_has_content (run->job->store, keys->data + i, &has, &error) ||
        (!has && !ink_thumbnails_remove (keys->data + i, &error)))
      g_debug ("A thumbnail stays: %s", error->message);
  }
}

/* The key of the photo that @item will change, if it is known. */
static void
note_item_key (InkRun *run, const InkRunItem *item, GByteArray *keys)
{
  g_autofree char *path = NULL;
  g_autoptr (InkPhoto) photo = NULL;

  if (item->work != INK_WORK_NEW && item->work != INK_WORK_FAILED)
    return;
  path = ink_run_item_get_path (item);
  photo = ink_store_find_photo (run->job->store, path, NULL);
  note_key (photo, keys);
}

/* ---- Events ------------------------------------------------------------------------------ */

static void
tell (InkRun *run, InkIndexEventKind kind, const char *path, const char *from, const GError *error)
{
  InkIndexEvent event = {kind, path, from, error};

  if (run->job->event)
    run->job->event (&event, run->job->event_data);
}

static void
tell_item (InkRun *run, const InkRunItem *item)
{
  g_autofree char *path = ink_run_item_get_path (item);
  g_autofree char *from = NULL;

  switch (item->work) {
  case INK_WORK_NEW:
  case INK_WORK_COPY:
    tell (run, INK_EVENT_INDEXED, path, NULL, NULL);
    break;
  case INK_WORK_MOVE:
    from = ink_photo_get_path (item->twin);
    tell (run, INK_EVENT_MOVED, path, from, NULL);
    break;
  case INK_WORK_FAILED:
    tell (run, INK_EVENT_FAILED, path, NULL, item->error);
    break;
  case INK_WORK_TOUCH:
  case INK_WORK_UNSUPPORTED:
  case INK_WORK_GONE:
    break;
  }
}

gboolean
ink_run_write (InkRun *run, const GPtrArray *items, GHashTable *moved, GError **error)
{
  g_autoptr (GByteArray) keys = g_byte_array_new ();

  if (!ink_store_begin (run->job->store, error))
    return FALSE;
  for (guint i = 0; i < items->len; i++) {
    note_item_key (run, items->pdata[i], keys);
    if (!write_item (run, items->pdata[i], moved, error)) {
      ink_store_rollback (run->job->store);
      return FALSE;
    }
  }
  if (!ink_store_commit (run->job->store, error))
    return FALSE;
  remove_thumbnails (run, keys);
  for (guint i = 0; i < items->len; i++) {
    count_item (run, items->pdata[i]);
    tell_item (run, items->pdata[i]);
  }
  return TRUE;
}

/* ---- What is lost ------------------------------------------------------------------------ */

static gboolean
has_just_vanished (const InkRunLost *lost, GHashTable *moved)
{
  return !lost->left_out && lost->missing_since == 0 && !g_hash_table_contains (moved, &lost->id);
}

/* Counts, for each folder, the photos that were still there in the last run. */
static GHashTable *
count_vanished (const InkRun *run, GHashTable *moved)
{
  GHashTable *counts = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < run->lost->len; i++) {
    const InkRunLost *lost = &g_array_index (run->lost, InkRunLost, i);
    gpointer folder = (gpointer)lost->folder;
    guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, folder));

    if (has_just_vanished (lost, moved))
      g_hash_table_insert (counts, folder, GUINT_TO_POINTER (n + 1));
  }
  return counts;
}

/* Whether a lost photo is to be kept for now. */
static gboolean
has_grace (const InkRun *run, const InkRunLost *lost, GHashTable *counts, gint64 now)
{
  if (lost->left_out || run->job->forget_missing)
    return FALSE;
  if (lost->missing_since)
    return now - lost->missing_since < GRACE_SECONDS;
  return GPOINTER_TO_UINT (g_hash_table_lookup (counts, (gpointer)lost->folder)) > SUDDEN;
}

/* What is done about lost photos in one transaction, and told after it. */
typedef struct {
  GPtrArray *removed, *missing; /* absolute paths */
  GByteArray *keys;             /* of the removed ones */
} Losses;

static void
losses_init (Losses *losses)
{
  losses->removed = g_ptr_array_new_with_free_func (g_free);
  losses->missing = g_ptr_array_new_with_free_func (g_free);
  losses->keys = g_byte_array_new ();
}

static void
losses_clear (Losses *losses)
{
  g_ptr_array_unref (losses->removed);
  g_ptr_array_unref (losses->missing);
  g_byte_array_unref (losses->keys);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Losses, losses_clear)

static gboolean
write_loss (InkRun *run, const InkRunLost *lost, gboolean keep, gint64 now, Losses *losses,
            GError **error)
{
  g_autoptr (InkPhoto) photo = ink_store_get_photo (run->job->store, lost->id, NULL);

  if (!photo)
    return TRUE;
  if (keep) {
    if (!lost->missing_since)
      g_ptr_array_add (losses->missing, ink_photo_get_path (photo));
    return ink_store_set_missing (run->job->store, lost->id, now, error);
  }
  note_key (photo, losses->keys);
  g_ptr_array_add (losses->removed, ink_photo_get_path (photo));
  return ink_store_remove_photo (run->job->store, lost->id, error);
}

static void
tell_losses (InkRun *run, const Losses *losses)
{
  INK_RUN_COUNT (run, removed, losses->removed->len);
  remove_thumbnails (run, losses->keys);
  for (guint i = 0; i < losses->removed->len; i++)
    tell (run, INK_EVENT_REMOVED, losses->removed->pdata[i], NULL, NULL);
  for (guint i = 0; i < losses->missing->len; i++)
    tell (run, INK_EVENT_MISSING, losses->missing->pdata[i], NULL, NULL);
}

/* Deals with lost photos number @from to before @to, but for those that moved. */
static gboolean
write_losses (InkRun *run, guint from, guint to, GHashTable *moved, GHashTable *counts,
              GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_auto (Losses) losses;

  losses_init (&losses);
  if (!ink_store_begin (run->job->store, error))
    return FALSE;
  for (guint i = from; i < to; i++) {
    const InkRunLost *lost = &g_array_index (run->lost, InkRunLost, i);
    gboolean keep = has_grace (run, lost, counts, now);

    if (g_hash_table_contains (moved, &lost->id))
      continue;
    if (keep)
      INK_RUN_COUNT (run, missing, 1);
    if (!write_loss (run, lost, keep, now, &losses, error)) {
      ink_store_rollback (run->job->store);
      return FALSE;
    }
  }
  if (!ink_store_commit (run->job->store, error))
    return FALSE;
  tell_losses (run, &losses);
  return TRUE;
}

gboolean
ink_run_remove (InkRun *run, GHashTable *moved, GError **error)
{
  g_autoptr (GHashTable) counts = count_vanished (run, moved);

  for (guint i = 0; i < run->lost->len; i += REMOVE_BATCH)
    if (!write_losses (run, i, MIN (i + REMOVE_BATCH, run->lost->len), moved, counts, error))
      return FALSE;
  return TRUE;
}
