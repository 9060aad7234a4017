/* locate.h: where in a picture words match. */
#pragma once

#include "search/encoder.h"
#include "search/results.h"
#include "search/vectors.h"

G_BEGIN_DECLS

/**
 * ink_locate:
 * @vectors: the embeddings of the library that the words are searched in
 * @picture: decoded and seen whole
 * @words: (array zero-terminated=1): descriptions, each of which gets a map of its own
 *
 * Returns: (transfer full): see #InkPlaces; %NULL with %CLIP_ERROR_UNSUPPORTED where the model does
 *     not tell where things are
 */
InkPlaces *
ink_locate (const InkEncoder *encoder, InkVectors *vectors, const InkQueryPicture *picture,
            const char *const *words, GCancellable *cancellable, GError **error);

G_END_DECLS
