/* convnext.c: the ConvNeXt image tower.
 *
 * Stem (4 × 4 patches), four stages of blocks with 2 × 2 patches between them, average, head.
 * Depths and widths come from the tensors' shapes. Activations are rows of channels, one row a
 * pixel (NHWC), so that everything but the depthwise convolution is a product of matrices.
 */
#include <string.h>

#include "compute/cpu.h"
#include "compute/gemm.h"
#include "compute/kernels.h"
#include "compute/mlp.h"
#include "compute/panels.h"
#include "towers/layers.h"
#include "towers/timm-head.h"
#include "towers/tower.h"

#define STAGES 4
#define STEM 4   /* side of the stem's patches */
#define DOWN 2   /* side of the patches between stages */
#define KERNEL 7 /* side of the depthwise kernel */
#define SMALLEST (STEM * DOWN * DOWN * DOWN)
#define LARGEST 8192 /* keeps the sizes of buffers far from overflow */

/* Floats between the pixels of a feature map from block to block. Channels are a power of two, and
 * so without a gap all of the pixels that a depthwise kernel sees would fall into the same few sets
 * of the first-level cache. */
#define GAP 16

typedef struct {
  const float *dw_weight; /* [KERNEL · KERNEL][channels] */
  const float *dw_bias;
  ClipNorm norm;
  ClipLinear fc1, fc2;
  const float *gamma; /* scale of the branch, by channel */
} Block;

typedef struct {
  gsize channels;
  ClipNorm down_norm;
  ClipLinear down; /* of patches; the stem in stage 0 */
  GArray *blocks;  /* of Block */
} Stage;

typedef struct {
  ClipImageTower base;
  ClipNorm stem_norm;
  Stage stages[STAGES];
  ClipNorm head_norm;
  ClipTimmHead head;
  GPtrArray *owned; /* depthwise weights, laid out anew */
} ConvNext;

/* ---- Running ----------------------------------------------------------------------------- */

typedef struct {
  const Block *block;
  ClipConvShape shape;
  const float *x;
  float *y;
} DepthwiseLoop;

/* One image row through the depthwise convolution, and while it is in the cache the norm. */
static void
depthwise_line (gpointer data, gsize row, float *y)
{
  const DepthwiseLoop *loop = data;
  const ClipKernels *kernels = clip_kernels ();
  const ClipNorm *norm = &loop->block->norm;
  gsize channels = loop->shape.channels;
  kernels->depthwise_row (y, loop->x, &loop->shape, row, loop->block->dw_weight,
                          loop->block->dw_bias);
  for (gsize i = 0; i < loop->shape.out_width; i++)
    kernels->layer_norm (y + i * channels, y + i * channels, channels, norm->weight, norm->bias,
                         norm->eps);
}

static void
depthwise_step (gpointer data, gsize row, guint slot)
{
  const DepthwiseLoop *loop = data;
  depthwise_line (data, row, loop->y + row * loop->shape.out_width * loop->shape.channels);
}

typedef struct {
  const ClipNorm *norm; /* nullable: of the pixels that are gathered */
  gsize width, channels, patch, out_width;
  const float *x;
  float *y;
} PatchLoop;

/* One row of patches: y is [out_width][patch · patch · channels]. Pixels beyond the last whole
 * patch count for nothing, as in a convolution without padding. */
static void
patch_step (gpointer data, gsize row, guint slot)
{
  const PatchLoop *loop = data;
  const ClipKernels *kernels = clip_kernels ();
  gsize channels = loop->channels, line = loop->patch * channels;
  float *y = loop->y + row * loop->out_width * loop->patch * line;
  for (gsize i = 0; i < loop->out_width; i++)
    for (gsize k = 0; k < loop->patch; k++, y += line) {
      const float *x =
          loop->x + ((row * loop->patch + k) * loop->width + i * loop->patch) * channels;
      if (loop->norm)
        for (gsize p = 0; p < loop->patch; p++)
          kernels->layer_norm (y + p * channels, x + p * channels, channels, loop->norm->weight,
                               loop->norm->bias, loop->norm->eps);
      else
        memcpy (y, x, line * sizeof (float));
    }
}

/* The three places of a run: the feature map, with its size, a pixel every @step floats; the next
 * one, or what comes out of the depthwise convolution or the patches; and the wide layer within a
 * block, or the threads' parts of it. */
typedef struct {
  float *x, *y, *hidden;
  gsize width, height, step;
} Buffers;

/* A block's two layers, with the depthwise convolution before them, from x to y, a pixel of which
 * is @y_step floats from the next. */
static ClipMlp
block_mlp (Block *block, DepthwiseLoop *loop, gsize y_step)
{
  return (ClipMlp){
      .fc1 = &block->fc1,
      .fc2 = &block->fc2,
      .activation = CLIP_ACTIVATION_GELU,
      .lines = loop->shape.height,
      .line_rows = loop->shape.width,
      .fill = depthwise_line,
      .data = loop,
      .scale = block->gamma,
      .residual = loop->x,
      .residual_step = loop->shape.step,
      .y = loop->y,
      .y_step = y_step,
  };
}

/* The depthwise convolution of a block on a map of @width × @height, a pixel every @step floats. */
static ClipConvShape
depthwise_shape (const Stage *stage, gsize width, gsize height, gsize step)
{
  return (ClipConvShape){
      .height = height,
      .width = width,
      .channels = stage->channels,
      .step = step,
      .out_height = height,
      .out_width = width,
      .kernel = KERNEL,
      .stride = 1,
      .pad_top = KERNEL / 2,
      .pad_left = KERNEL / 2,
  };
}

static gboolean
take_buffers (const ConvNext *net, const ClipRun *run, const ClipPixels *pixels, Buffers *buffers,
              GError **error)
{
  gsize most = 0, hidden = 0;
  gsize width = pixels->width / STEM, height = pixels->height / STEM;
  for (guint i = 0; i < STAGES; i++, width /= DOWN, height /= DOWN) {
    const Stage *stage = &net->stages[i];
    gsize rows = width * height;
    most = MAX (most, rows * MAX (stage->channels + GAP, stage->down.in));
    for (guint j = 0; j < stage->blocks->len; j++) {
      Block *block = &g_array_index (stage->blocks, Block, j);
      DepthwiseLoop loop = {.shape = depthwise_shape (stage, width, height, 0)};
      ClipMlp mlp = block_mlp (block, &loop, 0);
      hidden = MAX (hidden, rows * block->fc1.out);
      hidden = MAX (hidden, clip_mlp_scratch (&mlp, run->pool));
    }
  }
  buffers->x = clip_run_alloc (run, most, 1, 1, error);
  buffers->y = buffers->x ? clip_run_alloc (run, most, 1, 1, error) : NULL;
  buffers->hidden = buffers->y ? clip_run_alloc (run, hidden, 1, 1, error) : NULL;
  return buffers->hidden != NULL;
}

/* Closes the gaps between the pixels of x. */
static void
close_gaps (Buffers *buffers, gsize channels)
{
  for (gsize i = 1; i < buffers->width * buffers->height && buffers->step > channels; i++)
    memmove (buffers->x + i * channels, buffers->x + i * buffers->step, channels * sizeof (float));
  buffers->step = channels;
}

/* Layer by layer, where the block can't be run strip by strip. */
static void
run_block_by_layers (const ClipRun *run, Block *block, DepthwiseLoop *loop, Buffers *buffers)
{
  gsize rows = buffers->width * buffers->height;
  close_gaps (buffers, loop->shape.channels);
  loop->shape.step = buffers->step;
  clip_pool_run (run->pool, loop->shape.height, depthwise_step, loop);
  clip_linear (run, &block->fc1, rows, buffers->y, buffers->hidden,
               &(ClipEpilogue){.activation = CLIP_ACTIVATION_GELU});
  clip_linear (run, &block->fc2, rows, buffers->hidden, buffers->x,
               &(ClipEpilogue){.scale = block->gamma, .residual = buffers->x});
}

/* @y_step: floats between the pixels of the next map */
static void
run_block (const ClipRun *run, const Stage *stage, Block *block, gsize y_step, Buffers *buffers)
{
  DepthwiseLoop loop = {
      .block = block,
      .shape = depthwise_shape (stage, buffers->width, buffers->height, buffers->step),
      .x = buffers->x,
      .y = buffers->y,
  };
  ClipMlp mlp = block_mlp (block, &loop, y_step);
  if (clip_mlp_run (run, &mlp, buffers->hidden)) {
    float *old = buffers->x; /* the neighbours' old values were needed to the end */
    buffers->x = buffers->y;
    buffers->y = old;
    buffers->step = y_step;
  } else {
    run_block_by_layers (run, block, &loop, buffers);
  }
}

/* Patches of what the stage before left in x (of the picture, for stage 0). */
static void
run_patches (ConvNext *net, const ClipRun *run, guint index, const ClipPixels *pixels,
             Buffers *buffers)
{
  Stage *stage = &net->stages[index];
  PatchLoop loop = {.y = buffers->y};
  if (index == 0) {
    loop.x = pixels->values;
    loop.patch = STEM;
    loop.width = pixels->width;
    loop.channels = 3;
    buffers->height = pixels->height / STEM;
  } else {
    loop.x = buffers->x;
    loop.patch = DOWN;
    loop.width = buffers->width;
    loop.channels = stage[-1].channels;
    loop.norm = &stage->down_norm;
    buffers->height /= DOWN;
  }
  buffers->width = loop.out_width = loop.width / loop.patch;
  clip_pool_run (run->pool, buffers->height, patch_step, &loop);
  clip_linear (run, &stage->down, buffers->width * buffers->height, buffers->y, buffers->x, NULL);
}

static gboolean
run_stage (ConvNext *net, const ClipRun *run, guint index, const ClipPixels *pixels,
           Buffers *buffers, GError **error)
{
  Stage *stage = &net->stages[index];
  run_patches (net, run, index, pixels, buffers);
  gsize rows = buffers->width * buffers->height;
  if (index == 0) {
    clip_norm_apply (&net->stem_norm, run, rows, buffers->x, buffers->x);
    if (net->base.probe)
      net->base.probe (net->base.probe_data, "stem", buffers->x, rows, stage->channels);
  }
  buffers->step = stage->channels;
  for (guint j = 0; j < stage->blocks->len; j++) {
    if (!clip_run_continue (run, error))
      return FALSE;
    gsize gap = j + 1 < stage->blocks->len ? GAP : 0;
    run_block (run, stage, &g_array_index (stage->blocks, Block, j), stage->channels + gap,
               buffers);
  }
  if (net->base.probe) {
    static const char *const names[STAGES] = {"stage0", "stage1", "stage2", "stage3"};
    net->base.probe (net->base.probe_data, names[index], buffers->x, rows, stage->channels);
  }
  return TRUE;
}

/* Everything before the head: leaves the last feature map in x. */
static gboolean
run_trunk (ConvNext *net, const ClipRun *run, const ClipPixels *pixels, Buffers *buffers,
           GError **error)
{
  if (!take_buffers (net, run, pixels, buffers, error))
    return FALSE;
  for (guint i = 0; i < STAGES; i++)
    if (!run_stage (net, run, i, pixels, buffers, error))
      return FALSE;
  return clip_run_continue (run, error);
}

/* From @rows rows of features, which are normalised in place. */
static gboolean
run_head (ConvNext *net, const ClipRun *run, gsize rows, float *features, float *embeddings,
          GError **error)
{
  clip_norm_apply (&net->head_norm, run, rows, features, features);
  return clip_timm_head_run (&net->head, run, rows, features, embeddings, error);
}

static gboolean
encode (ClipImageTower *tower, const ClipRun *run, const ClipPixels *pixels, float *embedding,
        GError **error)
{
  ConvNext *net = (ConvNext *)tower;
  Buffers buffers;
  if (!run_trunk (net, run, pixels, &buffers, error))
    return FALSE;
  clip_rows_mean (buffers.x, buffers.width * buffers.height, net->stages[STAGES - 1].channels,
                  buffers.y);
  return run_head (net, run, 1, buffers.y, embedding, error);
}

static gboolean
encode_places (ClipImageTower *tower, const ClipRun *run, const ClipPixels *pixels,
               float *embeddings, GError **error)
{
  ConvNext *net = (ConvNext *)tower;
  Buffers buffers;
  return run_trunk (net, run, pixels, &buffers, error) &&
         run_head (net, run, buffers.width * buffers.height, buffers.x, embeddings, error);
}

/* ---- Loading ----------------------------------------------------------------------------- */

/* A convolution of patches as a product: [out][in][side][side] of the file becomes
 * [out][side][side][in], the order in which a patch lies in memory. */
static gboolean
load_patches (ClipLinear *linear, ClipWeights *weights, const char *prefix, gsize out, gsize in,
              gsize side, GError **error)
{
  g_autofree char *name = g_strconcat (prefix, ".weight", NULL);
  g_autofree char *bias_name = g_strconcat (prefix, ".bias", NULL);
  const float *weight = clip_weights_get_shape (weights, name, error, 4, out, in, side, side);
  const float *bias = weight ? clip_weights_get_shape (weights, bias_name, error, 1, out) : NULL;
  gsize area = side * side;
  float *turned = bias ? clip_buffer_new (out, in * area, error) : NULL;
  if (!turned)
    return FALSE;
  for (gsize o = 0; o < out; o++)
    for (gsize i = 0; i < in; i++)
      for (gsize k = 0; k < area; k++)
        turned[(o * area + k) * in + i] = weight[(o * in + i) * area + k];
  clip_weights_release (weights, weight, out * in * area * sizeof *weight);
  *linear =
      (ClipLinear){.weight = turned, .owned = TRUE, .bias = bias, .in = in * area, .out = out};
  return TRUE;
}

/* [channels][1][KERNEL][KERNEL] becomes [KERNEL · KERNEL][channels]. */
static gboolean
load_depthwise (ConvNext *net, Block *block, ClipWeights *weights, const char *prefix,
                gsize channels, GError **error)
{
  g_autofree char *name = g_strconcat (prefix, "conv_dw.weight", NULL);
  g_autofree char *bias_name = g_strconcat (prefix, "conv_dw.bias", NULL);
  gsize area = KERNEL * KERNEL;
  const float *weight =
      clip_weights_get_shape (weights, name, error, 4, channels, (gsize)1, KERNEL, KERNEL);
  block->dw_bias = weight ? clip_weights_get_shape (weights, bias_name, error, 1, channels) : NULL;
  float *turned = block->dw_bias ? clip_buffer_new (channels, area, error) : NULL;
  if (!turned)
    return FALSE;
  g_ptr_array_add (net->owned, turned);
  for (gsize c = 0; c < channels; c++)
    for (gsize k = 0; k < area; k++)
      turned[k * channels + c] = weight[c * area + k];
  clip_weights_release (weights, weight, channels * area * sizeof *weight);
  block->dw_weight = turned;
  return TRUE;
}

/* Rows of the matrix (or filters of the convolution) @name; @fallback where it is no such tensor:
 * loading it will then say what is wrong. */
static gsize
count_outputs (const ClipWeights *weights, const char *name, gsize fallback)
{
  const ClipTensor *tensor = clip_weights_find (weights, name);
  return tensor && tensor->rank > 0 && tensor->shape[0] > 0 ? tensor->shape[0] : fallback;
}

static gboolean
load_block (ConvNext *net, Block *block, ClipWeights *weights, const char *prefix, gsize channels,
            float eps, GError **error)
{
  g_autofree char *gamma = g_strconcat (prefix, "gamma", NULL);
  g_autofree char *fc1 = g_strconcat (prefix, "mlp.fc1.weight", NULL);
  if (!load_depthwise (net, block, weights, prefix, channels, error))
    return FALSE;
  gsize hidden = count_outputs (weights, fc1, 4 * channels);
  block->gamma = clip_weights_get_shape (weights, gamma, error, 1, channels);
  return block->gamma &&
         clip_norm_load (&block->norm, weights, prefix, "norm", channels, eps, error) &&
         clip_linear_load (&block->fc1, weights, prefix, "mlp.fc1.weight", "mlp.fc1.bias", channels,
                           hidden, error) &&
         clip_linear_load (&block->fc2, weights, prefix, "mlp.fc2.weight", "mlp.fc2.bias", hidden,
                           channels, error);
}

/* Whether the file has anything of the block: one that lacks a tensor is there all the same, so
 * that loading it will name the tensor. */
static gboolean
has_block (const ClipWeights *weights, const char *prefix)
{
  static const char *const tensors[] = {
      "gamma",          "conv_dw.weight", "conv_dw.bias",   "norm.weight",  "norm.bias",
      "mlp.fc1.weight", "mlp.fc1.bias",   "mlp.fc2.weight", "mlp.fc2.bias",
  };
  for (guint i = 0; i < G_N_ELEMENTS (tensors); i++) {
    g_autofree char *name = g_strconcat (prefix, tensors[i], NULL);
    if (clip_weights_find (weights, name))
      return TRUE;
  }
  return FALSE;
}

/* A stage has as many blocks as the file has, and at least one. */
static gboolean
load_blocks (ConvNext *net, Stage *stage, ClipWeights *weights, const char *prefix, float eps,
             GError **error)
{
  for (guint j = 0;; j++) {
    g_autofree char *block_prefix = g_strdup_printf ("%sblocks.%u.", prefix, j);
    if (j > 0 && !has_block (weights, block_prefix))
      return TRUE;
    Block block = {0};
    if (!load_block (net, &block, weights, block_prefix, stage->channels, eps, error))
      return FALSE;
    g_array_append_val (stage->blocks, block);
  }
}

static gboolean
load_stage (ConvNext *net, guint index, ClipWeights *weights, float eps, GError **error)
{
  Stage *stage = &net->stages[index];
  g_autofree char *prefix = g_strdup_printf ("visual.trunk.stages.%u.", index);
  g_autofree char *down =
      index ? g_strconcat (prefix, "downsample.1", NULL) : g_strdup ("visual.trunk.stem.0");
  g_autofree char *down_weight = g_strconcat (down, ".weight", NULL);
  gsize in = index ? stage[-1].channels : 3;
  stage->channels = count_outputs (weights, down_weight, 1);
  if (index && !clip_norm_load (&stage->down_norm, weights, prefix, "downsample.0", in, eps, error))
    return FALSE;
  return load_patches (&stage->down, weights, down, stage->channels, in, index ? DOWN : STEM,
                       error) &&
         load_blocks (net, stage, weights, prefix, eps, error);
}

/* The stem and the head, which see and say the most in the fewest numbers, stay in f32. Patches
 * between stages, through which everything has to go, are never coarser than bf16, and f32 where
 * the processor has no bf16. */
static void
set_precision (ConvNext *net, ClipPrecision precision)
{
  for (guint i = 0; i < STAGES; i++) {
    Stage *stage = &net->stages[i];
    if (i > 0 && clip_word_values (precision) > 1 && clip_cpu_flags () & CLIP_CPU_BF16)
      stage->down.precision = CLIP_PRECISION_BF16;
    for (guint j = 0; j < stage->blocks->len; j++) {
      Block *block = &g_array_index (stage->blocks, Block, j);
      block->fc1.precision = block->fc2.precision = precision;
    }
  }
}

static guint64
count_macs (const ConvNext *net)
{
  guint64 macs = clip_timm_head_get_macs (&net->head);
  guint64 width = net->base.size / STEM;
  for (guint i = 0; i < STAGES; i++, width /= DOWN) {
    const Stage *stage = &net->stages[i];
    guint64 rows = width * width;
    macs += rows * stage->down.in * stage->down.out;
    for (guint j = 0; j < stage->blocks->len; j++) {
      const Block *block = &g_array_index (stage->blocks, Block, j);
      macs += rows * (KERNEL * KERNEL * stage->channels + 2 * block->fc1.in * block->fc1.out);
    }
  }
  return macs;
}

static void
clear_block (gpointer data)
{
  Block *block = data;
  clip_linear_clear (&block->fc1);
  clip_linear_clear (&block->fc2);
}

static void
convnext_visit (ClipImageTower *tower, ClipLinearVisit visit, gpointer data)
{
  ConvNext *net = (ConvNext *)tower;
  for (guint i = 0; i < STAGES; i++) {
    Stage *stage = &net->stages[i];
    visit (data, &stage->down);
    for (guint j = 0; j < stage->blocks->len; j++) {
      Block *block = &g_array_index (stage->blocks, Block, j);
      visit (data, &block->fc1);
      visit (data, &block->fc2);
    }
  }
  clip_timm_head_visit (&net->head, visit, data);
}

static void
convnext_free (ClipImageTower *tower)
{
  ConvNext *net = (ConvNext *)tower;
  for (guint i = 0; i < STAGES; i++) {
    clip_linear_clear (&net->stages[i].down);
    g_array_unref (net->stages[i].blocks);
  }
  clip_timm_head_clear (&net->head);
  g_ptr_array_unref (net->owned);
  g_free (net);
}

static gboolean
load (ConvNext *net, const ClipConfig *config, ClipWeights *weights, GError **error)
{
  float eps = config->vision_norm_eps;
  for (guint i = 0; i < STAGES; i++)
    if (!load_stage (net, i, weights, eps, error))
      return FALSE;
  gsize last = net->stages[STAGES - 1].channels;
  return clip_norm_load (&net->stem_norm, weights, "visual.trunk.", "stem.1",
                         net->stages[0].channels, eps, error) &&
         clip_norm_load (&net->head_norm, weights, "visual.trunk.", "head.norm", last, eps,
                         error) &&
         clip_timm_head_load (&net->head, config, weights, last, error);
}

ClipImageTower *
clip_convnext_new (const ClipConfig *config, ClipWeights *weights, guint size,
                   ClipPrecision precision, GError **error)
{
  if (size < SMALLEST || size > LARGEST) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_ARGUMENT,
                 "A ConvNeXt model sees pictures of %d to %d pixels a side, not %u", SMALLEST,
                 LARGEST, size);
    return NULL;
  }
  ConvNext *net = g_new0 (ConvNext, 1);
  net->base = (ClipImageTower){
      .encode = encode,
      .encode_places = encode_places,
      .visit = convnext_visit,
      .free = convnext_free,
      .size = size,
  };
  net->owned = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < STAGES; i++) {
    net->stages[i].blocks = g_array_new (FALSE, FALSE, sizeof (Block));
    g_array_set_clear_func (net->stages[i].blocks, clear_block);
  }
  if (!load (net, config, weights, error)) {
    convnext_free (&net->base);
    return NULL;
  }
  set_precision (net, precision);
  net->base.macs = count_macs (net);
  return &net->base;
}
