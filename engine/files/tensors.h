/* tensors.h: the list of tensors that a weights file holds, whatever its format. */
#pragma once

#include "files/weights.h"

G_BEGIN_DECLS

typedef struct {
  ClipTensor *all;
  gsize n;
  gpointer names; /* what the tensors' names point into */
  GDestroyNotify free_names;
} ClipTensors;

/* An empty list with room for @most tensors. Takes @names over, also where it fails. */
ClipTensors *clip_tensors_new (gsize most, gpointer names, GDestroyNotify free_names,
                               const char *file, GError **error);
void clip_tensors_free (ClipTensors *tensors);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipTensors, clip_tensors_free)

/* Number of elements; FALSE where it has more than 64 bits. */
gboolean clip_tensors_count (guint rank, const gsize *shape, gsize *count);

/* Sets row-major strides. */
void clip_tensor_set_strides (ClipTensor *tensor);

/* Sorts by name. FALSE with CLIP_ERROR_INVALID where two have the same. */
gboolean clip_tensors_sort (ClipTensors *tensors, const char *file, GError **error);

/* In a sorted list; NULL where there is none. */
const ClipTensor *clip_tensors_find (const ClipTensors *tensors, const char *name);

G_END_DECLS
