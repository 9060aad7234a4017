/* widen.c: elements of a tensor as float32 (widen.h). */
#include "files/widen.h"
#include "files/bytes.h"

static inline float
from_bits (guint32 bits)
{
  float value;
  memcpy (&value, &bits, sizeof value);
  return value;
}

/* Sign, 5 bits of exponent with bias 15, 10 of mantissa; float32 has 8 with bias 127, and 23. */
static inline float
widen_f16 (guint16 half)
{
  guint32 sign = (guint32)(half & 0x8000) << 16, mantissa = half & 0x3ff;
  guint32 exponent = half >> 10 & 0x1f;
  if (exponent == 0) { /* zero or subnormal: mantissa × 2^-24, which float32 has as normal */
    float magnitude = (float)mantissa * 0x1p-24f;
    return sign != 0 ? -magnitude : magnitude;
  }
  exponent = exponent == 0x1f ? 0xff : exponent + 127 - 15;
  return from_bits (sign | exponent << 23 | mantissa << 13);
}

/* The upper half of a float32. */
static inline float
widen_bf16 (guint16 half)
{
  return from_bits ((guint32)half << 16);
}

float
clip_widen_f16 (guint16 half)
{
  return widen_f16 (half);
}

float
clip_widen_bf16 (guint16 half)
{
  return widen_bf16 (half);
}

/* @n elements that are @stride elements apart. */
static void
widen_row (ClipDtype dtype, const guint8 *data, gsize n, gsize stride, float *out)
{
  if (dtype == CLIP_DTYPE_F32)
    for (gsize i = 0; i < n; i++)
      out[i] = from_bits (clip_read_u32 (data + 4 * stride * i));
  else if (dtype == CLIP_DTYPE_F16)
    for (gsize i = 0; i < n; i++)
      out[i] = widen_f16 (clip_read_u16 (data + 2 * stride * i));
  else
    for (gsize i = 0; i < n; i++)
      out[i] = widen_bf16 (clip_read_u16 (data + 2 * stride * i));
}

void
clip_widen_run (ClipDtype dtype, gconstpointer data, gsize first, gsize n, float *out)
{
  widen_row (dtype, (const guint8 *)data + first * clip_dtype_size (dtype), n, 1, out);
}

gboolean
clip_tensor_is_contiguous (const ClipTensor *tensor)
{
  gsize expected = 1;
  for (guint i = tensor->rank; i-- > 0;) {
    if (tensor->shape[i] > 1 && tensor->stride[i] != expected)
      return FALSE;
    expected *= tensor->shape[i];
  }
  return TRUE;
}

void
clip_widen (const ClipTensor *tensor, gsize count, float *out)
{
  gsize element = clip_dtype_size (tensor->dtype);
  if (clip_tensor_is_contiguous (tensor)) {
    widen_row (tensor->dtype, tensor->data, count, 1, out);
    return;
  }
  /* Row by row; @at counts the rows as an odometer does. */
  guint inner = tensor->rank - 1;
  gsize n = tensor->shape[inner], at[CLIP_TENSOR_MAX_RANK] = {0};
  for (gsize done = 0; done < count; done += n) {
    gsize offset = 0;
    for (guint i = 0; i < inner; i++)
      offset += at[i] * tensor->stride[i];
    widen_row (tensor->dtype, tensor->data + element * offset, n, tensor->stride[inner],
               out + done);
    for (guint i = inner; i-- > 0 && ++at[i] == tensor->shape[i];)
      at[i] = 0;
  }
}
