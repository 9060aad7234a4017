/* vec.h: a vector of 8 floats, in AVX2 with FMA. */
#pragma once

#include <glib.h>
#include <immintrin.h>
#include <math.h>

#include "compute/vector/inline.h"

#define LANES 8

/* Of the 16 registers a group takes 14 (6 sums, the 7 weights of a kernel row, an input), and a
 * tile 15 (12 sums, 2 of weights, an activation). */
#define DEPTHWISE_GROUP 6
#define TILE_ROWS 6

typedef __m256 Vec;

VEC_INLINE __m256i
vec_mask (gsize n)
{
  static const gint32 masks[2 * LANES] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return _mm256_loadu_si256 ((const __m256i *)(masks + LANES - n));
}

VEC_INLINE Vec
vec_set1 (float x)
{
  return _mm256_set1_ps (x);
}

VEC_INLINE Vec
vec_load (const float *x)
{
  return _mm256_loadu_ps (x);
}

VEC_INLINE void
vec_store (float *x, Vec v)
{
  _mm256_storeu_ps (x, v);
}

/* The first @n < LANES from memory, the rest from @rest. */
VEC_INLINE Vec
vec_load_part (const float *x, gsize n, Vec rest)
{
  __m256i mask = vec_mask (n);
  return _mm256_blendv_ps (rest, _mm256_maskload_ps (x, mask), _mm256_castsi256_ps (mask));
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
  _mm256_maskstore_ps (x, vec_mask (n), v);
}

VEC_INLINE Vec
vec_add (Vec a, Vec b)
{
  return _mm256_add_ps (a, b);
}

VEC_INLINE Vec
vec_sub (Vec a, Vec b)
{
  return _mm256_sub_ps (a, b);
}

VEC_INLINE Vec
vec_mul (Vec a, Vec b)
{
  return _mm256_mul_ps (a, b);
}

VEC_INLINE Vec
vec_div (Vec a, Vec b)
{
  return _mm256_div_ps (a, b);
}

/* a · b + c */
VEC_INLINE Vec
vec_fma (Vec a, Vec b, Vec c)
{
  return _mm256_fmadd_ps (a, b, c);
}

/* a · b − c */
VEC_INLINE Vec
vec_fms (Vec a, Vec b, Vec c)
{
  return _mm256_fmsub_ps (a, b, c);
}

/* The second where one is not a number. */
VEC_INLINE Vec
vec_min (Vec a, Vec b)
{
  return _mm256_min_ps (a, b);
}

VEC_INLINE Vec
vec_max (Vec a, Vec b)
{
  return _mm256_max_ps (a, b);
}

VEC_INLINE Vec
vec_abs (Vec a)
{
  return _mm256_andnot_ps (_mm256_set1_ps (-0.0f), a);
}

VEC_INLINE float
vec_sum (Vec a)
{
  __m128 s = _mm_add_ps (_mm256_castps256_ps128 (a), _mm256_extractf128_ps (a, 1));
  s = _mm_add_ps (s, _mm_movehl_ps (s, s));
  return _mm_cvtss_f32 (_mm_add_ss (s, _mm_movehdup_ps (s)));
}

VEC_INLINE float
vec_highest (Vec a)
{
  __m128 s = _mm_max_ps (_mm256_castps256_ps128 (a), _mm256_extractf128_ps (a, 1));
  s = _mm_max_ps (s, _mm_movehl_ps (s, s));
  return _mm_cvtss_f32 (_mm_max_ss (s, _mm_movehdup_ps (s)));
}

/* table[i] for the i that the lowest three bits of each lane are. */
VEC_INLINE Vec
vec_lookup (const float table[8], Vec i)
{
  return _mm256_permutevar8x32_ps (_mm256_loadu_ps (table), _mm256_castps_si256 (i));
}

/* a · 2ⁿ for the n that the lowest bits of each lane of @n are. */
VEC_INLINE Vec
vec_scale_exponent (Vec a, Vec n)
{
  __m256i exponent = _mm256_slli_epi32 (_mm256_castps_si256 (n), 23);
  return _mm256_castsi256_ps (_mm256_add_epi32 (_mm256_castps_si256 (a), exponent));
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
  __m256i mask = vec_mask (n);
  __m256i s = _mm256_maskload_epi32 (sums, mask), c = _mm256_maskload_epi32 (column_sums, mask);
  return _mm256_cvtepi32_ps (
      _mm256_sub_epi32 (s, _mm256_mullo_epi32 (c, _mm256_set1_epi32 (zero))));
}

/* Rounds to the nearest integer within 0 … 255; what is not a number becomes 0. */
VEC_INLINE void
vec_store_bytes (guint8 *y, Vec v)
{
  v = _mm256_min_ps (_mm256_max_ps (v, _mm256_setzero_ps ()), _mm256_set1_ps (255));
  __m256i words = _mm256_cvtps_epi32 (v);
  words = _mm256_packus_epi32 (words, words);
  words = _mm256_permute4x64_epi64 (words, 0x08);
  __m128i bytes = _mm_packus_epi16 (_mm256_castsi256_si128 (words), _mm_setzero_si128 ());
  _mm_storel_epi64 ((__m128i *)y, bytes);
}

/* As vec_store_bytes() for four vectors, in their order, none of them beyond 2³¹. */
VEC_INLINE void
vec_store_bytes4 (guint8 *y, const Vec v[4])
{
  /* Packing works within lanes of 128 bits: afterwards word i of lane j is that of vector i. */
  __m256i low = _mm256_packs_epi32 (_mm256_cvtps_epi32 (v[0]), _mm256_cvtps_epi32 (v[1]));
  __m256i high = _mm256_packs_epi32 (_mm256_cvtps_epi32 (v[2]), _mm256_cvtps_epi32 (v[3]));
  __m256i order = _mm256_setr_epi32 (0, 4, 1, 5, 2, 6, 3, 7);
  __m256i bytes = _mm256_permutevar8x32_epi32 (_mm256_packus_epi16 (low, high), order);
  _mm256_storeu_si256 ((__m256i *)y, bytes);
}
