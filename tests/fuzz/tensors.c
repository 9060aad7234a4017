/* tensors.c: weights in both formats; every tensor that is found is read to its last element. */
#include "files/safetensors.h"
#include "files/torch.h"
#include "files/widen.h"
#include "fuzz/fuzz.h"

/* More would only take time. */
#define MOST_ELEMENTS 100000

static void
read_all (const ClipTensors *tensors)
{
  for (gsize i = 0; tensors != NULL && i < tensors->n; i++) {
    const ClipTensor *tensor = &tensors->all[i];
    gsize count;

    if (tensor->dtype == CLIP_DTYPE_OTHER || tensor->rank > CLIP_TENSOR_MAX_RANK ||
        !clip_tensors_count (tensor->rank, tensor->shape, &count) || count > MOST_ELEMENTS)
      continue;
    g_autofree float *floats = g_new (float, count + 1);
    clip_widen (tensor, count, floats);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) torch_error = NULL, error = NULL;
  g_autoptr (ClipTensors) torch = clip_torch_parse (data, size, "fuzz", &torch_error);
  g_autoptr (ClipTensors) safetensors = clip_safetensors_parse (data, size, "fuzz", &error);

  FUZZ_EXPECT (torch != NULL, torch_error);
  FUZZ_EXPECT (safetensors != NULL, error);
  read_all (torch);
  read_all (safetensors);
  return 0;
}
