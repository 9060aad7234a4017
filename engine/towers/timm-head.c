/* timm-head.c: the projection after a timm trunk (timm-head.h). */
#include "towers/timm-head.h"

#include "towers/layers.h"

gboolean
clip_timm_head_load (ClipTimmHead *head, const ClipConfig *config, ClipWeights *weights,
                     gsize channels, GError **error)
{
  gsize dims = config->embed_dim;
  gsize hidden = 2 * dims;

  head->mlp = config->mlp_head;
  if (!head->mlp)
    return clip_linear_load (&head->proj, weights, "visual.head.", "proj.weight", NULL, channels,
                             dims, error);
  return clip_linear_load (&head->fc1, weights, "visual.head.mlp.", "fc1.weight", "fc1.bias",
                           channels, hidden, error) &&
         clip_linear_load (&head->proj, weights, "visual.head.mlp.", "fc2.weight", NULL, hidden,
                           dims, error);
}

gboolean
clip_timm_head_run (ClipTimmHead *head, const ClipRun *run, gsize rows, const float *features,
                    float *embeddings, GError **error)
{
  const ClipEpilogue gelu = {.activation = CLIP_ACTIVATION_GELU};

  if (head->mlp) {
    float *hidden = clip_run_alloc (run, rows, head->fc1.out, 1, error);
    if (hidden == NULL)
      return FALSE;
    clip_linear (run, &head->fc1, rows, features, hidden, &gelu);
    features = hidden;
  }
  clip_linear (run, &head->proj, rows, features, embeddings, NULL);
  return TRUE;
}

void
clip_timm_head_visit (ClipTimmHead *head, ClipLinearVisit visit, gpointer data)
{
  if (head->mlp)
    visit (data, &head->fc1);
  visit (data, &head->proj);
}

void
clip_timm_head_clear (ClipTimmHead *head)
{
  clip_linear_clear (&head->fc1);
  clip_linear_clear (&head->proj);
}

guint64
clip_timm_head_get_macs (const ClipTimmHead *head)
{
  return (guint64)(head->mlp ? head->fc1.in * head->fc1.out : 0) +
         (guint64)head->proj.in * head->proj.out;
}
