/* efficientnet.c: the image tower of timm's tf_efficientnet_lite0 (tower.h).
 *
 * A stem, 16 inverted-residual blocks and a 1×1 convolution, each convolution followed by a batch
 * norm that is folded into its weights when the tower is opened; then the mean over all places
 * and the head. Padding is TensorFlow's SAME: it follows from a layer's actual input, so the
 * tower runs at any size. Activations are [rows][columns][channels].
 */
#include "towers/tower.h"

#include <math.h>
#include <string.h>

#include "compute/cpu.h"
#include "compute/kernels.h"
#include "towers/layers.h"
#include "towers/timm-head.h"

#define STEM_CHANNELS 32
#define STEM_KERNEL 3
#define STEM_STRIDE 2
#define HEAD_CHANNELS 1280
#define EXPANSION 6
#define BATCH_NORM_EPS 1e-3
/* Beyond this the activations take more memory than any use is worth. */
#define MAX_SIZE 4096
#define N_BLOCKS 16

/* The first block of a stage has its stride and changes the number of channels. Only the blocks
 * of stage 0 don't expand their channels. */
static const struct {
  gsize kernel, stride, channels, blocks;
} stages[] = {
    {3, 1, 16, 1},  {3, 2, 24, 2},  {5, 2, 40, 2},  {3, 2, 80, 3},
    {5, 1, 112, 3}, {5, 2, 192, 4}, {3, 1, 320, 1},
};

/* A convolution over space, its batch norm folded in. */
typedef struct {
  gsize channels, kernel, stride;
  const float *weight; /* [kernel²][channels] */
  const float *bias;
} Depthwise;

typedef struct {
  ClipLinear expand; /* 1×1; no weight in stage 0 */
  Depthwise depthwise;
  ClipLinear project; /* 1×1 */
  gboolean residual;  /* the block's input is added to its output */
} Block;

typedef struct {
  ClipImageTower base;
  GPtrArray *folded; /* floats that the layers point to */
  ClipLinear stem;   /* of a neighbourhood's [row][column][channel] */
  Block blocks[N_BLOCKS];
  ClipLinear last; /* 1×1 */
  ClipTimmHead head;
  ClipPrecision precision; /* of the convolutions but depthwise ones; the head is f32 */
} ClipEfficientNet;

/* ---- Geometry ---------------------------------------------------------------------------- */

/* The axis of a convolution over @side values. */
static void
same_axis (gsize side, gsize kernel, gsize stride, gsize *out, gsize *pad)
{
  *out = (side + stride - 1) / stride;
  gsize covered = (*out - 1) * stride + kernel;
  *pad = covered > side ? (covered - side) / 2 : 0;
}

/* A convolution on @height × @width places: the output has ⌈side / stride⌉ a side, and an odd
 * padding has its larger half at the far edges. */
static ClipConvShape
same_shape (gsize height, gsize width, gsize channels, gsize kernel, gsize stride)
{
  ClipConvShape shape = {
      .height = height,
      .width = width,
      .channels = channels,
      .step = channels,
      .kernel = kernel,
      .stride = stride,
  };

  same_axis (height, kernel, stride, &shape.out_height, &shape.pad_top);
  same_axis (width, kernel, stride, &shape.out_width, &shape.pad_left);
  return shape;
}

static ClipConvShape
stem_shape (gsize height, gsize width)
{
  return same_shape (height, width, 3, STEM_KERNEL, STEM_STRIDE);
}

/* Of the depthwise convolution of @block, whose input is the output of @before. */
static ClipConvShape
block_shape (const Block *block, const ClipConvShape *before)
{
  const Depthwise *layer = &block->depthwise;

  return same_shape (before->out_height, before->out_width, layer->channels, layer->kernel,
                     layer->stride);
}

static gsize
places (const ClipConvShape *shape)
{
  return shape->out_height * shape->out_width;
}

/* Most values between blocks, and inside of one, for a picture of @height × @width. */
static void
measure (const ClipEfficientNet *net, gsize height, gsize width, gsize *narrow, gsize *wide)
{
  ClipConvShape shape = stem_shape (height, width);

  *narrow = places (&shape) * STEM_CHANNELS;
  *wide = places (&shape) * net->stem.in;
  for (gsize i = 0; i < N_BLOCKS; i++) {
    shape = block_shape (&net->blocks[i], &shape);
    *narrow = MAX (*narrow, places (&shape) * net->blocks[i].project.out);
    *wide = MAX (*wide, shape.height * shape.width * shape.channels);
  }
  *wide = MAX (*wide, places (&shape) * HEAD_CHANNELS);
}

/* ---- Running ----------------------------------------------------------------------------- */

typedef struct {
  const ClipConvShape *shape;
  const float *x;
  float *y; /* [places][kernel² · channels] */
} GatherJob;

/* One row of one neighbourhood, zeros beyond the edges. What wraps around before the near edges is
 * far beyond the others. */
static void
gather_row (const GatherJob *job, gsize y, gsize left, float *out)
{
  const ClipConvShape *shape = job->shape;
  gsize channels = shape->channels, n = shape->kernel * channels;

  if (y >= shape->height) {
    memset (out, 0, n * sizeof (float));
    return;
  }
  const float *row = job->x + y * shape->width * channels;
  if (left < shape->width && left + shape->kernel <= shape->width) {
    for (gsize i = 0; i < n; i++) /* some numbers only: less than a call of memcpy() */
      out[i] = row[left * channels + i];
    return;
  }
  memset (out, 0, n * sizeof (float));
  for (gsize k = 0; k < shape->kernel; k++)
    if (left + k < shape->width)
      memcpy (out + k * channels, row + (left + k) * channels, channels * sizeof (float));
}

/* Task: the neighbourhoods of one output row. */
static void
gather_task (gpointer data, gsize row, guint slot)
{
  const GatherJob *job = data;
  const ClipConvShape *shape = job->shape;
  gsize n = shape->kernel * shape->channels;
  float *out = job->y + row * shape->out_width * shape->kernel * n;

  for (gsize column = 0; column < shape->out_width; column++)
    for (gsize ky = 0; ky < shape->kernel; ky++, out += n)
      gather_row (job, row * shape->stride + ky - shape->pad_top,
                  column * shape->stride - shape->pad_left, out);
}

typedef struct {
  const ClipKernels *kernels;
  const Depthwise *layer;
  const ClipConvShape *shape;
  const float *x;
  float *y;
} DepthwiseJob;

/* Task: one output row, with its ReLU6. */
static void
depthwise_task (gpointer data, gsize row, guint slot)
{
  const DepthwiseJob *job = data;
  const Depthwise *layer = job->layer;
  gsize n = job->shape->out_width * job->shape->channels;

  job->kernels->depthwise_row (job->y + row * n, job->x, job->shape, row, layer->weight,
                               layer->bias);
  job->kernels->relu6 (job->y + row * n, n);
}

/* The feature map in x, with the shape of the convolution that it came from; @wide and @wide2 are
 * work buffers. */
typedef struct {
  float *x, *wide, *wide2;
  ClipConvShape shape;
} State;

/* Runs @block on x in place. */
static void
block_run (Block *block, const ClipRun *run, State *state)
{
  const ClipEpilogue relu6 = {.activation = CLIP_ACTIVATION_RELU6};
  const ClipEpilogue add_to_x = {.residual = state->x};
  ClipConvShape shape = block_shape (block, &state->shape);
  DepthwiseJob job = {clip_kernels (), &block->depthwise, &shape, state->x, state->wide2};

  if (block->expand.out > 0) {
    clip_linear (run, &block->expand, shape.height * shape.width, state->x, state->wide, &relu6);
    job.x = state->wide;
  }
  clip_pool_run (run->pool, shape.out_height, depthwise_task, &job);
  clip_linear (run, &block->project, places (&shape), state->wide2, state->x,
               block->residual ? &add_to_x : NULL);
  state->shape = shape;
}

static gboolean
run_blocks (ClipEfficientNet *net, const ClipRun *run, State *state, GError **error)
{
  const ClipImageTower *base = &net->base;
  Block *block = net->blocks;

  for (gsize stage = 0; stage < G_N_ELEMENTS (stages); stage++) {
    for (gsize i = 0; i < stages[stage].blocks; i++, block++) {
      if (!clip_run_continue (run, error))
        return FALSE;
      block_run (block, run, state);
    }
    if (base->probe != NULL) {
      g_autofree char *name = g_strdup_printf ("stage%" G_GSIZE_FORMAT, stage);
      base->probe (base->probe_data, name, state->x, places (&state->shape),
                   stages[stage].channels);
    }
  }
  return TRUE;
}

static gboolean
take_buffers (const ClipEfficientNet *net, const ClipRun *run, const ClipPixels *pixels,
              State *state, GError **error)
{
  gsize narrow, wide;

  measure (net, pixels->height, pixels->width, &narrow, &wide);
  state->x = clip_run_alloc (run, narrow, 1, 1, error);
  state->wide = state->x != NULL ? clip_run_alloc (run, wide, 1, 1, error) : NULL;
  state->wide2 = state->wide != NULL ? clip_run_alloc (run, wide, 1, 1, error) : NULL;
  return state->wide2 != NULL;
}

/* Everything before the head.
 * Returns: (nullable): the last feature map, @n_places × HEAD_CHANNELS */
static const float *
run_trunk (ClipEfficientNet *net, const ClipRun *run, const ClipPixels *pixels, gsize *n_places,
           GError **error)
{
  const ClipEpilogue relu6 = {.activation = CLIP_ACTIVATION_RELU6};
  const ClipImageTower *base = &net->base;
  State state = {.shape = stem_shape (pixels->height, pixels->width)};

  if (!take_buffers (net, run, pixels, &state, error))
    return NULL;
  *n_places = places (&state.shape);
  GatherJob gather = {&state.shape, pixels->values, state.wide};
  clip_pool_run (run->pool, state.shape.out_height, gather_task, &gather);
  clip_linear (run, &net->stem, *n_places, state.wide, state.x, &relu6);
  if (base->probe != NULL)
    base->probe (base->probe_data, "stem", state.x, *n_places, STEM_CHANNELS);
  if (!run_blocks (net, run, &state, error) || !clip_run_continue (run, error))
    return NULL;
  *n_places = places (&state.shape);
  clip_linear (run, &net->last, *n_places, state.x, state.wide, &relu6);
  return state.wide;
}

static gboolean
efficientnet_encode (ClipImageTower *tower, const ClipRun *run, const ClipPixels *pixels,
                     float *embedding, GError **error)
{
  ClipEfficientNet *net = (ClipEfficientNet *)tower;
  float features[HEAD_CHANNELS];
  gsize n_places;

  const float *map = run_trunk (net, run, pixels, &n_places, error);
  if (map == NULL)
    return FALSE;
  clip_rows_mean (map, n_places, HEAD_CHANNELS, features);
  return clip_timm_head_run (&net->head, run, 1, features, embedding, error);
}

static gboolean
efficientnet_encode_places (ClipImageTower *tower, const ClipRun *run, const ClipPixels *pixels,
                            float *embeddings, GError **error)
{
  ClipEfficientNet *net = (ClipEfficientNet *)tower;
  gsize n_places;

  const float *map = run_trunk (net, run, pixels, &n_places, error);
  return map != NULL && clip_timm_head_run (&net->head, run, n_places, map, embeddings, error);
}

static void
efficientnet_visit (ClipImageTower *tower, ClipLinearVisit visit, gpointer data)
{
  ClipEfficientNet *net = (ClipEfficientNet *)tower;

  visit (data, &net->stem);
  for (gsize i = 0; i < N_BLOCKS; i++) {
    visit (data, &net->blocks[i].expand);
    visit (data, &net->blocks[i].project);
  }
  visit (data, &net->last);
  clip_timm_head_visit (&net->head, visit, data);
}

static void
efficientnet_free (ClipImageTower *tower)
{
  ClipEfficientNet *net = (ClipEfficientNet *)tower;

  clip_linear_clear (&net->stem);
  for (gsize i = 0; i < N_BLOCKS; i++) {
    clip_linear_clear (&net->blocks[i].expand);
    clip_linear_clear (&net->blocks[i].project);
  }
  clip_linear_clear (&net->last);
  clip_timm_head_clear (&net->head);
  g_ptr_array_unref (net->folded);
  g_free (net);
}

/* ---- Loading ----------------------------------------------------------------------------- */

/* A convolution and the batch norm after it, as the checkpoint has them: "visual.trunk." @prefix
 * @conv ".weight" is [out, in, kernel, kernel]. */
typedef struct {
  const char *prefix, *conv, *norm;
  gsize out, in, kernel;
} ConvTensors;

/* Reads the batch norm as a factor and an offset for each output channel. */
static gboolean
load_batch_norm (ClipWeights *weights, const ConvTensors *tensors, double *factor, double *offset,
                 GError **error)
{
  const char *const parts[] = {"weight", "bias", "running_mean", "running_var"};
  const float *floats[G_N_ELEMENTS (parts)];

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autofree char *name =
        g_strdup_printf ("visual.trunk.%s%s.%s", tensors->prefix, tensors->norm, parts[i]);
    floats[i] = clip_weights_get (weights, name, 1, &tensors->out, error);
    if (floats[i] == NULL)
      return FALSE;
  }
  for (gsize i = 0; i < tensors->out; i++) {
    factor[i] = floats[0][i] / sqrt (floats[3][i] + BATCH_NORM_EPS);
    offset[i] = floats[1][i] - floats[2][i] * factor[i];
  }
  return TRUE;
}

/* Loads a convolution with its batch norm folded in. The weights become [out][kernel²][in], as
 * activations are laid out; those of a depthwise one (in is 1) [kernel²][out].
 * @bias: (out): the tower's own. Returns: (transfer full): the weights */
static float *
load_conv (ClipEfficientNet *net, ClipWeights *weights, const ConvTensors *tensors,
           const float **bias, GError **error)
{
  gsize out = tensors->out, in = tensors->in, area = tensors->kernel * tensors->kernel;
  gboolean depthwise = in == 1;
  gsize out_step = depthwise ? 1 : area * in;
  gsize place_step = depthwise ? out : in;
  double factor[HEAD_CHANNELS], offset[HEAD_CHANNELS];
  g_autofree char *name =
      g_strdup_printf ("visual.trunk.%s%s.weight", tensors->prefix, tensors->conv);

  const float *stored =
      clip_weights_get_shape (weights, name, error, 4, out, in, tensors->kernel, tensors->kernel);
  if (stored == NULL || !load_batch_norm (weights, tensors, factor, offset, error))
    return NULL;
  float *folded_bias = clip_buffer_new (out, 1, error);
  if (folded_bias == NULL)
    return NULL;
  g_ptr_array_add (net->folded, folded_bias);
  float *folded = clip_buffer_new (out, area * in, error);
  if (folded == NULL)
    return NULL;

  for (gsize o = 0; o < out; o++)
    for (gsize i = 0; i < in; i++)
      for (gsize place = 0; place < area; place++)
        folded[o * out_step + place * place_step + i] =
            (float)(stored[(o * in + i) * area + place] * factor[o]);
  for (gsize o = 0; o < out; o++)
    folded_bias[o] = (float)offset[o];
  clip_weights_release (weights, stored, out * in * area * sizeof *stored);
  *bias = folded_bias;
  return folded;
}

static gboolean
load_pointwise (ClipEfficientNet *net, ClipWeights *weights, const ConvTensors *tensors,
                ClipLinear *linear, GError **error)
{
  linear->in = tensors->in * tensors->kernel * tensors->kernel;
  linear->out = tensors->out;
  linear->precision = net->precision;
  linear->weight = load_conv (net, weights, tensors, &linear->bias, error);
  linear->owned = TRUE;
  return linear->weight != NULL;
}

/* Loads one block for an input of @in channels. */
static gboolean
load_block (ClipEfficientNet *net, Block *block, ClipWeights *weights, gsize stage, gsize index,
            gsize in, GError **error)
{
  gboolean expands = stage > 0;
  gsize inner = expands ? EXPANSION * in : in;
  gsize out = stages[stage].channels;
  gsize kernel = stages[stage].kernel;
  gsize stride = index == 0 ? stages[stage].stride : 1;
  g_autofree char *prefix =
      g_strdup_printf ("blocks.%" G_GSIZE_FORMAT ".%" G_GSIZE_FORMAT ".", stage, index);
  const ConvTensors expand = {prefix, "conv_pw", "bn1", inner, in, 1};
  const ConvTensors depthwise = {prefix, "conv_dw", expands ? "bn2" : "bn1", inner, 1, kernel};
  const ConvTensors project = {
      prefix, expands ? "conv_pwl" : "conv_pw", expands ? "bn3" : "bn2", out, inner, 1};

  block->depthwise = (Depthwise){.channels = inner, .kernel = kernel, .stride = stride};
  block->residual = stride == 1 && in == out;
  if (expands && !load_pointwise (net, weights, &expand, &block->expand, error))
    return FALSE;
  float *kernels = load_conv (net, weights, &depthwise, &block->depthwise.bias, error);
  if (kernels == NULL)
    return FALSE;
  g_ptr_array_add (net->folded, kernels);
  block->depthwise.weight = kernels;
  return load_pointwise (net, weights, &project, &block->project, error);
}

static gboolean
load_blocks (ClipEfficientNet *net, ClipWeights *weights, GError **error)
{
  gsize in = STEM_CHANNELS;
  Block *block = net->blocks;

  for (gsize stage = 0; stage < G_N_ELEMENTS (stages); stage++)
    for (gsize i = 0; i < stages[stage].blocks; i++, block++) {
      if (!load_block (net, block, weights, stage, i, in, error))
        return FALSE;
      in = stages[stage].channels;
    }
  return TRUE;
}

static gboolean
load_tensors (ClipEfficientNet *net, const ClipConfig *config, ClipWeights *weights, GError **error)
{
  const ConvTensors stem = {"", "conv_stem", "bn1", STEM_CHANNELS, 3, STEM_KERNEL};
  const ConvTensors last = {
      "", "conv_head", "bn2", HEAD_CHANNELS, stages[G_N_ELEMENTS (stages) - 1].channels, 1};

  return load_pointwise (net, weights, &stem, &net->stem, error) &&
         load_blocks (net, weights, error) &&
         load_pointwise (net, weights, &last, &net->last, error) &&
         clip_timm_head_load (&net->head, config, weights, HEAD_CHANNELS, error);
}

static guint64
count_macs (const ClipEfficientNet *net)
{
  ClipConvShape shape = stem_shape (net->base.size, net->base.size);
  guint64 macs = places (&shape) * net->stem.in * net->stem.out;

  for (gsize i = 0; i < N_BLOCKS; i++) {
    const Block *block = &net->blocks[i];
    shape = block_shape (block, &shape);
    macs += shape.height * shape.width * block->expand.in * block->expand.out;
    macs += places (&shape) * shape.channels * shape.kernel * shape.kernel;
    macs += places (&shape) * block->project.in * block->project.out;
  }
  macs += places (&shape) * net->last.in * net->last.out;
  return macs + clip_timm_head_get_macs (&net->head);
}

/* The products are short, so that rounding to bytes takes what multiplying them saves: where the
 * processor has it, bf16 is as fast and much closer. */
static ClipPrecision
choose_precision (ClipPrecision precision)
{
  gboolean bf16 = (clip_cpu_flags () & CLIP_CPU_BF16) != 0;

  return precision == CLIP_PRECISION_INT8 && bf16 ? CLIP_PRECISION_BF16 : precision;
}

ClipImageTower *
clip_efficientnet_new (const ClipConfig *config, ClipWeights *weights, guint size,
                       ClipPrecision precision, GError **error)
{
  if (size == 0 || size > MAX_SIZE) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_ARGUMENT,
                 "An image size of %u; 1 to %d are possible with this model", size, MAX_SIZE);
    return NULL;
  }

  ClipEfficientNet *net = g_new0 (ClipEfficientNet, 1);
  net->base.encode = efficientnet_encode;
  net->base.encode_places = efficientnet_encode_places;
  net->base.visit = efficientnet_visit;
  net->base.free = efficientnet_free;
  net->base.size = size;
  net->precision = choose_precision (precision);
  net->folded = g_ptr_array_new_with_free_func (g_free);
  if (!load_tensors (net, config, weights, error)) {
    efficientnet_free (&net->base);
    return NULL;
  }
  net->base.macs = count_macs (net);
  return &net->base;
}
