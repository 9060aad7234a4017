/* top.h: the best k of any number of matches, seen one at a time. */
#pragma once

#include "search/vectors.h"

G_BEGIN_DECLS

typedef struct {
  GArray *matches; /* InkMatch: a heap with the worst of those kept at its root */
  gsize k;
} InkTop;

void ink_top_init (InkTop *top, gsize k);
void ink_top_clear (InkTop *top);

void ink_top_add (InkTop *top, gint64 photo, double score);

/* The score below which a match won't be kept; -INFINITY as long as there is room. */
double ink_top_get_least (const InkTop *top);

/* Best first: by score, then by photo id. A GCompareFunc over InkMatch. */
gint ink_match_compare (gconstpointer a, gconstpointer b);

G_END_DECLS
