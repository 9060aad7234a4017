/* make-model.h: writes OpenCLIP model folders for the cases of tests/data/golden/cases.json. */
#pragma once

#include "files/weights.h"

G_BEGIN_DECLS

/**
 * MakeModelOptions:
 * @dtype: of every tensor
 * @rounded: values are rounded to what this type can hold before they are written as @dtype
 * @seed: of the weights; 0 for the case's
 * @file: (nullable): name of the weights file; one that does not end in ".safetensors" is written
 *     as torch.save() does. %NULL: "open_clip_model.safetensors"
 * @state_dict: PyTorch only: the tensors are in a dictionary "state_dict" beside other things
 * @module: names have the prefix "module." (after TinyCLIP's, where both are asked for)
 * @text: names of the text tower have the prefix "text."
 * @tinyclip: names are those of TinyCLIP's checkpoints
 * @hollow: safetensors only: every weight is zero, and the file a hole that takes no room
 */
typedef struct {
  ClipDtype dtype;
  ClipDtype rounded;
  guint64 seed;
  const char *file;
  gboolean state_dict, module, text, tinyclip, hollow;
} MakeModelOptions;

/**
 * make_model:
 * @case_name: a member of cases.json
 * @folder: made where it does not exist
 *
 * Writes open_clip_config.json and open_clip_model.safetensors.
 */
gboolean make_model (const char *case_name, const char *folder, ClipDtype dtype, GError **error);

gboolean make_model_with (const char *case_name, const char *folder,
                          const MakeModelOptions *options, GError **error);

/* Rounds to nearest, ties to even. */
guint16 make_model_to_f16 (float value);
guint16 make_model_to_bf16 (float value);

G_END_DECLS
