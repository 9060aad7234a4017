/* half.h: float16 (IEEE binary16), the form in which embeddings are stored. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* To the nearest, ties to even; too large becomes infinity. */
void ink_half_from_float (guint16 *half, const float *values, gsize n);

/* Exact. */
void ink_half_to_float (float *values, const guint16 *half, gsize n);

G_END_DECLS
