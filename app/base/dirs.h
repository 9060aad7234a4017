/* dirs.h: where the program's own files lie. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: (transfer full): the default library, $XDG_DATA_HOME/inkling; it need not exist. */
char *ink_dirs_get_library (void);

/* Returns: (transfer full): $XDG_CACHE_HOME/inkling; it need not exist. */
char *ink_dirs_get_cache (void);

/**
 * ink_dirs_make:
 *
 * Makes @path, and the folders above it, readable for their owner alone, where they do not exist.
 */
gboolean ink_dirs_make (const char *path, GError **error);

/**
 * ink_dirs_get_data_file:
 * @name: relative to the program's data, e.g. "models/starter"
 *
 * The data that ships with the program: in $INKLING_DATA_DIR where that is set, in the source tree
 * for a program that runs from its build folder, else where it was installed.
 *
 * Returns: (transfer full): a path; it need not exist
 */
char *ink_dirs_get_data_file (const char *name);

/* Returns: (transfer full): the folder of the model that ships with the program; it need not exist
 * (-Dstarter_model=false). */
char *ink_dirs_get_starter_model (void);

/* Returns: (transfer full): CLIP's vocabulary, for models that come without a tokenizer. It lies
 * with the starter model and is installed even where the model is not. */
char *ink_dirs_get_vocabulary (void);

G_END_DECLS
