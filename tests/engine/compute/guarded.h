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

/* @n random floats between −@scale and @scale. */
float *guarded_random (GRand *rand, gsize n, double scale);

/* Fails the test where a value of @a is not within @absolute plus @relative of its size of that of
 * @b; what is no number in one has to be none in the other. */
void guarded_compare (const char *what, const float *a, const float *b, gsize n, double absolute,
                      double relative);

G_END_DECLS
