/* dot.h: the score of a stored embedding. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ink_dot:
 * @query: (array length=dims)
 * @row: (array length=dims): finite float16 numbers
 *
 * The dot product of a float32 query with a float16 row. Each product is exact in float64, and they
 * are always summed in the same order, so that equal rows score equally everywhere. This function
 * is what "exact" means in a search.
 */
double ink_dot (const float *query, const guint16 *row, gsize dims);

G_END_DECLS
