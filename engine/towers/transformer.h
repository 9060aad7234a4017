/* transformer.h: the pre-LN residual blocks that the ViT and the text tower share.
 *
 *   x += out_proj (attention (ln_1 (x)))
 *   x += c_proj (activation (c_fc (ln_2 (x))))
 */
#pragma once

#include "compute/attention.h"
#include "towers/layers.h"
#include "towers/tower.h"

G_BEGIN_DECLS

/* Most tokens of a sequence that clip_transformer_run() takes: a class token and 128 × 128 patches.
 * The time that attention takes grows with their square. */
#define CLIP_TRANSFORMER_MAX_TOKENS (1 + 128 * 128)

/* @causal: a token attends to itself and those before it only.
 * @eps: of the LayerNorms
 * @precision: of the products with weights; attention itself and the norms are f32 */
typedef struct {
  gsize width, heads, layers;
  gboolean causal;
  ClipActivation activation;
  float eps;
  ClipPrecision precision;
} ClipTransformerShape;

typedef struct _ClipTransformer ClipTransformer;

/**
 * clip_transformer_new:
 * @prefix: what stands before "transformer.resblocks." in the tensors' names
 *
 * Loads the blocks of @shape. The width of the MLP is taken from its tensors.
 *
 * Returns: (transfer full): %NULL with an error naming the tensor that is missing, has another
 *     shape or is one layer too many
 */
ClipTransformer *clip_transformer_new (ClipWeights *weights, const char *prefix,
                                       const ClipTransformerShape *shape, GError **error);
void clip_transformer_visit (ClipTransformer *transformer, ClipLinearVisit visit, gpointer data);
void clip_transformer_free (ClipTransformer *transformer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipTransformer, clip_transformer_free)

/**
 * clip_transformer_run:
 * @x: (inout): [tokens of all sequences][width]
 * @sequences: each of at most %CLIP_TRANSFORMER_MAX_TOKENS
 * @probe: (nullable): told x after each block, as "block0", "block1" …
 */
gboolean clip_transformer_run (ClipTransformer *transformer, const ClipRun *run, float *x,
                               const ClipSequences *sequences, ClipProbe probe, gpointer probe_data,
                               GError **error);

/**
 * clip_transformer_get_macs:
 *
 * Returns: multiply-adds for @tokens tokens, attention counted in full also where it is causal
 */
guint64 clip_transformer_get_macs (const ClipTransformer *transformer, gsize tokens);

G_END_DECLS
