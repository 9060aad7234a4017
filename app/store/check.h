/* check.h: is everything in the database as it should be? */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/**
 * ink_store_check:
 * @repair: also mend what can be mended; needs a writable store
 *
 * Looks through the whole database: SQLite's own integrity check, references to rows that do not
 * exist, embeddings of a wrong length or that are no unit vectors, names that lead out of their
 * folder. What can't be mended is set aside as by ink_store_open_writable(). Not within a batch.
 *
 * Returns: (transfer full) (element-type utf8): what was found, in words, with what was done about
 *     it; empty where all is well
 */
GPtrArray *ink_store_check (InkStore *store, gboolean repair, GError **error);

G_END_DECLS
