/* embeddings.h: spaces, and the embeddings of photos in them.
 *
 * A space is what makes embeddings comparable: a model, the size of the square that it sees and
 * the way pictures are prepared for it. Precision makes no new space.
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/* ---- Spaces ------------------------------------------------------------------------------ */

/* No model has longer ones: a library that says so is damaged. */
#define INK_DIMS_MAX 16384

/**
 * InkSpace:
 * @id: 0 in one that is to be found or made
 * @model: SHA-256 of the model, 64 lower-case hexadecimal digits
 * @image_size: side of the square
 * @preprocessing: how pictures become squares, with a version: "reference-1"
 * @dims: length of an embedding
 */
typedef struct {
  gint64 id;
  const char *model;
  guint image_size;
  const char *preprocessing;
  guint dims;
} InkSpace;

/* Returns: its id, 0 where the store has none (or, with @error set, can't be read) */
gint64 ink_store_find_space (InkStore *store, const InkSpace *space, GError **error);

/* Looks a space up by its id. @space: (out): its strings are interned. %INK_ERROR_NOT_FOUND where
 * there is none. */
gboolean ink_store_get_space (InkStore *store, gint64 id, InkSpace *space, GError **error);

/* Finds a space or makes it. Returns: its id, 0 with @error set */
gint64 ink_store_put_space (InkStore *store, const InkSpace *space, GError **error);

/* Returns: (transfer full) (element-type gint64): the ids of all */
GArray *ink_store_get_spaces (InkStore *store, GError **error);

/* Takes a space out with all of its embeddings and cached queries. */
gboolean ink_store_remove_space (InkStore *store, gint64 id, GError **error);

/* ---- Embeddings -------------------------------------------------------------------------- */

/**
 * ink_store_put_embedding:
 * @vector: (array length=dims): kept as float16, rounded to the nearest, ties to even
 * @precision: "f32", "bf16" or "int8": the arithmetic that it was made with
 *
 * Stores or replaces the embedding of a photo in a space.
 */
gboolean ink_store_put_embedding (InkStore *store, gint64 photo, gint64 space, const float *vector,
                                  guint dims, const char *precision, GError **error);

/**
 * ink_store_put_embeddings:
 * @vectors: (array): @n × dims, the embeddings of a photo's tiles: the best of them counts
 *
 * As ink_store_put_embedding(), for a photo that is shown to the model as several tiles.
 */
gboolean
ink_store_put_embeddings (InkStore *store, gint64 photo, gint64 space, const float *vectors,
                          guint n, guint dims, const char *precision, GError **error);

/**
 * ink_store_get_embedding:
 * @vector: (out caller-allocates) (array length=dims): as stored, widened to float32
 *
 * The embedding of a photo, of the first of its tiles. %INK_ERROR_NOT_FOUND where the photo has
 * none in that space.
 */
gboolean ink_store_get_embedding (InkStore *store, gint64 photo, gint64 space, float *vector,
                                  guint dims, GError **error);

/* Those of all of its tiles. @n: (out): how many they are
 * Returns: (transfer full): @n × dims */
float *ink_store_get_embeddings (InkStore *store, gint64 photo, gint64 space, guint *n, guint dims,
                                 GError **error);

/* How many readable photos have an embedding in a space. -1 with @error set. */
gint64 ink_store_count_embeddings (InkStore *store, gint64 space, GError **error);

/**
 * InkEmbeddings:
 * @n: rows
 * @dims: columns
 * @photos: (array length=n): whose row it is
 * @tiles: (array length=n): of which of its tiles, from 0 on
 * @rows: n × dims float16 numbers
 * @last: to be passed as @after to load only what has come since
 */
typedef struct {
  gsize n;
  guint dims;
  gint64 *photos;
  guint8 *tiles;
  guint16 *rows;
  gint64 last;

  /*< private >*/
  gsize room; /* for rows */
} InkEmbeddings;

void ink_embeddings_free (InkEmbeddings *embeddings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkEmbeddings, ink_embeddings_free)

/**
 * ink_store_load_embeddings:
 * @after: 0 for all, or @last of an earlier load
 *
 * Loads the embeddings of a space in the order in which they were stored, those of a photo's tiles
 * one after the other. What was replaced comes again as new, so that a photo's tiles may come
 * twice: the later ones count. Rows of photos that have been removed, or can't be read at present,
 * are told by ink_store_for_each_photo() alone. Reads in slices, each a short transaction.
 */
InkEmbeddings *
ink_store_load_embeddings (InkStore *store, gint64 space, gint64 after, GError **error);

/**
 * ink_store_slice_embeddings:
 * @after: photos up to this id are passed over; %G_MININT64 for none
 *
 * Loads some of the embeddings of a space, by ascending photo: a short transaction.
 *
 * Returns: (transfer full): @last is the last photo that was seen, @after where there are no more
 */
InkEmbeddings *
ink_store_slice_embeddings (InkStore *store, gint64 space, gint64 after, GError **error);

/* The photos of a space whose embeddings have ids above @after, as InkEmbeddings.last. -1 with
 * @error set. */
gint64 ink_store_count_rows (InkStore *store, gint64 space, gint64 after, GError **error);

/* The greatest id of an embedding of a space, as InkEmbeddings.last; 0 where it has none. -1 with
 * @error set. */
gint64 ink_store_get_last_embedding (InkStore *store, gint64 space, GError **error);

/**
 * ink_store_compare_embedding:
 * @tile: of which of the photo's tiles
 * @last: embeddings with greater ids don't count
 * @same: (out): %FALSE where the photo has such embeddings and that tile's is not @half
 */
gboolean
ink_store_compare_embedding (InkStore *store, gint64 space, gint64 photo, guint tile, gint64 last,
                             const guint16 *half, guint dims, gboolean *same, GError **error);

G_END_DECLS
