/* use.c: what asks the engine about a model: whether it runs, and verifying it. */
#include <string.h>

#include "base/dirs.h"
#include "base/path.h"
#include "models/model-files.h"
#include "models/models-private.h"

ClipModel *
ink_models_open (const char *folder, GError **error)
{
  g_autofree char *vocabulary = ink_dirs_get_vocabulary ();
  ClipOptions options = {.vocabulary = vocabulary};

  return clip_model_open (folder, &options, error);
}

gboolean
ink_models_check (InkStore *store, const char *name, guint image_size, GError **error)
{
  g_autofree char *folder = ink_models_find (store, name, error);
  g_autofree char *vocabulary = ink_dirs_get_vocabulary ();
  ClipOptions options = {.vocabulary = vocabulary, .image_size = image_size};
  g_autoptr (ClipModel) model = folder != NULL ? clip_model_open (folder, &options, error) : NULL;

  return model != NULL;
}

/* ---- Verifying --------------------------------------------------------------------------- */

/* Whether the files are what @row says that they were. */
static gboolean
compare (InkStore *store, const InkModelRow *row, const char *folder, const char *weights,
         GCancellable *cancellable, GError **error)
{
  g_autoptr (InkModelFiles) files = ink_model_files_find (folder, weights, error);
  g_autofree char *sha256 = files != NULL ? ink_model_files_hash (files, cancellable, error) : NULL;

  if (sha256 == NULL)
    return FALSE;
  /* What came with the system changes with it. */
  gboolean updated =
      ink_models_is_installed (store, row->name) && strcmp (row->stamp, files->stamp) != 0;
  if (updated || strcmp (row->sha256, sha256) == 0)
    return TRUE;
  g_autofree char *display = ink_path_display (folder);
  g_set_error (error, INK_ERROR, INK_ERROR_MODEL_INVALID,
               "The files of the model “%s” in %s have changed since it was added: remove it and "
               "add it again",
               row->name, display);
  return FALSE;
}

gboolean
ink_models_verify (InkStore *store, const char *name, GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = ink_models_resolve (store, name, error);
  g_autoptr (ClipModel) model = folder != NULL ? ink_models_open (folder, error) : NULL;
  g_autoptr (InkModelRow) row = NULL;

  if (model == NULL || !ink_models_load_row (store, name, &row, error))
    return FALSE;
  /* Nothing is known of an installed model that was never used, nor of a folder. */
  return row == NULL || compare (store, row, folder, clip_model_get_info (model)->weights_file,
                                 cancellable, error);
}
