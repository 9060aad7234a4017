/* positions.h: position embeddings of a ViT for another image size than it was trained at. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * clip_positions_resize:
 * @positions: [old_side · old_side][width], row-major over the grid of patches
 * @old_side: side of that grid, at least 1
 * @new_side: side of the grid wanted, at least 1
 *
 * Resamples the grid as OpenCLIP does: bicubic, antialiased where it shrinks, pixel centres
 * aligned (torch.nn.functional.interpolate with antialias=True, align_corners=False).
 *
 * Returns: (transfer full): [new_side · new_side][width], to be released with g_free(); %NULL
 *     with CLIP_ERROR_MEMORY
 */
float *clip_positions_resize (const float *positions, gsize old_side, gsize new_side, gsize width,
                              GError **error);

G_END_DECLS
