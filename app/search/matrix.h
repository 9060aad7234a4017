/* matrix.h: inside of InkVectors, for the files that search and change it. */
#pragma once

#include <pthread.h>

#include "search/parts.h"
#include "search/vectors.h"

G_BEGIN_DECLS

/* pthread's locks rather than GLib's, because ThreadSanitizer sees those. */
struct _InkVectors {
  gint refs;
  guint dims;
  guint threads; /* 0 for one a processor */

  pthread_mutex_t update_lock; /* held by who makes a new list out of the current one */
  guint pinned;                /* parts, the first ones, that are being saved */

  pthread_mutex_t lock; /* held for moments; guards what follows */
  InkParts *parts;
  ClipPool *pool; /* nullable: until there is work for it */
};

/* Returns: (transfer full): the rows as they are now */
InkParts *ink_vectors_ref_parts (InkVectors *vectors);

/* Makes @parts (transfer full) the current list. With the update lock held. */
void ink_vectors_replace_parts (InkVectors *vectors, InkParts *parts);

/* The threads that share a search; they live as long as @vectors. */
ClipPool *ink_vectors_get_pool (InkVectors *vectors);

/* Whether there is work for several threads in so many rows. */
#define INK_VECTORS_WORTH_THREADS(rows) ((rows) >= 4096)

G_END_DECLS
