/* filter.h: which photos a query's filters let pass. */
#pragma once

#include "search/catalogue.h"
#include "search/query.h"

G_BEGIN_DECLS

typedef struct _InkFilter InkFilter;

/* Returns: (transfer full): the filters of @query for @catalogue, which must outlive it;
 * %INK_ERROR_USAGE where a date is none */
InkFilter *ink_filter_new (const InkQuery *query, const InkCatalogue *catalogue, GError **error);

/* Returns: (transfer full): lets the photos pass whose file name contains @pattern, or matches all
 * of it where it has * or ?; case does not count, nor does how accents are composed */
InkFilter *ink_filter_new_for_name (const char *pattern);
void ink_filter_free (InkFilter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkFilter, ink_filter_free)

/* Whether it lets every photo pass. */
gboolean ink_filter_is_empty (const InkFilter *filter);

gboolean ink_filter_matches (InkFilter *filter, const InkCatalogueEntry *entry);

G_END_DECLS
