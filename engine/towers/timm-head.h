/* timm-head.h: the projection that OpenCLIP puts after a timm trunk: from pooled features to the
 * embedding. */
#pragma once

#include "compute/gemm.h"
#include "files/model-config.h"
#include "files/weights.h"

G_BEGIN_DECLS

/* Linear: proj (x). MLP: proj (gelu (fc1 (x))), with a hidden width of twice the embedding's. */
typedef struct {
  gboolean mlp;
  ClipLinear fc1; /* MLP only */
  ClipLinear proj;
} ClipTimmHead;

/**
 * clip_timm_head_load:
 * @channels: length of the trunk's features
 *
 * Returns: %FALSE with an error naming the tensor where one is missing or has another shape
 */
gboolean clip_timm_head_load (ClipTimmHead *head, const ClipConfig *config, ClipWeights *weights,
                              gsize channels, GError **error);

/**
 * clip_timm_head_run:
 * @features: [rows][channels]
 * @embeddings: (out caller-allocates): [rows][embed_dim]
 */
gboolean clip_timm_head_run (ClipTimmHead *head, const ClipRun *run, gsize rows,
                             const float *features, float *embeddings, GError **error);

void clip_timm_head_visit (ClipTimmHead *head, ClipLinearVisit visit, gpointer data);
void clip_timm_head_clear (ClipTimmHead *head);

/* Multiply-adds for one picture. */
guint64 clip_timm_head_get_macs (const ClipTimmHead *head);

G_END_DECLS
