/* model-case.h: which tensors the models of tests/data/golden/cases.json have, and what is in them.
 *
 * The weights are pseudo-random but repeatable, made from the tensor's name alone, so that golden
 * results need no large files. With all integer arithmetic modulo 2^64:
 *
 *   state = fnv1a64 (name) XOR (seed × 0x9E3779B97F4A7C15)
 *   u[i]  = (mix (state + (i + 1) × 0x9E3779B97F4A7C15) >> 40) / 2^24          i = 0, 1 …
 *   w[i]  = float32 (b + a × (2 u[i] − 1)), computed in float64; row-major order
 *
 * where mix is the output function of SplitMix64 and (a, b) depend on the kind of tensor.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  char *name;
  guint rank;
  gsize shape[4];
} ModelTensor;

/* One member of cases.json. */
typedef struct {
  char *timm; /* name of a ConvNeXt trunk; NULL: a ViT */
  guint depths[4], dims[4];
  gboolean mlp_head;
  guint width, layers, patch_size; /* ViT */
  gboolean quick_gelu;
  guint embed_dim, image_size;
  guint text_width, text_heads, text_layers;
  guint64 seed;
} ModelCase;

ModelCase *model_case_new (const char *name, GError **error);
void model_case_free (ModelCase *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModelCase, model_case_free)

/**
 * model_case_get_tensors:
 *
 * Returns: (transfer full) (element-type ModelTensor): sorted by name
 */
GArray *model_case_get_tensors (const ModelCase *model);

gsize model_tensor_count (const ModelTensor *tensor); /* elements */

/* The elements from @first on, @n of them. */
void model_tensor_fill (const ModelTensor *tensor, guint64 seed, gsize first, gsize n, float *out);

/* @n values 2 u − 1 in [−1, 1) of the generator, exact in float32. */
void model_uniform (const char *name, guint64 seed, gsize n, float *out);

/**
 * model_pixels:
 * @size: side of the square
 *
 * The picture that golden image embeddings were made from.
 *
 * Returns: (transfer full): size × size × 3 normalised values, NHWC; free with g_free()
 */
float *model_pixels (guint size, guint64 seed);

G_END_DECLS
