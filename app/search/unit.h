/* unit.h: sums of embeddings. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* sum += factor × vector */
void ink_unit_add (float *sum, const float *vector, float factor, guint dims);

/* Scales to unit length; a zero vector stays one. */
void ink_unit_normalise (float *vector, guint dims);

G_END_DECLS
