/* models.h: the models that a library can use: the starter model that ships with the program, those
 * that were installed as packages of their own (below "models/installed" of the program's data; a
 * Flatpak's extensions come there), and those that were added, each a folder below the library's
 * "models".
 *
 * All functions block, and may be called from any thread.
 */
#pragma once

#include <gio/gio.h>

#include "store/store.h"

G_BEGIN_DECLS

#define INK_MODEL_STARTER "starter"

/**
 * InkModel:
 * @name: "starter", or the name it got when it was added
 * @path: its folder
 * @weights: (nullable): base name of the file with the weights; %NULL for a starter model that was
 *     never opened
 * @sha256: (nullable): its hash, as ink_models_get_sha256(); %NULL likewise
 * @active: the one that the library uses
 * @dims: length of an embedding; 0 where unknown
 * @image_size: the configuration's; 0 where unknown
 * @licence: (nullable)
 * @bytes: what its files take; 0 for the starter
 * @state: "ready", "missing" (a file of it is gone) or "invalid" (its files are not as large as
 *     they were when it was added)
 */
typedef struct {
  char *name;
  char *path;
  char *weights;
  char *sha256;
  gboolean active;
  gboolean starter;
  guint dims;
  guint image_size;
  char *licence;
  guint64 bytes;
  const char *state;
} InkModel;

void ink_model_free (InkModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkModel, ink_model_free)

/**
 * ink_models_list:
 * @store: (nullable): %NULL where there is no library yet: the starter model alone
 *
 * Returns: (transfer full) (element-type InkModel): the starter model first, where it is there, then
 *     the installed ones
 */
GPtrArray *ink_models_list (InkStore *store, GError **error);

/**
 * ink_models_resolve:
 * @store: (nullable)
 * @model: (nullable): a name, or a folder with a model; %NULL for the active model
 *
 * Returns: (transfer full): the folder; %NULL with %INK_ERROR_NO_MODEL
 */
char *ink_models_resolve (InkStore *store, const char *model, GError **error);

/* Returns: (transfer full): the name of the active model, the starter unless another was chosen */
char *ink_models_get_active (InkStore *store, GError **error);

/**
 * ink_models_add:
 * @folder: with a model that the engine runs; or a file of such a folder
 *
 * Checks the model and copies the files that it needs below the library's folder; the weights of a
 * PyTorch checkpoint as safetensors. One that is there already is not copied again.
 *
 * Returns: (transfer full): the name that it got, after the name of @folder
 */
char *
ink_models_add (InkStore *store, const char *folder, GCancellable *cancellable, GError **error);

/* The same of files that were chosen one by one, by absolute paths, and need not lie in one folder;
 * or of a folder alone. Other files of a model that lie beside them belong to it as well. */
char *ink_models_add_files (InkStore *store, const char *const *files, GCancellable *cancellable,
                            GError **error);

/* Whether the engine runs a model at @image_size (0 for the model's own); else says why not. */
gboolean ink_models_check (InkStore *store, const char *name, guint image_size, GError **error);

/* Takes an added model out and deletes its folder. Neither the starter nor the active one. */
gboolean ink_models_remove (InkStore *store, const char *name, GError **error);

/* Reads all of a model, compares its hash with the one that was taken when it was added, and opens
 * it once. %INK_ERROR_MODEL_INVALID where it differs. */
gboolean
ink_models_verify (InkStore *store, const char *name, GCancellable *cancellable, GError **error);

/**
 * ink_models_get_sha256:
 * @store: (nullable): remembers hashes; nothing is written where it can't be
 * @folder: as of ink_models_resolve()
 * @weights: base name of the file in use, as the engine says
 *
 * Returns: (transfer full): the model's hash, the key of its spaces; taken anew only where the
 * files have changed
 */
char *ink_models_get_sha256 (InkStore *store, const char *folder, const char *weights,
                             GCancellable *cancellable, GError **error);

/* Returns: (transfer full) (nullable): the same where it is remembered and the files have not
 * changed: nothing but their sizes and times is looked at */
char *ink_models_recall_sha256 (InkStore *store, const char *folder, const char *weights);

G_END_DECLS
