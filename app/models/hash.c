/* hash.c: the hash of a model, remembered with the files' stamp. */
#include <string.h>

#include "base/local-time.h"
#include "models/model-card.h"
#include "models/model-files.h"
#include "models/models-private.h"

/* The name by which the library remembers the model in @folder; NULL where it does not. */
static char *
get_name (InkStore *store, const char *folder)
{
  g_autofree char *name = g_path_get_basename (folder);
  g_autofree char *installed = ink_models_get_installed (name);

  if (store == NULL)
    return NULL;
  if (g_strcmp0 (folder, installed) == 0)
    return ink_models_is_installed (store, name) ? g_steal_pointer (&name) : NULL;
  g_autofree char *own = ink_models_get_folder (store, name);
  return strcmp (folder, own) == 0 ? g_steal_pointer (&name) : NULL;
}

/* Remembers a hash where that is of use: for one that came with the system whenever it is another
 * than before (that was updated), for an added one only if it is still what was added. */
static gboolean
remember (InkStore *store, const char *name, const InkModelRow *row, const InkModelFiles *files,
          const char *weights, const char *sha256, GError **error)
{
  if (!ink_store_is_writable (store) || (!ink_models_is_installed (store, name) &&
                                         (row == NULL || strcmp (row->sha256, sha256) != 0)))
    return TRUE;
  g_autofree char *now = ink_local_time_now ();
  g_autofree char *licence = ink_model_card_get_licence (files->folder);
  InkModelRow updated = {
      .name = (char *)name,
      .weights = (char *)weights,
      .sha256 = (char *)sha256,
      .stamp = files->stamp,
      .bytes = files->bytes,
      .licence = licence,
      .added = row != NULL ? row->added : now,
  };
  ink_model_card_get_facts (files->folder, &updated.dims, &updated.image_size);
  return ink_store_put_model (store, &updated, error);
}

/* Sets @sha256 to what is remembered of the files as they are now, else to %NULL. */
static gboolean
recall (InkStore *store, const char *name, const InkModelFiles *files, InkModelRow **row,
        char **sha256, GError **error)
{
  *sha256 = NULL;
  if (name != NULL && !ink_models_load_row (store, name, row, error))
    return FALSE;
  if (*row != NULL && strcmp ((*row)->stamp, files->stamp) == 0)
    *sha256 = g_strdup ((*row)->sha256);
  return TRUE;
}

char *
ink_models_recall_sha256 (InkStore *store, const char *folder, const char *weights)
{
  g_autoptr (InkModelFiles) files = ink_model_files_find (folder, weights, NULL);
  g_autofree char *name = get_name (store, folder);
  g_autoptr (InkModelRow) row = NULL;
  char *sha256 = NULL;

  if (files != NULL)
    recall (store, name, files, &row, &sha256, NULL);
  return sha256;
}

char *
ink_models_get_sha256 (InkStore *store, const char *folder, const char *weights,
                       GCancellable *cancellable, GError **error)
{
  g_autoptr (InkModelFiles) files = ink_model_files_find (folder, weights, error);
  g_autofree char *name = get_name (store, folder);
  g_autoptr (InkModelRow) row = NULL;
  g_autofree char *sha256 = NULL;

  if (files == NULL || !recall (store, name, files, &row, &sha256, error))
    return NULL;
  if (sha256 != NULL)
    return g_steal_pointer (&sha256);
  sha256 = ink_model_files_hash (files, cancellable, error);
  if (sha256 == NULL ||
      (name != NULL && !remember (store, name, row, files, weights, sha256, error)))
    return NULL;
  return g_steal_pointer (&sha256);
}
