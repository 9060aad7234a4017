/* check.h: is everything in the database as it should be? */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/**
 * ink_store_check:
 * @repair: also mend what can be mended; needs a writable store
 *
 * Looks through the whole database: SQLite's own integrity check, references to rows that do not
 * exist, embeddings of a wrong length or with numbers that are none, photos in impossible states.
 *
 * Returns: (transfer full) (element-type utf8): what was found, in words, with what was done about
 *     it; empty where all is well
 */
GPtrArray *ink_store_check (InkStore *store, gboolean repair, GError **error);

G_END_DECLS
