/* searches.h: searches that were saved under a name, and what was searched for lately. A query is
 * kept as text (search/query.h). */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/* ---- Saved searches ---------------------------------------------------------------------- */

/**
 * InkSavedRow:
 * @name: unique
 * @query: text
 * @added: YYYY-MM-DDTHH:MM:SS±HH:MM
 * @matches: strong ones at the last count; -1 where they were never counted
 * @generation: of the store at that count
 * @space: that was searched then
 */
typedef struct {
  gint64 id;
  char *name;
  char *query;
  char *added;
  gint64 matches;
  gint64 generation;
  gint64 space;
} InkSavedRow;

void ink_saved_row_free (InkSavedRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkSavedRow, ink_saved_row_free)

/* Returns: (transfer full) (element-type InkSavedRow): in the order in which they were saved */
GPtrArray *ink_store_get_saved (InkStore *store, GError **error);

/* Returns: (transfer full): %NULL with %INK_ERROR_NOT_FOUND where there is none */
InkSavedRow *ink_store_find_saved (InkStore *store, gint64 id, GError **error);

/**
 * ink_store_put_saved:
 * @id: (out) (optional)
 *
 * Saves a query under a name; one of that name gets the new query and keeps its place.
 */
gboolean ink_store_put_saved (InkStore *store, const char *name, const char *query, gint64 *id,
                              GError **error);

/* %INK_ERROR_USAGE where another search has that name. */
gboolean ink_store_rename_saved (InkStore *store, gint64 id, const char *name, GError **error);
gboolean ink_store_remove_saved (InkStore *store, gint64 id, GError **error);

/* Keeps a count, unless the search has another query by now. */
gboolean ink_store_count_saved (InkStore *store, const InkSavedRow *counted, GError **error);

/* ---- Recent queries ---------------------------------------------------------------------- */

/* How many are kept; the oldest go first. */
#define INK_RECENT_MAX 200

/* Puts @text before all others. */
gboolean ink_store_put_recent (InkStore *store, const char *text, GError **error);

/* Returns: (transfer full) (element-type utf8): newest first */
GPtrArray *ink_store_get_recent (InkStore *store, guint max, GError **error);

/* @text: (nullable): %NULL for all */
gboolean ink_store_remove_recent (InkStore *store, const char *text, GError **error);

G_END_DECLS
