/* codes.h: embeddings as bytes, for a search that is exact nevertheless.
 *
 * A row becomes a byte for each number, with a bound on what that loses. A query's dot products
 * with the bytes then bound its dot products with the rows, so that nearly all rows can be ruled
 * out after a half of the memory was read that they would take as float16. Before the rows become
 * bytes their mean is taken from them, since a model's embeddings lie in a narrow cone, and they
 * are rotated (rotation.h).
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ClipCodec ClipCodec;

/* Grows with every change to how rows become bytes. */
#define CLIP_CODES_VERSION 1

/**
 * ClipCode:
 * @scale: what a step of its bytes is worth
 * @radius: the row without the mean, rotated, lies at most this far from what the bytes say
 * @norm: of what the bytes say, at least
 *
 * What is known of one row beside its bytes.
 */
typedef struct {
  float scale, radius, norm;
} ClipCode;

/* Between which values a dot product lies. */
typedef struct {
  double low, high;
} ClipInterval;

/**
 * clip_codec_new:
 * @mean: (array length=dims) (nullable): near to the mean of the rows; any will do, but the nearer
 *     the better; %NULL for zero
 */
ClipCodec *clip_codec_new (guint dims, const float *mean);
void clip_codec_free (ClipCodec *codec);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipCodec, clip_codec_free)

/* Bytes of a row's code: its numbers, and what fills a multiple of 64. */
gsize clip_codec_get_size (guint dims);

/**
 * clip_codec_encode:
 * @row: (array length=dims): finite
 * @scratch: room for 2 × clip_codec_get_size() floats
 * @bytes: (out caller-allocates): clip_codec_get_size() of them
 */
void clip_codec_encode (const ClipCodec *codec, const float *row, float *scratch, guint8 *bytes,
                        ClipCode *code);

/* A query made ready for the rows of one codec. */
typedef struct _ClipCodeQuery ClipCodeQuery;

/* @query: (array length=dims): finite */
ClipCodeQuery *clip_code_query_new (const ClipCodec *codec, const float *query);
void clip_code_query_free (ClipCodeQuery *query);

/**
 * clip_code_query_bound:
 * @bytes: of @n rows, one after the other
 * @codes: (array length=n)
 * @intervals: (out caller-allocates) (array length=n)
 *
 * Bounds the dot product of the query with each row, whether it is computed exactly or in float64
 * in any order.
 */
void clip_code_query_bound (const ClipCodeQuery *query, const guint8 *bytes, const ClipCode *codes,
                            gsize n, ClipInterval *intervals);

G_END_DECLS
