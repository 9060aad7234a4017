/* models-private.h: what the catalogue's own files share. */
#pragma once

#include "clip.h"
#include "models/models.h"
#include "store/model-table.h"

G_BEGIN_DECLS

/* The folder that an added model of that name has, below the library's "models". */
char *ink_models_get_folder (InkStore *store, const char *name);

/* Whether there is a model in @folder, by its configuration. */
gboolean ink_models_has_configuration (const char *folder);

/* Returns: (transfer full) (nullable): the folder of the model of that name that came with the
 * system, which is the program's starter model or one that was installed as a package of its own */
char *ink_models_get_installed (const char *name);

/* Returns: (transfer full) (element-type filename): their names, the starter's first */
GPtrArray *ink_models_list_installed (void);

/* Whether @name is one of those, and not one that was added to the library under the same name. */
gboolean ink_models_is_installed (InkStore *store, const char *name);

/* @store: (nullable); @row: (out) (nullable): @name's row, %NULL where there is none */
gboolean ink_models_load_row (InkStore *store, const char *name, InkModelRow **row, GError **error);

/* Sets %INK_ERROR_NO_MODEL. */
void ink_models_set_unknown_error (GError **error, const char *name);

/* @store: (nullable). Returns: (transfer full): the folder of a model by its name; %NULL with
 * %INK_ERROR_NO_MODEL where there is none */
char *ink_models_find (InkStore *store, const char *name, GError **error);

/* Opens the model in @folder: the engine checks all of it. Returns: (transfer full) */
ClipModel *ink_models_open (const char *folder, GError **error);

/* Removes a folder of ours, which holds files only. One that holds folders is not ours. */
void ink_models_remove_folder (const char *path);

/* As ink_models_add(), for a folder of ours on the library's file system, which becomes the model's
 * without a copy. It stays where it is if it could not be added. */
char *
ink_models_adopt (InkStore *store, const char *folder, GCancellable *cancellable, GError **error);

G_END_DECLS
