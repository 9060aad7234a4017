/* models-private.h: what the catalogue's own files share. */
#pragma once

#include "clip.h"
#include "models/models.h"
#include "store/model-table.h"

G_BEGIN_DECLS

/* The folder that an added model of that name has, below the library's "models". */
char *ink_models_get_folder (InkStore *store, const char *name);

void ink_models_set_no_model_error (GError **error, const char *name);

/* Returns: (transfer full) (nullable): the folder of a model by its name; %NULL also where there is
 * none; @error tells */
char *ink_models_find (InkStore *store, const char *name, GError **error);

/* Returns: (transfer full): @name's row; %NULL with %INK_ERROR_NO_MODEL where there is none */
InkModelRow *ink_models_get_row (InkStore *store, const char *name, GError **error);

/* Opens the model in @folder: the engine checks all of it. Returns: (transfer full) */
ClipModel *ink_models_open (const char *folder, GError **error);

G_END_DECLS
