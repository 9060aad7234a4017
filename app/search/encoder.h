/* encoder.h: embeddings of what is searched for: words and pictures. */
#pragma once

#include "clip.h"
#include "decode/decoder.h"
#include "search/query.h"
#include "store/queries.h"

G_BEGIN_DECLS

/**
 * InkEncoder:
 * @model: the engine's model
 * @decoder: for pictures
 * @cache: (nullable): where embeddings of words are looked for
 * @cache_writer: (nullable): where they are kept; %NULL where the library is not writable
 * @space: the space of the cached ones, 0 for no cache
 * @view: what of a picture the model is shown
 *
 * Borrowed things that belong together for one search; a plain value.
 */
typedef struct {
  ClipModel *model;
  InkDecoder *decoder;
  InkStore *cache;
  InkStore *cache_writer;
  gint64 space;
  ClipView view;
} InkEncoder;

/* Whether a model's texts were learned from sentence embeddings rather than from captions of
 * pictures: such a model wants bare words, and its scores spread wider (probe.c). */
gboolean ink_encoder_is_distilled (ClipModel *model);

/**
 * ink_encoder_encode_words:
 * @embedding: (out caller-allocates): the model's dims floats, of unit length
 *
 * The mean over the prompts that suit the model (see encoder.c), normalised.
 */
gboolean ink_encoder_encode_words (const InkEncoder *encoder, const char *words, float *embedding,
                                   GCancellable *cancellable, GError **error);

/* The same from the bare texts, without prompts and cache: @n × dims floats. */
gboolean ink_encoder_encode_texts (const InkEncoder *encoder, const char *const *texts, gsize n,
                                   float *embeddings, GCancellable *cancellable, GError **error);

/* A picture, decoded in full; where the view has several tiles, the one in the middle. */
gboolean ink_encoder_encode_picture (const InkEncoder *encoder, const InkQueryPicture *picture,
                                     float *embedding, GCancellable *cancellable, GError **error);

/* The embedding of each place of a picture, all of which is seen. */
ClipPlaces *ink_encoder_encode_places (const InkEncoder *encoder, const InkQueryPicture *picture,
                                       GCancellable *cancellable, GError **error);

/* How an encode call of the engine asks a GCancellable, which may be %NULL. What the functions
 * above encode goes before the batches of indexing. */
ClipCall ink_encoder_call (GCancellable *cancellable, ClipPriority priority);

G_END_DECLS
