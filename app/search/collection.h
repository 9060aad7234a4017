/* collection.h: what searches work on, in memory and up to date with the store: the catalogue of
 * photos, and the matrix of their embeddings. */
#pragma once

#include "search/catalogue.h"
#include "search/segment-file.h"
#include "search/vectors.h"

G_BEGIN_DECLS

/* May be used from any thread. */
typedef struct _InkCollection InkCollection;

InkCollection *ink_collection_new (void);
void ink_collection_free (InkCollection *collection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkCollection, ink_collection_free)

/**
 * ink_collection_set_progress:
 * @func: (nullable): told how far the loading of a large library's embeddings is, from the thread
 *     that waits for them
 *
 * To be called before others use @collection.
 */
void ink_collection_set_progress (InkCollection *collection, InkRowsFunc func, gpointer data);

/**
 * ink_collection_get_catalogue:
 *
 * Loads the catalogue anew where the store has changed. While a large library is being indexed it
 * may be some seconds behind, so that loading takes a small share of the time only.
 *
 * Returns: (transfer full)
 */
InkCatalogue *
ink_collection_get_catalogue (InkCollection *collection, InkStore *store, GError **error);

/**
 * ink_collection_get_vectors:
 * @space: id of a space (store/embeddings.h)
 * @dims: its dimensions
 *
 * Loads what has come since the last call; all of it the first time, and for another space. Most
 * of a large library comes from a file of the cache, which is made where it is missing or wrong,
 * and made anew in the background when the library has grown by a part of it. Has rows of photos,
 * too, that are not in the catalogue any more.
 *
 * Returns: (transfer full)
 */
InkVectors *ink_collection_get_vectors (InkCollection *collection, InkStore *store, gint64 space,
                                        guint dims, GError **error);

G_END_DECLS
