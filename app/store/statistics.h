/* statistics.h: counts over the whole library. */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/* One group of readable photos. */
typedef struct {
  char *name; /* nullable where the photos have none */
  guint photos;
  guint64 bytes; /* of their files */
} InkStoreCount;

void ink_store_count_free (InkStoreCount *count);

/* Returns: (transfer full) (element-type InkStoreCount): by format, most photos first */
GPtrArray *ink_store_count_types (InkStore *store, GError **error);

/* Returns: (transfer full) (element-type InkStoreCount): by the year of the clock, earliest first
 */
GPtrArray *ink_store_count_years (InkStore *store, GError **error);

G_END_DECLS
