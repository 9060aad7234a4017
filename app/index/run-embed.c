/* run-embed.c: the third stage: squares to embeddings, a few at a time. */
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
  const ClipModelInfo *info = clip_model_get_info (run->job->model);
  g_autofree float *embeddings = g_new (float, (gsize)n * info->dims);
  ClipCall call = ink_encoder_call (run->cancellable, CLIP_PRIORITY_BATCH);
  ClipPicture pictures[BATCH];

  for (guint i = 0; i < n; i++)
    pictures[i] = (ClipPicture){
        .rgb = g_bytes_get_data (items[i]->decoded->square, NULL),
        .width = info->image_size,
        .height = info->image_size,
        .stride = (gsize)3 * info->image_size,
    };
  if (!clip_model_encode_pictures (run->job->model, pictures, n, embeddings, &call, error))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    items[i]->embedding =
        g_memdup2 (embeddings + (gsize)i * info->dims, info->dims * sizeof *embeddings);
    g_clear_pointer (&items[i]->decoded->square, g_bytes_unref);
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
