/* safetensors.h: reads the safetensors format. */
#pragma once

#include "files/tensors.h"

G_BEGIN_DECLS

/**
 * clip_safetensors_parse:
 * @data: the whole file; the tensors' data point into it
 * @file: what messages call it
 *
 * Checks all that the format promises: the header, and that the tensors cover the rest of the
 * file without gap or overlap.
 *
 * Returns: (transfer full): the tensors, not sorted; or %NULL with %CLIP_ERROR_INVALID (or
 *     %CLIP_ERROR_MEMORY) and the tensor's name
 */
ClipTensors *
clip_safetensors_parse (const guint8 *data, gsize size, const char *file, GError **error);

G_END_DECLS
