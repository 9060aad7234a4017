/* neighbours.h: which photos of a large library to compare with each other. */
#pragma once

#include <gio/gio.h>

#include "search/catalogue.h"
#include "search/vectors.h"

G_BEGIN_DECLS

/* @a, @b: indices of entries of the catalogue; a pair may come several times, either way round */
typedef void (*InkPairFunc) (guint a, guint b, gpointer data);

/**
 * ink_neighbours_for_each:
 * @catalogue: all of its photos are looked at
 * @vectors: (nullable): their embeddings
 * @func: told of each pair that may be near-duplicates
 *
 * Near-duplicates are neighbours in at least one of some dozens of orders (see neighbours.c): time
 * grows with n log n. Not every pair is found; of real ones nearly all are, see the test.
 */
void ink_neighbours_for_each (const InkCatalogue *catalogue, InkVectors *vectors, InkPairFunc func,
                              gpointer data, GCancellable *cancellable);

G_END_DECLS
