/* weights.h: the tensors of a model folder, whatever file format holds them.
 *
 * Names are canonical: wrappers and prefixes that exporters add (`module.`, `text.`,
 * TinyCLIP's `_image_encoder.` …) are gone, so a tower asks for "visual.proj" or
 * "transformer.resblocks.0.ln_1.weight" always.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CLIP_TENSOR_MAX_RANK 8

typedef enum {
  CLIP_DTYPE_F32,
  CLIP_DTYPE_F16,
  CLIP_DTYPE_BF16,
  CLIP_DTYPE_OTHER, /* a type that the format knows and no tower uses */
} ClipDtype;

/* One tensor as it lies in the file. Not owned: lives as long as its ClipWeights. */
typedef struct {
  const char *name;
  ClipDtype dtype;
  guint rank;
  gsize shape[CLIP_TENSOR_MAX_RANK];
  gsize stride[CLIP_TENSOR_MAX_RANK]; /* in elements; row-major unless a PyTorch view says else */
  const guint8 *data;                 /* first element, little-endian, perhaps unaligned */
} ClipTensor;

typedef struct _ClipWeights ClipWeights;

/* Finds the weights file of @folder (in the order of preference of the OpenCLIP loaders), maps it
 * and checks its whole structure. */
ClipWeights *clip_weights_open (const char *folder, GError **error);
void clip_weights_free (ClipWeights *weights);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipWeights, clip_weights_free)

const char *clip_weights_get_file (const ClipWeights *weights); /* base name */

/* NULL where there is no such tensor. */
const ClipTensor *clip_weights_find (const ClipWeights *weights, const char *name);

/* The tensor's elements as row-major float32: a pointer into the mapping where it holds them so
 * already (F32, aligned, contiguous), else a widened copy that @weights owns and makes once.
 * The shape must be the one given. Thread-safe only while the model is being opened by one thread.
 *
 * Returns: (transfer none): NULL with an error that names file, tensor and what is wrong with it
 */
const float *clip_weights_get (ClipWeights *weights, const char *name, guint rank,
                               const gsize *shape, GError **error);

/* clip_weights_get() for a shape given as arguments: clip_weights_get_shape (w, name, &error, 2,
 * out, in). */
const float *
clip_weights_get_shape (ClipWeights *weights, const char *name, GError **error, guint rank, ...);

/* FALSE with CLIP_ERROR_IO once the file was found to have shrunk under the mapping: what was read
 * since is not to be trusted. Cheap; asked after every encode call. Thread-safe. */
gboolean clip_weights_check (const ClipWeights *weights, GError **error);

G_END_DECLS
