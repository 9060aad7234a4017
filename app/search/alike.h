/* alike.h: when two photos are one to look at: the rule for near-duplicates. */
#pragma once

#include "search/catalogue.h"

G_BEGIN_DECLS

/* No two photos whose hashes differ in more bits are near-duplicates by their looks; nor are two
 * that were taken farther apart. */
#define INK_ALIKE_BITS 25
#define INK_ALIKE_SECONDS 5

/**
 * ink_alike_get_least_cosine:
 *
 * The first half of the rule, of which the second is a comparison of embeddings.
 *
 * Returns: the cosine of their embeddings from which on two photos are near-duplicates: -INFINITY
 *     where they are in any case, INFINITY where they are not
 */
double ink_alike_get_least_cosine (const InkCatalogueEntry *a, const InkCatalogueEntry *b);

G_END_DECLS
