/* tower-weights.h: packs a tower's weights before its first use, or maps them from the cache.
 */
#pragma once

#include "compute/gemm.h"
#include "files/weights.h"

G_BEGIN_DECLS

typedef struct _ClipTowerWeights ClipTowerWeights;

/**
 * clip_tower_weights_new:
 * @tower: names the tower: a word of at most 15 letters
 * @linears: (transfer full) (element-type ClipLinear): all its layers, always in the same order
 * @weights: that they were loaded from
 *
 * All three outlive the result, but the panels of the layers don't.
 */
ClipTowerWeights *
clip_tower_weights_new (const char *tower, GPtrArray *linears, ClipWeights *weights);
void clip_tower_weights_free (ClipTowerWeights *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipTowerWeights, clip_tower_weights_free)

/**
 * clip_tower_weights_set_cache:
 * @folder: that cache files are kept in
 * @model: SHA-256 of the model, 64 hexadecimal digits
 *
 * Has an effect only before the first clip_tower_weights_prepare().
 */
void clip_tower_weights_set_cache (ClipTowerWeights *self, const char *folder, const char *model);

/**
 * clip_tower_weights_prepare:
 *
 * To be called before each use of the tower: at the first one its layers get their panels, from
 * the cache where there is one. Where the cache can't be read it is written anew, and where it
 * can't be written the panels are made in memory: a message for debugging says why. The model's
 * own weights are then given back to the system, so that memory holds them once.
 *
 * Returns: %FALSE with %CLIP_ERROR_MEMORY; the next call then goes on where this one ended
 */
gboolean clip_tower_weights_prepare (ClipTowerWeights *self, ClipPool *pool, GError **error);

/* FALSE with CLIP_ERROR_IO where the cache file was changed while it was in use. */
gboolean clip_tower_weights_check (ClipTowerWeights *self, GError **error);

G_END_DECLS
