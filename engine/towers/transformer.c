/* transformer.c: the pre-LN residual blocks that the ViT and the text tower share
 * (transformer.h). */
#include "towers/transformer.h"

#include <math.h>
#include <string.h>

#include "compute/kernels.h"

/* Queries of one attention task. */
#define QUERY_BLOCK 16

typedef struct {
  ClipNorm ln_1, ln_2;
  ClipLinear in_proj, out_proj, c_fc, c_proj;
} Block;

struct _ClipTransformer {
  ClipTransformerShape shape;
  gsize hidden; /* width of the MLP */
  GArray *blocks;
};

/* ---- Loading ----------------------------------------------------------------------------- */

static char *
block_prefix (const char *prefix, gsize layer)
{
  return g_strdup_printf ("%stransformer.resblocks.%" G_GSIZE_FORMAT ".", prefix, layer);
}

static gboolean
block_load (Block *block, ClipWeights *weights, const char *prefix,
            const ClipTransformerShape *shape, gsize hidden, GError **error)
{
  gsize width = shape->width;

  return clip_norm_load (&block->ln_1, weights, prefix, "ln_1", width, shape->eps, error) &&
         clip_linear_load (&block->in_proj, weights, prefix, "attn.in_proj_weight",
                           "attn.in_proj_bias", width, 3 * width, error) &&
         clip_linear_load (&block->out_proj, weights, prefix, "attn.out_proj.weight",
                           "attn.out_proj.bias", width, width, error) &&
         clip_norm_load (&block->ln_2, weights, prefix, "ln_2", width, shape->eps, error) &&
         clip_linear_load (&block->c_fc, weights, prefix, "mlp.c_fc.weight", "mlp.c_fc.bias", width,
                           hidden, error) &&
         clip_linear_load (&block->c_proj, weights, prefix, "mlp.c_proj.weight", "mlp.c_proj.bias",
                           hidden, width, error);
}

static void
block_clear (gpointer data)
{
  Block *block = data;

  clip_linear_clear (&block->in_proj);
  clip_linear_clear (&block->out_proj);
  clip_linear_clear (&block->c_fc);
  clip_linear_clear (&block->c_proj);
}

/* The MLP's width as the first block has it; 4 × width, the usual one, where that block has no
 * such matrix, so that loading it names what is missing. */
static gsize
hidden_width (const ClipWeights *weights, const char *prefix, gsize width)
{
  g_autofree char *block = block_prefix (prefix, 0);
  g_autofree char *name = g_strconcat (block, "mlp.c_fc.weight", NULL);
  const ClipTensor *c_fc = clip_weights_find (weights, name);

  return c_fc != NULL && c_fc->rank == 2 && c_fc->shape[0] > 0 ? c_fc->shape[0] : 4 * width;
}

/* A checkpoint that goes on where the configuration ends would be run as a different model. */
static gboolean
check_no_more_layers (const ClipWeights *weights, const char *prefix, gsize layers, GError **error)
{
  g_autofree char *block = block_prefix (prefix, layers);
  g_autofree char *name = g_strconcat (block, "ln_1.weight", NULL);

  if (clip_weights_find (weights, name) == NULL)
    return TRUE;
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID,
               "%s: tensor “%s” is one layer more than the %" G_GSIZE_FORMAT
               " of open_clip_config.json",
               clip_weights_get_file (weights), name, layers);
  return FALSE;
}

ClipTransformer *
clip_transformer_new (ClipWeights *weights, const char *prefix, const ClipTransformerShape *shape,
                      GError **error)
{
  if (shape->layers == 0 || shape->heads == 0 || shape->width % shape->heads != 0 ||
      shape->width == 0) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID,
                 "open_clip_config.json: %" G_GSIZE_FORMAT " layers of width %" G_GSIZE_FORMAT
                 " with %" G_GSIZE_FORMAT " heads are no transformer",
                 shape->layers, shape->width, shape->heads);
    return NULL;
  }

  g_autoptr (ClipTransformer) transformer = g_new0 (ClipTransformer, 1);
  transformer->shape = *shape;
  transformer->hidden = hidden_width (weights, prefix, shape->width);
  /* Grows with what is found in the file: the configuration's number of layers is only a claim. */
  transformer->blocks = g_array_new (FALSE, FALSE, sizeof (Block));
  g_array_set_clear_func (transformer->blocks, block_clear);
  for (gsize layer = 0; layer < shape->layers; layer++) {
    g_autofree char *name = block_prefix (prefix, layer);
    Block block = {0};
    if (!block_load (&block, weights, name, shape, transformer->hidden, error))
      return NULL;
    g_array_append_val (transformer->blocks, block);
  }
  if (!check_no_more_layers (weights, prefix, shape->layers, error))
    return NULL;
  return g_steal_pointer (&transformer);
}

void
clip_transformer_free (ClipTransformer *transformer)
{
  g_array_unref (transformer->blocks);
  g_free (transformer);
}

/* ---- Attention --------------------------------------------------------------------------- */

G_STATIC_ASSERT (CLIP_TRANSFORMER_MAX_TOKENS * sizeof (float) <= CLIP_SCRATCH_SIZE);

typedef struct {
  const ClipKernels *kernels;
  const ClipTransformerShape *shape;
  const ClipRun *run;
  gsize tokens;
  const float *qkv; /* [tokens][3 · width]: queries, keys and values side by side */
  float *out;       /* [tokens][width] */
} AttentionJob;

/* One head of one token: softmax (q · kᵀ / √head_dim) · v. @scores has room for all tokens. */
static void
attend (const AttentionJob *job, gsize head, gsize token, float *scores)
{
  const ClipKernels *kernels = job->kernels;
  gsize width = job->shape->width;
  gsize head_dim = width / job->shape->heads;
  gsize stride = 3 * width;
  const float *query = job->qkv + token * stride + head * head_dim;
  const float *keys = job->qkv + width + head * head_dim;
  const float *values = keys + width;
  float *out = job->out + token * width + head * head_dim;
  gsize n_keys = job->shape->causal ? token + 1 : job->tokens;
  float scale = 1.0f / sqrtf ((float)head_dim);

  for (gsize i = 0; i < n_keys; i++)
    scores[i] = scale * kernels->dot (query, keys + i * stride, head_dim);
  kernels->softmax (scores, n_keys);
  memset (out, 0, head_dim * sizeof (float));
  for (gsize i = 0; i < n_keys; i++)
    kernels->axpy (out, scores[i], values + i * stride, head_dim);
}

static void
attention_task (gpointer data, gsize index, guint slot)
{
  const AttentionJob *job = data;
  gsize head = index % job->shape->heads;
  gsize first = index / job->shape->heads * QUERY_BLOCK;
  gsize end = MIN (first + QUERY_BLOCK, job->tokens);

  for (gsize token = first; token < end; token++)
    attend (job, head, token, clip_run_scratch (job->run, slot));
}

static void
attention (const ClipTransformerShape *shape, const ClipRun *run, gsize tokens, const float *qkv,
           float *out)
{
  AttentionJob job = {clip_kernels (), shape, run, tokens, qkv, out};
  gsize query_blocks = (tokens + QUERY_BLOCK - 1) / QUERY_BLOCK;

  clip_pool_run (run->pool, shape->heads * query_blocks, attention_task, &job);
}

/* ---- Running ----------------------------------------------------------------------------- */

/* @narrow is [tokens][width], @wide [tokens][3 · width or hidden, whichever is more]. */
static void
block_run (const ClipTransformerShape *shape, Block *block, const ClipRun *run, gsize tokens,
           float *x, float *narrow, float *wide)
{
  const ClipEpilogue activate = {.activation = shape->activation};
  const ClipEpilogue add_to_x = {.residual = x};

  clip_norm_apply (&block->ln_1, run, tokens, x, narrow);
  clip_linear (run, &block->in_proj, tokens, narrow, wide, NULL);
  attention (shape, run, tokens, wide, narrow);
  clip_linear (run, &block->out_proj, tokens, narrow, x, &add_to_x);

  clip_norm_apply (&block->ln_2, run, tokens, x, narrow);
  clip_linear (run, &block->c_fc, tokens, narrow, wide, &activate);
  clip_linear (run, &block->c_proj, tokens, wide, x, &add_to_x);
}

gboolean
clip_transformer_run (ClipTransformer *transformer, const ClipRun *run, float *x, gsize tokens,
                      ClipProbe probe, gpointer probe_data, GError **error)
{
  gsize width = transformer->shape.width;

  g_return_val_if_fail (tokens >= 1 && tokens <= CLIP_TRANSFORMER_MAX_TOKENS, FALSE);

  float *narrow = clip_run_alloc (run, tokens, width, 1, error);
  if (narrow == NULL)
    return FALSE;
  float *wide = clip_run_alloc (run, tokens, MAX (3 * width, transformer->hidden), 1, error);
  if (wide == NULL)
    return FALSE;

  for (guint layer = 0; layer < transformer->blocks->len; layer++) {
    if (!clip_run_continue (run, error))
      return FALSE;
    block_run (&transformer->shape, &g_array_index (transformer->blocks, Block, layer), run, tokens,
               x, narrow, wide);
    if (probe != NULL) {
      g_autofree char *stage = g_strdup_printf ("block%u", layer);
      probe (probe_data, stage, x, tokens, width);
    }
  }
  return TRUE;
}

guint64
clip_transformer_get_macs (const ClipTransformer *transformer, gsize tokens)
{
  guint64 width = transformer->shape.width;
  guint64 linear = tokens * (4 * width * width + 2 * width * transformer->hidden);
  guint64 products = 2 * tokens * tokens * width;

  return transformer->shape.layers * (linear + products);
}
