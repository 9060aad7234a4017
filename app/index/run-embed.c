/* run-embed.c: the third stage: tiles to embeddings, a few photos at a time. */
#include "index/run.h"
#include "search/encoder.h"

/* Enough to share the engine's preparation; more would only delay the first results. */
#define BATCH 8

/* Waits for one item, then takes what else is there. */
static guint
take_batch (InkRun *run, InkRunItem **items)
{
  guint n = 0;

  items[n] = ink_queue_pop (run->decoded);
  while (items[n] && ++n < BATCH)
    items[n] = ink_queue_pop_until (run->decoded, 0);
  return n;
}

static gboolean
embed (InkRun *run, InkRunItem **items, guint n, GError **error)
{
  gsize dims = clip_model_get_info (run->job->model)->dims, n_tiles = 0;
  ClipCall call = ink_encoder_call (run->cancellable, CLIP_PRIORITY_BATCH);
  ClipPicture tiles[BATCH * CLIP_TILES_MAX];

  for (guint i = 0; i < n; i++)
    n_tiles += ink_decoded_list_tiles (items[i]->decoded, tiles + n_tiles);
  g_autofree float *embeddings = g_new (float, n_tiles *dims);
  if (!clip_model_encode_tiles (run->job->model, tiles, n_tiles, embeddings, &call, error))
    return FALSE;

  const float *from = embeddings;
  for (guint i = 0; i < n; i++) {
    guint count = items[i]->decoded->n_tiles;

    items[i]->n_embeddings = count;
    items[i]->embeddings = g_memdup2 (from, count * dims * sizeof *from);
    from += count * dims;
    g_clear_pointer (&items[i]->decoded->tiles, g_bytes_unref);
  }
  return TRUE;
}

gpointer
ink_run_embed (gpointer data)
{
  InkRun *run = data;
  InkRunItem *items[BATCH];
  guint n;

  while (ink_run_may_go_on (run) && (n = take_batch (run, items)) > 0) {
    g_autoptr (GError) error = NULL;
    gboolean embedded = embed (run, items, n, &error);

    for (guint i = 0; i < n; i++)
      if (embedded)
        ink_queue_push (run->ready, items[i]);
      else
        ink_run_item_free (items[i]);
    if (!embedded)
      ink_run_fail (run, g_steal_pointer (&error));
  }
  ink_queue_close (run->ready);
  return NULL;
}
