/* run-decode.c: the second stage: a picture's contents known by another name, or decoded. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/priority.h"
#include "decode/content-key.h"
#include "decode/open.h"
#include "decode/thumbnails.h"
#include "index/run.h"
#include "store/embeddings.h"
#include "store/known.h"

static gboolean
read_content_key (const char *path, guint8 *key)
{
  int file = ink_open_picture (path, FALSE, NULL);
  struct stat info;
  gboolean read;

  if (file < 0)
    return FALSE;
  read = fstat (file, &info) == 0 &&
         ink_content_key_for_descriptor (file, (guint64)info.st_size, key, NULL);
  close (file);
  return read;
}

static const InkRunFolder *
find_folder (const InkRun *run, gint64 id)
{
  for (guint i = 0; i < run->folders->len; i++) {
    const InkRunFolder *folder = run->folders->pdata[i];
    if (folder->id == id)
      return folder;
  }
  return NULL;
}

/* Whether a photo's file is no more, while the folder of the library that it was in is there: an
 * empty or absent one may be a drive that is not plugged in. */
static gboolean
is_gone (const InkRun *run, const InkPhoto *photo)
{
  const InkRunFolder *folder = find_folder (run, photo->folder);
  g_autofree char *path = ink_photo_get_path (photo);
  struct stat info;

  if (folder && ink_run_is_away (folder, photo->path))
    return FALSE;
  return lstat (path, &info) != 0 && (errno == ENOENT || errno == ENOTDIR) &&
         ink_run_has_entries (photo->folder_path);
}

/* How a photo of the same content is to be used: TOUCH, MOVE or COPY. */
static InkWork
judge_twin (const InkRun *run, const InkRunItem *item, const InkPhoto *twin)
{
  if (twin->folder == item->folder->id && g_str_equal (twin->path, item->path))
    return INK_WORK_TOUCH;
  return is_gone (run, twin) ? INK_WORK_MOVE : INK_WORK_COPY;
}

/* Uses @photo where it saves more than what was found before: TOUCH before MOVE before COPY. */
static void
consider_twin (InkRun *run, InkRunItem *item, const guint8 *key, const InkPhoto *photo)
{
  InkWork work = judge_twin (run, item, photo);
  guint dims = clip_model_get_info (run->job->model)->dims, n;
  g_autofree float *embeddings =
      ink_store_get_embeddings (run->reader, photo->id, run->job->space, &n, dims, NULL);
  g_autoptr (InkPhoto) twin = NULL;

  if ((!embeddings && work != INK_WORK_MOVE) || (item->twin && work >= item->work))
    return;
  /* The writer may just have stored another content for it: what is read last must still be the
   * same content for the embedding to be that content's. */
  twin = ink_store_get_photo (run->reader, photo->id, NULL);
  if (!twin || !twin->content_key || memcmp (twin->content_key, key, INK_CONTENT_KEY_SIZE) != 0)
    return;
  g_clear_pointer (&item->twin, ink_photo_free);
  g_free (item->embeddings);
  item->twin = g_steal_pointer (&twin);
  item->embeddings = g_steal_pointer (&embeddings);
  item->n_embeddings = n;
  item->work = work;
}

static void
find_twin (InkRun *run, InkRunItem *item, const guint8 *key)
{
  g_autoptr (GPtrArray) photos = ink_store_find_content (run->reader, key, NULL);

  for (guint i = 0; photos && i < photos->len; i++)
    consider_twin (run, item, key, photos->pdata[i]);
  /* One that moved but has no embedding in this space moves, and is decoded all the same. */
  if (item->twin && !item->embeddings)
    item->work = INK_WORK_NEW;
}

static void
keep_thumbnail (const InkDecoded *decoded)
{
  g_autoptr (GError) error = NULL;

  /* A thumbnail is made again when it is missed. */
  if (decoded->thumbnail &&
      !ink_thumbnails_store (decoded->content_key, decoded->thumbnail, &error))
    g_debug ("A thumbnail is not kept: %s", error->message);
}

static void
decode (InkRun *run, InkRunItem *item, const char *path)
{
  InkDecodeRequest request = {
      .square = clip_model_get_info (run->job->model)->image_size,
      .view = run->job->view,
      .thumbnail = INK_THUMBNAIL_SIDE,
      .no_links = TRUE,
  };

  item->decoded =
      ink_decoder_decode_file (run->job->decoder, path, &request, run->cancellable, &item->error);
  if (item->decoded)
    keep_thumbnail (item->decoded);
  else if (g_error_matches (item->error, INK_ERROR, INK_ERROR_NOT_FOUND))
    item->work = INK_WORK_GONE;
  else
    item->work = INK_WORK_FAILED;
}

static void
work_on (InkRun *run, InkRunItem *item)
{
  g_autofree char *path = ink_run_item_get_path (item);
  guint8 key[INK_CONTENT_KEY_SIZE];
  gboolean known_size;

  /* A file of a size that no photo has need not be read twice. */
  if (ink_store_has_size (run->reader, item->stamp.size, &known_size, NULL) && known_size &&
      read_content_key (path, key))
    find_twin (run, item, key);
  if (item->work == INK_WORK_NEW)
    decode (run, item, path);

  if (g_cancellable_is_cancelled (run->cancellable))
    ink_run_item_free (item); /* what failed by that did not fail */
  else
    ink_queue_push (item->work == INK_WORK_NEW ? run->decoded : run->ready, item);
}

gpointer
ink_run_decode (gpointer data)
{
  InkRun *run = data;
  InkRunItem *item;

  if (run->job->background)
    ink_priority_stand_back ();
  while (ink_run_may_go_on (run) && (item = ink_queue_pop (run->todo)))
    work_on (run, item);
  ink_queue_close (run->decoded);
  ink_queue_close (run->ready);
  return NULL;
}
