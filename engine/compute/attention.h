/* attention.h: attention of a transformer over all heads of some sequences. */
#pragma once

#include "compute/run.h"

G_BEGIN_DECLS

/* @causal: a token attends to itself and those before it only. */
typedef struct {
  gsize heads, head_width;
  gboolean causal;
} ClipAttention;

/* Sequences of tokens, whose rows lie one after the other. */
typedef struct {
  gsize n;
  const gsize *tokens; /* of each */
} ClipSequences;

/* What clip_attention() works in, for sequences of at most @most_tokens; from clip_run_alloc(). */
float *clip_attention_alloc (const ClipRun *run, const ClipAttention *attention, gsize most_tokens,
                             GError **error);

/* out = softmax (q · kᵀ / √head_width) · v for each head of each sequence. @qkv is [rows][3][heads]
 * [head_width] (queries, keys and values), @out [rows][heads][head_width]. A row's result depends
 * on its own sequence only. */
void clip_attention (const ClipRun *run, const ClipAttention *attention,
                     const ClipSequences *sequences, const float *qkv, float *out, float *work);

G_END_DECLS
