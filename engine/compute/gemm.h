/* gemm.h: products of activations with weights, and what is done to the result on the way out.
 *
 * A result does not depend on the number of threads, nor, with clip_linear_rows_are_apart(), on the
 * rows that are computed with it.
 */
#pragma once

#include "compute/run.h"
#include "files/weights.h"

G_BEGIN_DECLS

typedef enum {
  CLIP_ACTIVATION_NONE,
  CLIP_ACTIVATION_GELU,       /* exact, by erf */
  CLIP_ACTIVATION_QUICK_GELU, /* x · sigmoid(1.702 x) */
  CLIP_ACTIVATION_RELU6,
} ClipActivation;

/* A weight matrix as a layer holds it: [out][in] row-major as in the checkpoint (or [in][out]
 * where @transposed), of elements that clip_widen_run() reads; a new ClipLinear has F32.
 *
 * Its tower chooses the precision of the product; AUTO, as in a new ClipLinear, is F32. With BF16
 * weights and activations are rounded to bf16, with INT8 weights to 8 bits by column (signed, a
 * scale for each) and activations by row (unsigned, a scale and a zero for each); sums are in f32
 * and in 32-bit integers, and the result and what is done to it are f32 in every case. */
typedef struct {
  gconstpointer weight; /* nullable where there are panels */
  ClipDtype dtype;
  gboolean owned;    /* the weight is freed with the layer (g_free()) */
  const float *bias; /* out floats, nullable, not owned */
  gsize in, out;
  gboolean transposed;
  ClipPrecision precision;
  gconstpointer panels;     /* the weights as the tiles read them (panels.h), once there are any */
  gboolean panels_borrowed; /* they are not freed with the layer */
} ClipLinear;

/* y = x · Wᵀ + bias; activation; then, where given, y = y · scale (per column) and
 * y = residual + y. residual is laid out as y, and may be y. While the product is computed, the
 * weights of @next, which is multiplied soon after it, begin to be fetched. */
typedef struct {
  ClipActivation activation;
  const float *scale;
  const float *residual;
  ClipLinear *next; /* nullable */
} ClipEpilogue;

/* x is [rows][in], y [rows][out], both dense, at least one row; y overlaps neither x nor the
 * weights. @epilogue is nullable. */
void clip_linear (const ClipRun *run, ClipLinear *linear, gsize rows, const float *x, float *y,
                  const ClipEpilogue *epilogue);

/* Whether a row of a result is the same to the last bit whatever other rows are computed with it:
 * our tiles make it so, OpenBLAS does not. */
gboolean clip_linear_rows_are_apart (void);

/* Whether products with @linear are computed from panels, so that the weights are not needed any
 * more once there are panels. */
gboolean clip_linear_has_tiles (const ClipLinear *linear);

/* Told of each layer of a tower. */
typedef void (*ClipLinearVisit) (gpointer data, ClipLinear *linear);

/* Frees the weights that the layer owns: to be called once it has panels, so that they are not held
 * twice. */
void clip_linear_drop_weight (ClipLinear *linear);

/* Bytes of the weights as they are. */
gsize clip_linear_weight_size (const ClipLinear *linear);

/* Frees what the layer owns and what clip_linear() made for the next time. */
void clip_linear_clear (ClipLinear *linear);

G_END_DECLS
