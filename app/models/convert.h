/* convert.h: the weights of a PyTorch checkpoint as safetensors. Private to models/. */
#pragma once

#include <gio/gio.h>

#include "clip.h"

G_BEGIN_DECLS

/* What the library calls them. */
#define INK_CONVERTED_WEIGHTS "open_clip_model.safetensors"

/* Whether a file of weights is kept in another format than it has. */
gboolean ink_weights_need_conversion (const char *name);

/**
 * ink_weights_convert:
 * @model: that they were read from, which stays as it is
 * @folder: where they are to be, on a disk of ours
 *
 * Writes them to a file beside, syncs it and gives it its name: it is there as a whole or not at
 * all. Holds a piece of a tensor in memory at a time.
 */
gboolean ink_weights_convert (ClipModel *model, const char *folder, GCancellable *cancellable,
                              GError **error);

G_END_DECLS
