/* gemm.h: products of activations with weights, and what is done to the result on the way out.
 *
 * The only caller of OpenBLAS, which is held to one thread: rows are split over the engine's pool
 * in blocks whose size depends on the problem alone, so that a result depends neither on the
 * number of threads nor on the batch.
 */
#pragma once

#include "compute/pool.h"

G_BEGIN_DECLS

typedef enum {
  CLIP_ACTIVATION_NONE,
  CLIP_ACTIVATION_GELU,       /* exact, by erf */
  CLIP_ACTIVATION_QUICK_GELU, /* x · sigmoid(1.702 x) */
  CLIP_ACTIVATION_RELU6,
} ClipActivation;

/* A weight matrix as a layer holds it: [out][in] row-major as in the checkpoint (or [in][out]
 * where @transposed), perhaps with a packed twin. The floats are not owned. */
typedef struct {
  const float *weight;
  const float *bias; /* out floats, nullable */
  gsize in, out;
  gboolean transposed;
} ClipLinear;

/* y = x · Wᵀ + bias; activation; then, where given, y = y · scale (per column) and
 * y = residual + y. x is [rows][in], y and residual [rows][out], all dense. residual may be y. */
typedef struct {
  ClipActivation activation;
  const float *scale;
  const float *residual;
} ClipEpilogue;

void clip_linear (ClipPool *pool, const ClipLinear *linear, gsize rows, const float *x, float *y,
                  const ClipEpilogue *epilogue);

G_END_DECLS
