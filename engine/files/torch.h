/* torch.h: reads the tensors of a PyTorch checkpoint, a zip archive since PyTorch 1.6. */
#pragma once

#include "files/tensors.h"

G_BEGIN_DECLS

/**
 * clip_torch_parse:
 * @data: the whole file; the tensors' data point into it
 * @file: what messages call it
 *
 * Takes the dictionary in the checkpoint, or its member "state_dict" where it has one. Every
 * tensor is checked to lie within its storage, and the storage to be there in full.
 *
 * Returns: (transfer full): the tensors, not sorted; or %NULL with %CLIP_ERROR_UNSUPPORTED for
 *     TorchScript, old formats and pickles that ask for anything but tensors, or with
 *     %CLIP_ERROR_INVALID
 */
ClipTensors *clip_torch_parse (const guint8 *data, gsize size, const char *file, GError **error);

G_END_DECLS
