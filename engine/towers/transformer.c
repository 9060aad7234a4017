/* transformer.c: the pre-LN residual blocks that the ViT and the text tower share
 * (transformer.h). */
#include "towers/transformer.h"

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

/* With everything in 8 bits, nearly all of the starter model's error came from the first block's
 * attention, so that stays in f32. */
static void
block_set_precision (Block *block, ClipPrecision precision, gboolean first)
{
  ClipPrecision attention =
      first && precision == CLIP_PRECISION_INT8 ? CLIP_PRECISION_F32 : precision;

  block->in_proj.precision = attention;
  block->out_proj.precision = attention;
  block->c_fc.precision = precision;
  block->c_proj.precision = precision;
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
    block_set_precision (&block, shape->precision, layer == 0);
    g_array_append_val (transformer->blocks, block);
  }
  if (!check_no_more_layers (weights, prefix, shape->layers, error))
    return NULL;
  return g_steal_pointer (&transformer);
}

void
clip_transformer_visit (ClipTransformer *transformer, ClipLinearVisit visit, gpointer data)
{
  for (guint i = 0; i < transformer->blocks->len; i++) {
    Block *block = &g_array_index (transformer->blocks, Block, i);
    visit (data, &block->in_proj);
    visit (data, &block->out_proj);
    visit (data, &block->c_fc);
    visit (data, &block->c_proj);
  }
}

void
clip_transformer_free (ClipTransformer *transformer)
{
  g_array_unref (transformer->blocks);
  g_free (transformer);
}

/* ---- Running ----------------------------------------------------------------------------- */

/* What the blocks of a run work in. */
typedef struct {
  gsize rows;
  float *x;              /* [rows][width] */
  float *narrow;         /* [rows][width] */
  float *wide;           /* [rows][3 · width or hidden, whichever is more] */
  float *attention_work; /* clip_attention()'s */
} Buffers;

static ClipAttention
get_attention (const ClipTransformerShape *shape)
{
  return (ClipAttention){shape->heads, shape->width / shape->heads, shape->causal};
}

static gboolean
buffers_init (Buffers *buffers, const ClipTransformer *transformer, const ClipRun *run, float *x,
              const ClipSequences *sequences, GError **error)
{
  const ClipAttention attention = get_attention (&transformer->shape);
  gsize width = transformer->shape.width;
  gsize longest = 0;

  *buffers = (Buffers){.x = x};
  for (gsize i = 0; i < sequences->n; i++) {
    buffers->rows += sequences->tokens[i];
    longest = MAX (longest, sequences->tokens[i]);
  }
  buffers->narrow = clip_run_alloc (run, buffers->rows, width, 1, error);
  if (buffers->narrow == NULL)
    return FALSE;
  buffers->wide =
      clip_run_alloc (run, buffers->rows, MAX (3 * width, transformer->hidden), 1, error);
  if (buffers->wide == NULL)
    return FALSE;
  buffers->attention_work = clip_attention_alloc (run, &attention, longest, error);
  return buffers->attention_work != NULL;
}

/* @following: (nullable): the block that is run after this one */
static void
block_run (const ClipTransformerShape *shape, Block *block, Block *following, const ClipRun *run,
           const ClipSequences *sequences, const Buffers *buffers)
{
  const ClipAttention attention = get_attention (shape);
  const ClipEpilogue project = {.next = &block->out_proj};
  const ClipEpilogue widen = {.activation = shape->activation, .next = &block->c_proj};
  ClipEpilogue add_to_x = {.residual = buffers->x, .next = &block->c_fc};
  gsize rows = buffers->rows;
  float *x = buffers->x, *narrow = buffers->narrow, *wide = buffers->wide;

  clip_norm_apply (&block->ln_1, run, rows, x, narrow);
  clip_linear (run, &block->in_proj, rows, narrow, wide, &project);
  clip_attention (run, &attention, sequences, wide, narrow, buffers->attention_work);
  clip_linear (run, &block->out_proj, rows, narrow, x, &add_to_x);

  clip_norm_apply (&block->ln_2, run, rows, x, narrow);
  clip_linear (run, &block->c_fc, rows, narrow, wide, &widen);
  add_to_x.next = following ? &following->in_proj : NULL;
  clip_linear (run, &block->c_proj, rows, wide, x, &add_to_x);
}

gboolean
clip_transformer_run (ClipTransformer *transformer, const ClipRun *run, float *x,
                      const ClipSequences *sequences, ClipProbe probe, gpointer probe_data,
                      GError **error)
{
  Buffers buffers;

  if (!buffers_init (&buffers, transformer, run, x, sequences, error))
    return FALSE;
  for (guint layer = 0; layer < transformer->blocks->len; layer++) {
    if (!clip_run_continue (run, error))
      return FALSE;
    Block *block = &g_array_index (transformer->blocks, Block, layer);
    block_run (&transformer->shape, block, layer + 1 < transformer->blocks->len ? block + 1 : NULL,
               run, sequences, &buffers);
    if (probe != NULL) {
      g_autofree char *stage = g_strdup_printf ("block%u", layer);
      probe (probe_data, stage, x, buffers.rows, transformer->shape.width);
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
