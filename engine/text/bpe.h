/* bpe.h: byte-pair encoding of one word. */
#pragma once

#include "text/vocabulary.h"

G_BEGIN_DECLS

/**
 * clip_bpe_encode:
 * @word: a word's bytes
 * @length: at least 1
 * @ids: (out caller-allocates): room for @max_ids
 * @max_ids: ids beyond these are left out
 * @n_ids: (out): how many were written
 *
 * Merges the pair of lowest rank wherever it occurs, from left to right, until no pair is left
 * that the vocabulary knows (Sennrich, Haddow and Birch, 2016). O(n log n) in the length.
 *
 * Returns: %FALSE with %CLIP_ERROR_MEMORY
 */
gboolean clip_bpe_encode (const ClipVocabulary *vocabulary, const char *word, gsize length,
                          guint32 *ids, gsize max_ids, gsize *n_ids, GError **error);

G_END_DECLS
