/* weights.h: the tensors of a model folder, whatever file format holds them.
 *
 * Names are canonical: wrappers and prefixes that exporters add (`module.`, `text.`,
 * TinyCLIP's `_image_encoder.` …) are gone, so a tower asks for "visual.proj" or
 * "transformer.resblocks.0.ln_1.weight" always.
 */
#pragma once

#include "clip.h"

G_BEGIN_DECLS

#define CLIP_TENSOR_MAX_RANK 8

typedef enum {
  CLIP_DTYPE_F32,
  CLIP_DTYPE_F16,
  CLIP_DTYPE_BF16,
  CLIP_DTYPE_OTHER, /* a type that the format knows and no tower uses */
} ClipDtype;

/* Bytes of an element that is F32, F16 or BF16. */
static inline gsize
clip_dtype_size (ClipDtype dtype)
{
  return dtype == CLIP_DTYPE_F32 ? 4 : 2;
}

/* One tensor as it lies in the file. Not owned: lives as long as its ClipWeights. */
typedef struct {
  const char *name;
  ClipDtype dtype;
  guint rank; /* where it is more than CLIP_TENSOR_MAX_RANK, shape and stride are cut off */
  gsize shape[CLIP_TENSOR_MAX_RANK];
  gsize stride[CLIP_TENSOR_MAX_RANK]; /* in elements; row-major unless a PyTorch view says else */
  const guint8 *data;                 /* first element, little-endian, perhaps unaligned */
} ClipTensor;

typedef struct _ClipWeights ClipWeights;

/**
 * clip_weights_open:
 *
 * Maps the weights file of @folder and checks its whole structure. The file is the first that is
 * there of those that OpenCLIP's loaders prefer:
 *
 *   open_clip_model.safetensors, open_clip_pytorch_model.safetensors, open_clip_pytorch_model.bin,
 *   open_clip_pytorch_model.pth, model.safetensors, pytorch_model.bin, pytorch_model.pth, model.pth
 *
 * else the first by name of *.safetensors, or else of *.bin, *.pth and *.pt.
 *
 * Returns: (transfer full): the weights, or %NULL with @error naming the file and, where one is at
 *     fault, the tensor
 */
ClipWeights *clip_weights_open (const char *folder, GError **error);
void clip_weights_free (ClipWeights *weights);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipWeights, clip_weights_free)

const char *clip_weights_get_file (const ClipWeights *weights); /* base name */

gsize clip_weights_get_size (const ClipWeights *weights); /* of the file */

/* All tensors, by name. */
const ClipTensor *clip_weights_get_all (const ClipWeights *weights, gsize *n);

/* NULL where there is no such tensor. */
const ClipTensor *clip_weights_find (const ClipWeights *weights, const char *name);

/**
 * clip_weights_get:
 * @rank: length of @shape, at most %CLIP_TENSOR_MAX_RANK
 * @shape: what the tensor's shape must be
 *
 * The tensor's elements as row-major float32: a pointer into the mapping where it holds them so
 * already (F32, aligned, contiguous), else a widened copy that @weights owns and makes once.
 * F16 and BF16 widen exactly. Only one thread at a time may call this.
 *
 * Returns: (transfer none): %NULL with @error naming file and tensor: %CLIP_ERROR_INVALID where it
 *     is missing or has another shape, %CLIP_ERROR_UNSUPPORTED where it has another type than F32,
 *     F16 or BF16, %CLIP_ERROR_MEMORY
 */
const float *clip_weights_get (ClipWeights *weights, const char *name, guint rank,
                               const gsize *shape, GError **error);

/* clip_weights_get() for a shape given as arguments, of any integer type:
 * clip_weights_get_shape (weights, name, &error, 2, out, in). */
#define clip_weights_get_shape(weights, name, error, rank, ...)                                    \
  clip_weights_get (weights, name, rank, (const gsize[CLIP_TENSOR_MAX_RANK]){__VA_ARGS__}, error)

/**
 * clip_weights_get_stored:
 * @dtype: (out): what the elements are
 *
 * As clip_weights_get(), but elements that lie in the file in row-major order stay as they are
 * there, F16, BF16 or unaligned, for clip_widen_run(): so a large matrix is not held widened.
 */
gconstpointer clip_weights_get_stored (ClipWeights *weights, const char *name, guint rank,
                                       const gsize *shape, ClipDtype *dtype, GError **error);

/* Gives the memory of @size bytes that these functions gave back to the system: they come from the
 * file again if they are read once more. A widened copy stays, as does anything else. Thread-safe.
 */
void clip_weights_drop (const ClipWeights *weights, gconstpointer data, gsize size);

/* As clip_weights_drop(), but a widened copy is freed. Returns: @data, or %NULL where it was one */
gconstpointer clip_weights_release (ClipWeights *weights, gconstpointer data, gsize size);

/**
 * clip_weights_write:
 *
 * Gives @write the same weights in safetensors format, from the first byte to the last: names are
 * canonical, elements have their type and their bits. What no tower could use, of another type than
 * F32, F16 and BF16 or of more than %CLIP_TENSOR_MAX_RANK dimensions, is left out. Holds no more
 * than a piece of a tensor in memory. The bytes are those of a checkpoint alone: the same each
 * time.
 *
 * Returns: %FALSE with @write's error, or with %CLIP_ERROR_INVALID where the tensors, which may be
 *     views of the same elements, are too much for the file that they come from
 */
gboolean
clip_weights_write (const ClipWeights *weights, ClipWriteFunc write, gpointer data, GError **error);

/* Bytes of the widened copies that are held. */
gsize clip_weights_get_widened (const ClipWeights *weights);

/* FALSE with CLIP_ERROR_IO once the file was changed, cut or unreadable under the mapping: what was
 * computed from it is not to be trusted. Costs a system call; asked after every encode call.
 * Thread-safe. */
gboolean clip_weights_check (const ClipWeights *weights, GError **error);

G_END_DECLS
