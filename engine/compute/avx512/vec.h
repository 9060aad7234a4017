/* vec.h: a vector of 16 floats, in AVX-512. */
#pragma once

#include <glib.h>
#include <immintrin.h>
#include <math.h>

#include "compute/vector/inline.h"

#define LANES 16

/* Of the 32 registers a group takes 18 (10 sums, the 7 weights of a kernel row, an input), and a
 * tile 27 (24 sums, 2 of weights, an activation). */
#define DEPTHWISE_GROUP 10
#define TILE_ROWS 12

typedef __m512 Vec;

VEC_INLINE __mmask16
vec_mask (gsize n)
{
  return (__mmask16)((1u << n) - 1);
}

VEC_INLINE Vec
vec_set1 (float x)
{
  return _mm512_set1_ps (x);
}

VEC_INLINE Vec
vec_load (const float *x)
{
  return _mm512_loadu_ps (x);
}

VEC_INLINE void
vec_store (float *x, Vec v)
{
  _mm512_storeu_ps (x, v);
}

/* The first @n < LANES from memory, the rest from @rest. */
VEC_INLINE Vec
vec_load_part (const float *x, gsize n, Vec rest)
{
  return _mm512_mask_loadu_ps (rest, vec_mask (n), x);
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
  _mm512_mask_storeu_ps (x, vec_mask (n), v);
}

VEC_INLINE Vec
vec_add (Vec a, Vec b)
{
  return _mm512_add_ps (a, b);
}

VEC_INLINE Vec
vec_sub (Vec a, Vec b)
{
  return _mm512_sub_ps (a, b);
}

VEC_INLINE Vec
vec_mul (Vec a, Vec b)
{
  return _mm512_mul_ps (a, b);
}

VEC_INLINE Vec
vec_div (Vec a, Vec b)
{
  return _mm512_div_ps (a, b);
}

/* a · b + c */
VEC_INLINE Vec
vec_fma (Vec a, Vec b, Vec c)
{
  return _mm512_fmadd_ps (a, b, c);
}

/* a · b − c */
VEC_INLINE Vec
vec_fms (Vec a, Vec b, Vec c)
{
  return _mm512_fmsub_ps (a, b, c);
}

/* The second where one is not a number. */
VEC_INLINE Vec
vec_min (Vec a, Vec b)
{
  return _mm512_min_ps (a, b);
}

VEC_INLINE Vec
vec_max (Vec a, Vec b)
{
  return _mm512_max_ps (a, b);
}

VEC_INLINE Vec
vec_abs (Vec a)
{
  return _mm512_abs_ps (a);
}

VEC_INLINE float
vec_sum (Vec a)
{
  return _mm512_reduce_add_ps (a);
}

VEC_INLINE float
vec_highest (Vec a)
{
  return _mm512_reduce_max_ps (a);
}

/* table[i] for the i that the lowest three bits of each lane are. */
VEC_INLINE Vec
vec_lookup (const float table[8], Vec i)
{
  Vec twice = _mm512_broadcast_f32x8 (_mm256_loadu_ps (table));
  return _mm512_permutexvar_ps (_mm512_castps_si512 (i), twice);
}

/* a · 2ⁿ for the n that the lowest bits of each lane of @n are. */
VEC_INLINE Vec
vec_scale_exponent (Vec a, Vec n)
{
  __m512i exponent = _mm512_slli_epi32 (_mm512_castps_si512 (n), 23);
  return _mm512_castsi512_ps (_mm512_add_epi32 (_mm512_castps_si512 (a), exponent));
}

/* Fetches a line into the second-level cache. */
VEC_INLINE void
vec_prefetch (const char *line)
{
  _mm_prefetch (line, _MM_HINT_T1);
}

/* sums − zero · column sums, for @n ≤ LANES columns. */
VEC_INLINE Vec
vec_less_zero (const gint32 *sums, gint32 zero, const gint32 *column_sums, gsize n)
{
  __mmask16 mask = n >= LANES ? 0xffff : vec_mask (n);
  __m512i s = _mm512_maskz_loadu_epi32 (mask, sums);
  __m512i c = _mm512_maskz_loadu_epi32 (mask, column_sums);
  return _mm512_cvtepi32_ps (
      _mm512_sub_epi32 (s, _mm512_mullo_epi32 (c, _mm512_set1_epi32 (zero))));
}

/* Rounds to the nearest integer within 0 … 255; what is not a number becomes 0. */
VEC_INLINE void
vec_store_bytes (guint8 *y, Vec v)
{
  v = _mm512_max_ps (v, _mm512_setzero_ps ());
  _mm_storeu_si128 ((__m128i *)y, _mm512_cvtusepi32_epi8 (_mm512_cvtps_epi32 (v)));
}

/* As vec_store_bytes() for four vectors, in their order, none of them beyond 2³¹. */
VEC_INLINE void
vec_store_bytes4 (guint8 *y, const Vec v[4])
{
  /* Packing works within lanes of 128 bits: afterwards word i of lane j is that of vector i. */
  __m512i low = _mm512_packs_epi32 (_mm512_cvtps_epi32 (v[0]), _mm512_cvtps_epi32 (v[1]));
  __m512i high = _mm512_packs_epi32 (_mm512_cvtps_epi32 (v[2]), _mm512_cvtps_epi32 (v[3]));
  __m512i order = _mm512_setr_epi32 (0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  _mm512_storeu_si512 (y, _mm512_permutexvar_epi32 (order, _mm512_packus_epi16 (low, high)));
}
