/* widen.h: elements of a tensor as float32. */
#pragma once

#include "files/weights.h"

G_BEGIN_DECLS

/* Both are exact: subnormals, infinities and NaNs (with their bits) included. */
float clip_widen_f16 (guint16 half);
float clip_widen_bf16 (guint16 half);

/* @n elements of @dtype, which is F32, F16 or BF16, from the @first of @data on, one after the
 * other; at any alignment. */
void clip_widen_run (ClipDtype dtype, gconstpointer data, gsize first, gsize n, float *out);

/* Writes all @count elements of @tensor, which is F32, F16 or BF16, in row-major order. */
void clip_widen (const ClipTensor *tensor, gsize count, float *out);

/* Whether the elements lie in row-major order without gaps. */
gboolean clip_tensor_is_contiguous (const ClipTensor *tensor);

G_END_DECLS
