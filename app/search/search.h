/* search.h: from a query to results. */
#pragma once

#include "search/catalogue.h"
#include "search/encoder.h"
#include "search/query.h"
#include "search/results.h"
#include "search/vectors.h"

G_BEGIN_DECLS

/**
 * ink_search_run:
 * @encoder: (nullable): not needed for a listing
 * @catalogue: the photos
 * @vectors: (nullable): their embeddings; for a listing they only serve to tell near-duplicates
 *
 * Returns: (transfer full): %NULL with an error, e.g. %INK_ERROR_USAGE for a date that is none
 */
InkResults *
ink_search_run (const InkEncoder *encoder, const InkCatalogue *catalogue, InkVectors *vectors,
                const InkQuery *query, GCancellable *cancellable, GError **error);

G_END_DECLS
