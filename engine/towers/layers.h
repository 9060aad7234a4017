/* layers.h: the small parts that towers are built of: loading a layer's tensors, LayerNorm over
 * rows, and buffers. */
#pragma once

#include "compute/gemm.h"
#include "files/weights.h"

G_BEGIN_DECLS

/* LayerNorm over the channels of a row. The floats are not owned. */
typedef struct {
  const float *weight, *bias; /* width floats each */
  gsize width;
  float eps;
} ClipNorm;

/**
 * clip_norm_load:
 * @prefix: what stands before @name in the tensors' names
 * @name: the norm's name; its tensors are "@prefix@name.weight" and "@prefix@name.bias"
 *
 * Returns: %FALSE with an error naming the tensor where one is missing or has another shape
 */
gboolean clip_norm_load (ClipNorm *norm, ClipWeights *weights, const char *prefix, const char *name,
                         gsize width, float eps, GError **error);

/**
 * clip_norm_apply:
 * @x: [rows][width]
 * @y: [rows][width]; may be @x
 *
 * Normalises each row, rows split over the pool.
 */
void
clip_norm_apply (const ClipNorm *norm, const ClipRun *run, gsize rows, const float *x, float *y);

/* The mean over @rows rows of @x: pooling over all places of a feature map. */
void clip_rows_mean (const float *x, gsize rows, gsize width, float *mean);

/**
 * clip_linear_load:
 * @prefix: what stands before the names
 * @weight: name of the [out, in] matrix
 * @bias: (nullable): name of the bias, %NULL for a layer without one
 *
 * Returns: %FALSE with an error naming the tensor where one is missing or has another shape
 */
gboolean
clip_linear_load (ClipLinear *linear, ClipWeights *weights, const char *prefix, const char *weight,
                  const char *bias, gsize in, gsize out, GError **error);

/**
 * clip_linear_load_transposed:
 * @weight: name of a matrix that is stored [in, out], used as x · P
 */
gboolean clip_linear_load_transposed (ClipLinear *linear, ClipWeights *weights, const char *weight,
                                      gsize in, gsize out, GError **error);

/**
 * clip_buffer_new:
 *
 * For what a tower makes of its weights when it is opened; what it needs while it runs comes from
 * clip_run_alloc().
 *
 * Returns: (transfer full): rows × columns uninitialised floats, to be released with g_free();
 *     %NULL with CLIP_ERROR_MEMORY where there is not that much memory
 */
float *clip_buffer_new (gsize rows, gsize columns, GError **error);

G_END_DECLS
