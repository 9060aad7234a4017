/* vec.h: a vector of 4 floats, in NEON. */
#pragma once

#include <arm_neon.h>
#include <glib.h>
#include <math.h>
#include <string.h>

#include "compute/vector/inline.h"

#define LANES 4

/* Of the 32 registers a group takes 16 (8 sums, the 7 weights of a kernel row, an input), and a
 * tile 27 (24 sums, 2 of weights, an activation). */
#define DEPTHWISE_GROUP 8
#define TILE_ROWS 12

typedef float32x4_t Vec;

VEC_INLINE Vec
vec_set1 (float x)
{
  return vdupq_n_f32 (x);
}

VEC_INLINE Vec
vec_load (const float *x)
{
  return vld1q_f32 (x);
}

VEC_INLINE void
vec_store (float *x, Vec v)
{
  vst1q_f32 (x, v);
}

/* The first @n < LANES from memory, the rest from @rest. */
VEC_INLINE Vec
vec_load_part (const float *x, gsize n, Vec rest)
{
  float lanes[LANES];
  vec_store (lanes, rest);
  memcpy (lanes, x, n * sizeof *x);
  return vec_load (lanes);
}

/* As vec_load_part(), but @n may be any number. */
VEC_INLINE Vec
vec_load_up_to (const float *x, gsize n, Vec rest)
{
  return n >= LANES ? vec_load (x) : vec_load_part (x, n, rest);
}

VEC_INLINE void
vec_store_part (float *x, Vec v, gsize n)
{
  float lanes[LANES];
  vec_store (lanes, v);
  memcpy (x, lanes, n * sizeof *x);
}

VEC_INLINE Vec
vec_add (Vec a, Vec b)
{
  return vaddq_f32 (a, b);
}

VEC_INLINE Vec
vec_sub (Vec a, Vec b)
{
  return vsubq_f32 (a, b);
}

VEC_INLINE Vec
vec_mul (Vec a, Vec b)
{
  return vmulq_f32 (a, b);
}

VEC_INLINE Vec
vec_div (Vec a, Vec b)
{
  return vdivq_f32 (a, b);
}

/* a · b + c */
VEC_INLINE Vec
vec_fma (Vec a, Vec b, Vec c)
{
  return vfmaq_f32 (c, a, b);
}

/* a · b − c */
VEC_INLINE Vec
vec_fms (Vec a, Vec b, Vec c)
{
  return vfmaq_f32 (vnegq_f32 (c), a, b);
}

/* The second where one is not a number. */
VEC_INLINE Vec
vec_min (Vec a, Vec b)
{
  return vbslq_f32 (vcltq_f32 (a, b), a, b);
}

VEC_INLINE Vec
vec_max (Vec a, Vec b)
{
  return vbslq_f32 (vcgtq_f32 (a, b), a, b);
}

VEC_INLINE Vec
vec_abs (Vec a)
{
  return vabsq_f32 (a);
}

VEC_INLINE float
vec_sum (Vec a)
{
  return vaddvq_f32 (a);
}

VEC_INLINE float
vec_highest (Vec a)
{
  return vmaxnmvq_f32 (a);
}

/* table[i] for the i that the lowest three bits of each lane are: a table of 32 bytes, of which
 * each lane takes four in a row. */
VEC_INLINE Vec
vec_lookup (const float table[8], Vec i)
{
  uint8x16x2_t bytes = {
      {vreinterpretq_u8_f32 (vld1q_f32 (table)), vreinterpretq_u8_f32 (vld1q_f32 (table + 4))}};
  uint32x4_t index = vandq_u32 (vreinterpretq_u32_f32 (i), vdupq_n_u32 (7));
  index = vmlaq_n_u32 (vdupq_n_u32 (0x03020100), index, 0x04040404);
  return vreinterpretq_f32_u8 (vqtbl2q_u8 (bytes, vreinterpretq_u8_u32 (index)));
}

/* a · 2ⁿ for the n that the lowest bits of each lane of @n are. */
VEC_INLINE Vec
vec_scale_exponent (Vec a, Vec n)
{
  int32x4_t exponent = vshlq_n_s32 (vreinterpretq_s32_f32 (n), 23);
  return vreinterpretq_f32_s32 (vaddq_s32 (vreinterpretq_s32_f32 (a), exponent));
}

/* sums − zero · column sums, for @n ≤ LANES columns. */
VEC_INLINE Vec
vec_less_zero (const gint32 *sums, gint32 zero, const gint32 *column_sums, gsize n)
{
  gint32 s[LANES] = {0}, c[LANES] = {0};
  memcpy (s, sums, n * sizeof *s);
  memcpy (c, column_sums, n * sizeof *c);
  return vcvtq_f32_s32 (vmlsq_n_s32 (vld1q_s32 (s), vld1q_s32 (c), zero));
}

/* Rounds to the nearest integer within 0 … 255; what is not a number becomes 0. */
VEC_INLINE void
vec_store_bytes (guint8 *y, Vec v)
{
  uint16x4_t words = vqmovn_u32 (vcvtnq_u32_f32 (v));
  uint8x8_t bytes = vqmovn_u16 (vcombine_u16 (words, words));
  vst1_lane_u32 ((guint32 *)(gpointer)y, vreinterpret_u32_u8 (bytes), 0);
}

/* As vec_store_bytes() for four vectors, in their order. */
VEC_INLINE void
vec_store_bytes4 (guint8 *y, const Vec v[4])
{
  uint16x8_t low =
      vcombine_u16 (vqmovn_u32 (vcvtnq_u32_f32 (v[0])), vqmovn_u32 (vcvtnq_u32_f32 (v[1])));
  uint16x8_t high =
      vcombine_u16 (vqmovn_u32 (vcvtnq_u32_f32 (v[2])), vqmovn_u32 (vcvtnq_u32_f32 (v[3])));
  vst1q_u8 (y, vcombine_u8 (vqmovn_u16 (low), vqmovn_u16 (high)));
}
