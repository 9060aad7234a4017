/* tensors.c: the list of tensors that a weights file holds (tensors.h). */
#include "files/tensors.h"
#include "clip.h"

#include <stdlib.h>
#include <string.h>

ClipTensors *
clip_tensors_new (gsize most, gpointer names, GDestroyNotify free_names, const char *file,
                  GError **error)
{
  g_autoptr (ClipTensors) tensors = g_new0 (ClipTensors, 1);
  tensors->names = names;
  tensors->free_names = free_names;
  tensors->all = g_try_new0 (ClipTensor, MAX (most, 1));
  if (tensors->all != NULL)
    return g_steal_pointer (&tensors);
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY, "%s: not enough memory", file);
  return NULL;
}

void
clip_tensors_free (ClipTensors *tensors)
{
  if (tensors == NULL)
    return;
  g_free (tensors->all);
  tensors->free_names (tensors->names);
  g_free (tensors);
}

gboolean
clip_tensors_count (guint rank, const gsize *shape, gsize *count)
{
  *count = 1;
  for (guint i = 0; i < rank; i++)
    if (!g_size_checked_mul (count, *count, shape[i]))
      return FALSE;
  return TRUE;
}

void
clip_tensor_set_strides (ClipTensor *tensor)
{
  gsize stride = 1;
  for (guint i = MIN (tensor->rank, CLIP_TENSOR_MAX_RANK); i-- > 0;) {
    tensor->stride[i] = stride;
    stride *= tensor->shape[i];
  }
}

static int
compare_names (const void *a, const void *b)
{
  return strcmp (((const ClipTensor *)a)->name, ((const ClipTensor *)b)->name);
}

gboolean
clip_tensors_sort (ClipTensors *tensors, const char *file, GError **error)
{
  qsort (tensors->all, tensors->n, sizeof *tensors->all, compare_names);
  for (gsize i = 1; i < tensors->n; i++)
    if (compare_names (&tensors->all[i - 1], &tensors->all[i]) == 0) {
      g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID, "%s: tensor “%s” is there twice", file,
                   tensors->all[i].name);
      return FALSE;
    }
  return TRUE;
}

const ClipTensor *
clip_tensors_find (const ClipTensors *tensors, const char *name)
{
  ClipTensor key = {.name = name};
  return bsearch (&key, tensors->all, tensors->n, sizeof key, compare_names);
}
