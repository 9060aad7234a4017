/* rotation.h: a fixed orthogonal matrix that spreads what is in a few numbers over all of them.
 *
 * Bytes on one scale serve a vector badly where a few of its numbers are much greater than the
 * rest. The matrix is a product of cheap ones: signs, Hadamard's butterflies over blocks, and a
 * permutation between them. It depends on the length alone and is the same on every machine.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ClipRotation ClipRotation;

/* For vectors of @n floats; few of them, below 32, stay as they are. */
ClipRotation *clip_rotation_new (gsize n);
void clip_rotation_free (ClipRotation *rotation);

/* Of the length of the vector, at most, the result lies from the exact one. */
#define CLIP_ROTATION_ERROR 0x1p-18

/* Rotates @vector in place. @scratch: room for as many floats */
void clip_rotation_apply (const ClipRotation *rotation, float *vector, float *scratch);

G_END_DECLS
