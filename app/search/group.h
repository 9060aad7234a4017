/* group.h: near-duplicates, so that a burst is one result. */
#pragma once

#include "search/catalogue.h"
#include "search/vectors.h"

G_BEGIN_DECLS

/* How many groups back a photo is compared. Results are ordered by similarity to one query or by
 * time, so that near-duplicates come near to each other. */
#define INK_GROUP_WINDOW 256

/**
 * InkGrouper:
 *
 * Sees photos in the order of the results and says which of them look like one that came not long
 * before. Only the latest leaders of groups are compared with, so that its time grows with the
 * number of photos and no faster.
 */
typedef struct _InkGrouper InkGrouper;

/* @vectors: (nullable): the photos' embeddings; without them only equal files are grouped, and a
 * RAW file with its JPEG */
InkGrouper *ink_grouper_new (InkVectors *vectors);
void ink_grouper_free (InkGrouper *grouper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkGrouper, ink_grouper_free)

/* Returns: the number of the group that @entry belongs to, counted from 0; the number of groups so
 * far where it begins one. @entry must stay. */
guint ink_grouper_add (InkGrouper *grouper, const InkCatalogueEntry *entry);

G_END_DECLS
