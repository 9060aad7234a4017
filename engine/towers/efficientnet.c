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
  ClipConvShape shape;
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
  ClipConvShape stem_shape;
  ClipLinear stem; /* of a neighbourhood's [row][column][channel] */
  Block blocks[N_BLOCKS];
  ClipLinear last; /* 1×1 */
  ClipTimmHead head;
  ClipPrecision precision; /* of the convolutions but depthwise ones; the head is f32 */
  gsize narrow, wide;      /* most values between blocks, and inside of one */
} ClipEfficientNet;

/* ---- Geometry ---------------------------------------------------------------------------- */

/* A convolution on a square of @side: the output has ⌈side / stride⌉, and an odd padding has its
 * larger half at the far edges. */
static ClipConvShape
same_shape (gsize side, gsize channels, gsize kernel, gsize stride)
{
  gsize out = (side + stride - 1) / stride;
  gsize covered = (out - 1) * stride + kernel;
  gsize pad = covered > side ? (covered - side) / 2 : 0;

  return (ClipConvShape){
      .height = side,
      .width = side,
      .channels = channels,
      .out_height = out,
      .out_width = out,
      .kernel = kernel,
      .stride = stride,
      .pad_top = pad,
      .pad_left = pad,
  };
}

static gsize
places (const ClipConvShape *shape)
{
  return shape->out_height * shape->out_width;
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
  const float *x;
  float *y;
} DepthwiseJob;

/* Task: one output row, with its ReLU6. */
static void
depthwise_task (gpointer data, gsize row, guint slot)
{
  const DepthwiseJob *job = data;
  const Depthwise *layer = job->layer;
  gsize n = layer->shape.out_width * layer->shape.channels;

  job->kernels->depthwise_row (job->y + row * n, job->x, &layer->shape, row, layer->weight,
                               layer->bias);
  job->kernels->relu6 (job->y + row * n, n);
}

/* Runs @block on x in place; @wide and @wide2 are work buffers. */
static void
block_run (Block *block, const ClipRun *run, float *x, float *wide, float *wide2)
{
  const ClipEpilogue relu6 = {.activation = CLIP_ACTIVATION_RELU6};
  const ClipEpilogue add_to_x = {.residual = x};
  const ClipConvShape *shape = &block->depthwise.shape;
  DepthwiseJob job = {clip_kernels (), &block->depthwise, x, wide2};

  if (block->expand.weight != NULL) {
    clip_linear (run, &block->expand, shape->height * shape->width, x, wide, &relu6);
    job.x = wide;
  }
  clip_pool_run (run->pool, shape->out_height, depthwise_task, &job);
  clip_linear (run, &block->project, places (shape), wide2, x, block->residual ? &add_to_x : NULL);
}

static gboolean
run_blocks (ClipEfficientNet *net, const ClipRun *run, float *x, float *wide, float *wide2,
            GError **error)
{
  const ClipImageTower *base = &net->base;
  Block *block = net->blocks;

  for (gsize stage = 0; stage < G_N_ELEMENTS (stages); stage++) {
    for (gsize i = 0; i < stages[stage].blocks; i++, block++) {
      if (!clip_run_continue (run, error))
        return FALSE;
      block_run (block, run, x, wide, wide2);
    }
    if (base->probe != NULL) {
      g_autofree char *name = g_strdup_printf ("stage%" G_GSIZE_FORMAT, stage);
      base->probe (base->probe_data, name, x, places (&block[-1].depthwise.shape),
                   stages[stage].channels);
    }
  }
  return TRUE;
}

/* Mean over all places of [places][HEAD_CHANNELS]. */
static void
average (const float *x, gsize n_places, float *mean)
{
  const ClipKernels *kernels = clip_kernels ();

  memset (mean, 0, HEAD_CHANNELS * sizeof (float));
  for (gsize i = 0; i < n_places; i++)
    kernels->add (mean, x + i * HEAD_CHANNELS, HEAD_CHANNELS);
  for (gsize i = 0; i < HEAD_CHANNELS; i++)
    mean[i] /= (float)n_places;
}

static gboolean
efficientnet_encode (ClipImageTower *tower, const ClipRun *run, const float *pixels,
                     float *embedding, GError **error)
{
  ClipEfficientNet *net = (ClipEfficientNet *)tower;
  const ClipEpilogue relu6 = {.activation = CLIP_ACTIVATION_RELU6};
  gsize n_first = places (&net->stem_shape);
  gsize n_last = places (&net->blocks[N_BLOCKS - 1].depthwise.shape);
  float features[HEAD_CHANNELS];

  float *x = clip_run_alloc (run, net->narrow, 1, 1, error);
  float *wide = x != NULL ? clip_run_alloc (run, net->wide, 1, 1, error) : NULL;
  float *wide2 = wide != NULL ? clip_run_alloc (run, net->wide, 1, 1, error) : NULL;
  if (wide2 == NULL)
    return FALSE;

  GatherJob gather = {&net->stem_shape, pixels, wide};
  clip_pool_run (run->pool, net->stem_shape.out_height, gather_task, &gather);
  clip_linear (run, &net->stem, n_first, wide, x, &relu6);
  if (tower->probe != NULL)
    tower->probe (tower->probe_data, "stem", x, n_first, STEM_CHANNELS);
  if (!run_blocks (net, run, x, wide, wide2, error) || !clip_run_continue (run, error))
    return FALSE;
  clip_linear (run, &net->last, n_last, x, wide, &relu6);
  average (wide, n_last, features);
  return clip_timm_head_run (&net->head, run, features, embedding, error);
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
 * activations are laid out; those of a depthwise one (in is 1) [kernel²][out]. */
static gboolean
load_conv (ClipEfficientNet *net, ClipWeights *weights, const ConvTensors *tensors,
           const float **weight, const float **bias, GError **error)
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
    return FALSE;
  float *folded = clip_buffer_new (out, area * in + 1, error);
  if (folded == NULL)
    return FALSE;
  g_ptr_array_add (net->folded, folded);

  for (gsize o = 0; o < out; o++)
    for (gsize i = 0; i < in; i++)
      for (gsize place = 0; place < area; place++)
        folded[o * out_step + place * place_step + i] = (float)(*stored++ * factor[o]);
  float *folded_bias = folded + out * area * in;
  for (gsize o = 0; o < out; o++)
    folded_bias[o] = (float)offset[o];
  *weight = folded;
  *bias = folded_bias;
  return TRUE;
}

static gboolean
load_pointwise (ClipEfficientNet *net, ClipWeights *weights, const ConvTensors *tensors,
                ClipLinear *linear, GError **error)
{
  linear->in = tensors->in * tensors->kernel * tensors->kernel;
  linear->out = tensors->out;
  linear->precision = net->precision;
  return load_conv (net, weights, tensors, &linear->weight, &linear->bias, error);
}

/* Loads one block for an input of @side × @side × @in values. */
static gboolean
load_block (ClipEfficientNet *net, Block *block, ClipWeights *weights, gsize stage, gsize index,
            gsize side, gsize in, GError **error)
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

  block->depthwise.shape = same_shape (side, inner, kernel, stride);
  block->residual = stride == 1 && in == out;
  net->narrow = MAX (net->narrow, places (&block->depthwise.shape) * out);
  net->wide = MAX (net->wide, side * side * inner);
  return (!expands || load_pointwise (net, weights, &expand, &block->expand, error)) &&
         load_conv (net, weights, &depthwise, &block->depthwise.weight, &block->depthwise.bias,
                    error) &&
         load_pointwise (net, weights, &project, &block->project, error);
}

static gboolean
load_blocks (ClipEfficientNet *net, ClipWeights *weights, gsize side, GError **error)
{
  gsize in = STEM_CHANNELS;
  Block *block = net->blocks;

  for (gsize stage = 0; stage < G_N_ELEMENTS (stages); stage++)
    for (gsize i = 0; i < stages[stage].blocks; i++, block++) {
      if (!load_block (net, block, weights, stage, i, side, in, error))
        return FALSE;
      side = block->depthwise.shape.out_height;
      in = stages[stage].channels;
    }
  return TRUE;
}

static gboolean
load_tensors (ClipEfficientNet *net, const ClipConfig *config, ClipWeights *weights, GError **error)
{
  const ConvTensors stem = {"", "conv_stem", "bn1", STEM_CHANNELS, 3, 3};
  const ConvTensors last = {
      "", "conv_head", "bn2", HEAD_CHANNELS, stages[G_N_ELEMENTS (stages) - 1].channels, 1};

  net->stem_shape = same_shape (net->base.size, 3, stem.kernel, 2);
  net->narrow = places (&net->stem_shape) * STEM_CHANNELS;
  if (!load_pointwise (net, weights, &stem, &net->stem, error) ||
      !load_blocks (net, weights, net->stem_shape.out_height, error) ||
      !load_pointwise (net, weights, &last, &net->last, error))
    return FALSE;
  net->wide = MAX (net->wide, places (&net->stem_shape) * net->stem.in);
  net->wide = MAX (net->wide, places (&net->blocks[N_BLOCKS - 1].depthwise.shape) * HEAD_CHANNELS);
  return clip_timm_head_load (&net->head, config, weights, HEAD_CHANNELS, error);
}

static guint64
count_macs (const ClipEfficientNet *net)
{
  guint64 macs = places (&net->stem_shape) * net->stem.in * net->stem.out;

  for (gsize i = 0; i < N_BLOCKS; i++) {
    const Block *block = &net->blocks[i];
    const ClipConvShape *shape = &block->depthwise.shape;
    macs += shape->height * shape->width * block->expand.in * block->expand.out;
    macs += places (shape) * shape->channels * shape->kernel * shape->kernel;
    macs += places (shape) * block->project.in * block->project.out;
  }
  macs += places (&net->blocks[N_BLOCKS - 1].depthwise.shape) * net->last.in * net->last.out;
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
