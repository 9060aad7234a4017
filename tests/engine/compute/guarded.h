/* guarded.h: arrays of floats that notice a write or a read beside them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @n floats that end where a page begins that can't be touched, and begin, unaligned, behind some
 * that guarded_free() looks at. */
float *guarded_new (gsize n);
void guarded_free (float *floats, gsize n);

/* A copy of @n floats. */
float *guarded_copy (const float *floats, gsize n);

G_END_DECLS
