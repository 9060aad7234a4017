/* queries.h: the embeddings of texts that were searched for, so that a text is encoded once. */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/* How many cached queries are kept; the oldest go first. */
#define INK_QUERIES_MAX 1000

/**
 * ink_store_get_query:
 * @vector: (out caller-allocates) (array length=dims)
 *
 * Returns: whether it is there; %FALSE with @error set where the store can't be read
 */
gboolean ink_store_get_query (InkStore *store, gint64 space, const char *text, float *vector,
                              guint dims, GError **error);

gboolean ink_store_put_query (InkStore *store, gint64 space, const char *text, const float *vector,
                              guint dims, GError **error);

gboolean ink_store_clear_queries (InkStore *store, GError **error);

G_END_DECLS
