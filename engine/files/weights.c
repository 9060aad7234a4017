/* weights.c: the tensors of a model folder (weights.h). */
#include "files/weights.h"
#include "clip.h"
#include "files/mapping.h"
#include "files/safetensors.h"
#include "files/tensors.h"
#include "files/torch.h"
#include "files/widen.h"

#include <pthread.h>
#include <string.h>

struct _ClipWeights {
  char *path, *file;
  ClipMapping *mapping;
  ClipTensors *tensors;
  pthread_mutex_t lock;
  float **copies; /* of tensors that can't be used as they are, in their order; NULL: none yet */
};

static gboolean
fail (const ClipWeights *weights, ClipError code, const char *name, const char *what,
      GError **error)
{
  g_set_error (error, CLIP_ERROR, code, "%s: tensor “%s” %s", weights->path, name, what);
  return FALSE;
}

/* ---- Which file -------------------------------------------------------------------------- */

/* The first by name in @folder that ends in @suffix. */
static char *
find_by_suffix (const char *folder, const char *suffix)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *first = NULL;
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, suffix) && (first == NULL || strcmp (name, first) < 0)) {
      g_free (first);
      first = g_strdup (name);
    }
  return g_steal_pointer (&first);
}

/* Base name of the weights file. */
static char *
choose_file (const char *folder, GError **error)
{
  static const char *const names[] = {
      "open_clip_model.safetensors", "open_clip_pytorch_model.safetensors",
      "open_clip_pytorch_model.bin", "open_clip_pytorch_model.pth",
      "model.safetensors",           "pytorch_model.bin",
      "pytorch_model.pth",           "model.pth",
  };
  static const char *const suffixes[] = {".safetensors", ".bin", ".pth", ".pt"};
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);
    if (g_file_test (path, G_FILE_TEST_EXISTS))
      return g_strdup (names[i]);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    char *name = find_by_suffix (folder, suffixes[i]);
    if (name != NULL)
      return name;
  }
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_IO,
               "%s: no weights here: neither open_clip_model.safetensors nor any other of "
               "*.safetensors, *.bin, *.pth and *.pt",
               folder);
  return NULL;
}

/* ---- Names ------------------------------------------------------------------------------- */

static gboolean
skip (const char **name, const char *prefix)
{
  gboolean has = g_str_has_prefix (*name, prefix);
  if (has)
    *name += strlen (prefix);
  return has;
}

/* The name without what distributed training, separate text towers and TinyCLIP put before it. */
static const char *
canonical_name (const char *name)
{
  skip (&name, "module.");
  if (skip (&name, "_image_encoder.") || skip (&name, "_text_encoder.") ||
      skip (&name, "_logit_scale."))
    skip (&name, "module.");
  else
    skip (&name, "text.");
  return name;
}

static gboolean
settle_names (ClipWeights *weights, GError **error)
{
  ClipTensors *tensors = weights->tensors;
  for (gsize i = 0; i < tensors->n; i++) {
    ClipTensor *tensor = &tensors->all[i];
    tensor->name = canonical_name (tensor->name);
    if (strcmp (tensor->name, "logit_scale") == 0 && tensor->rank == 1 && tensor->shape[0] == 1)
      tensor->rank = 0; /* some exporters write a vector of one */
  }
  return clip_tensors_sort (tensors, weights->path, error);
}

/* ---- Opening ----------------------------------------------------------------------------- */

static gboolean
parse (ClipWeights *weights, GError **error)
{
  gsize size;
  const guint8 *data = clip_mapping_get_data (weights->mapping, &size);
  weights->tensors = g_str_has_suffix (weights->file, ".safetensors")
                         ? clip_safetensors_parse (data, size, weights->path, error)
                         : clip_torch_parse (data, size, weights->path, error);
  if (weights->tensors == NULL || !settle_names (weights, error)) {
    clip_mapping_explain (weights->mapping, error);
    return FALSE;
  }
  weights->copies = g_try_new0 (float *, MAX (weights->tensors->n, 1));
  if (weights->copies == NULL) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY, "%s: not enough memory", weights->path);
    return FALSE;
  }
  return clip_mapping_check (weights->mapping, error);
}

ClipWeights *
clip_weights_open (const char *folder, GError **error)
{
  g_autoptr (ClipWeights) weights = g_new0 (ClipWeights, 1);
  pthread_mutex_init (&weights->lock, NULL);
  weights->file = choose_file (folder, error);
  if (weights->file == NULL)
    return NULL;
  weights->path = g_build_filename (folder, weights->file, NULL);
  weights->mapping = clip_mapping_open (weights->path, error);
  if (weights->mapping == NULL || !parse (weights, error))
    return NULL;
  return g_steal_pointer (&weights);
}

void
clip_weights_free (ClipWeights *weights)
{
  if (weights == NULL)
    return;
  for (gsize i = 0; weights->copies != NULL && i < weights->tensors->n; i++)
    g_free (weights->copies[i]);
  g_free (weights->copies);
  clip_tensors_free (weights->tensors);
  clip_mapping_close (weights->mapping);
  pthread_mutex_destroy (&weights->lock);
  g_free (weights->path);
  g_free (weights->file);
  g_free (weights);
}

const char *
clip_weights_get_file (const ClipWeights *weights)
{
  return weights->file;
}

gboolean
clip_weights_check (const ClipWeights *weights, GError **error)
{
  return clip_mapping_check (weights->mapping, error);
}

/* ---- Tensors ----------------------------------------------------------------------------- */

gsize
clip_weights_get_size (const ClipWeights *weights)
{
  gsize size;

  clip_mapping_get_data (weights->mapping, &size);
  return size;
}

const ClipTensor *
clip_weights_get_all (const ClipWeights *weights, gsize *n)
{
  *n = weights->tensors->n;
  return weights->tensors->all;
}

const ClipTensor *
clip_weights_find (const ClipWeights *weights, const char *name)
{
  return clip_tensors_find (weights->tensors, name);
}

static char *
describe_shape (guint rank, const gsize *shape)
{
  GString *text = g_string_new ("[");
  for (guint i = 0; i < MIN (rank, CLIP_TENSOR_MAX_RANK); i++)
    g_string_append_printf (text, "%s%zu", i > 0 ? ", " : "", shape[i]);
  g_string_append (text, rank > CLIP_TENSOR_MAX_RANK ? ", …]" : "]");
  return g_string_free (text, FALSE);
}

static gboolean
check_tensor (const ClipWeights *weights, const char *name, const ClipTensor *tensor, guint rank,
              const gsize *shape, GError **error)
{
  if (tensor == NULL)
    return fail (weights, CLIP_ERROR_INVALID, name, "is missing", error);
  if (tensor->rank != rank || memcmp (tensor->shape, shape, rank * sizeof *shape) != 0) {
    g_autofree char *has = describe_shape (tensor->rank, tensor->shape);
    g_autofree char *needs = describe_shape (rank, shape);
    g_autofree char *what = g_strdup_printf ("has the shape %s where %s is needed", has, needs);
    return fail (weights, CLIP_ERROR_INVALID, name, what, error);
  }
  if (tensor->dtype == CLIP_DTYPE_OTHER)
    return fail (weights, CLIP_ERROR_UNSUPPORTED, name,
                 "has a type that weights can't have: only F32, F16 and BF16 can be computed with",
                 error);
  return TRUE;
}

/* NULL with an error where there is not the memory. */
static float *
make_copy (const ClipWeights *weights, const ClipTensor *tensor, GError **error)
{
  gsize count;
  float *copy = clip_tensors_count (tensor->rank, tensor->shape, &count)
                    ? g_try_new (float, MAX (count, 1))
                    : NULL;
  if (copy != NULL)
    clip_widen (tensor, count, copy);
  else
    fail (weights, CLIP_ERROR_MEMORY, tensor->name, "is too large for this computer's memory",
          error);
  return copy;
}

/* The widened copy, made at the first call. */
static const float *
get_copy (ClipWeights *weights, const ClipTensor *tensor, GError **error)
{
  float **copy = &weights->copies[tensor - weights->tensors->all];
  if (*copy == NULL)
    *copy = make_copy (weights, tensor, error);
  return *copy != NULL && clip_weights_check (weights, error) ? *copy : NULL;
}

const float *
clip_weights_get (ClipWeights *weights, const char *name, guint rank, const gsize *shape,
                  GError **error)
{
  const ClipTensor *tensor = clip_weights_find (weights, name);
  if (!check_tensor (weights, name, tensor, rank, shape, error))
    return NULL;
  if (tensor->dtype == CLIP_DTYPE_F32 && clip_tensor_is_contiguous (tensor) &&
      (guintptr)tensor->data % G_ALIGNOF (float) == 0)
    return (const float *)(const void *)tensor->data;
  return get_copy (weights, tensor, error);
}

gconstpointer
clip_weights_get_stored (ClipWeights *weights, const char *name, guint rank, const gsize *shape,
                         ClipDtype *dtype, GError **error)
{
  const ClipTensor *tensor = clip_weights_find (weights, name);
  if (!check_tensor (weights, name, tensor, rank, shape, error))
    return NULL;
  *dtype = tensor->dtype;
  if (clip_tensor_is_contiguous (tensor))
    return tensor->data;
  *dtype = CLIP_DTYPE_F32;
  return get_copy (weights, tensor, error);
}

void
clip_weights_drop (const ClipWeights *weights, gconstpointer data, gsize size)
{
  clip_mapping_release (weights->mapping, data, size);
}

gconstpointer
clip_weights_release (ClipWeights *weights, gconstpointer data, gsize size)
{
  if (data == NULL || clip_mapping_release (weights->mapping, data, size))
    return data;
  pthread_mutex_lock (&weights->lock);
  for (gsize i = 0; i < weights->tensors->n && data != NULL; i++)
    if (weights->copies[i] == data) {
      g_clear_pointer (&weights->copies[i], g_free);
      data = NULL;
    }
  pthread_mutex_unlock (&weights->lock);
  return data;
}

gsize
clip_weights_get_widened (const ClipWeights *weights)
{
  gsize bytes = 0, count;
  for (gsize i = 0; i < weights->tensors->n; i++) {
    const ClipTensor *tensor = &weights->tensors->all[i];
    if (weights->copies[i] != NULL && clip_tensors_count (tensor->rank, tensor->shape, &count))
      bytes += count * sizeof (float);
  }
  return bytes;
}
