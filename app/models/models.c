/* models.c: the catalogue: which models there are, where, and which is in use. */
#include "models/models.h"

#include <string.h>

#include "base/dirs.h"
#include "base/path.h"
#include "models/model-card.h"
#include "models/model-files.h"
#include "models/models-private.h"

void
ink_model_free (InkModel *model)
{
  g_free (model->name);
  g_free (model->path);
  g_free (model->weights);
  g_free (model->sha256);
  g_free (model->licence);
  g_free (model);
}

char *
ink_models_get_folder (InkStore *store, const char *name)
{
  return g_build_filename (ink_store_get_directory (store), "models", name, NULL);
}

void
ink_models_set_unknown_error (GError **error, const char *name)
{
  g_autofree char *display = ink_path_display (name);

  g_set_error (error, INK_ERROR, INK_ERROR_NO_MODEL,
               "There is no model “%s”; “inkling-cli models list” shows those that there are",
               display);
}

gboolean
ink_models_load_row (InkStore *store, const char *name, InkModelRow **row, GError **error)
{
  g_autoptr (GError) local = NULL;

  *row = store != NULL ? ink_store_get_model (store, name, &local) : NULL;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
ink_models_is_installed (InkStore *store, const char *name)
{
  g_autofree char *own = store != NULL ? ink_models_get_folder (store, name) : NULL;
  g_autofree char *installed = ink_models_get_installed (name);

  return installed != NULL && (own == NULL || !g_file_test (own, G_FILE_TEST_IS_DIR));
}

/* ---- The active one ---------------------------------------------------------------------- */

char *
ink_models_get_active (InkStore *store, GError **error)
{
  g_autoptr (GError) local = NULL;
  char *name = store != NULL ? ink_store_get_meta (store, INK_META_ACTIVE_MODEL, &local) : NULL;

  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  return name != NULL ? name : g_strdup (INK_MODEL_STARTER);
}

char *
ink_models_find (InkStore *store, const char *name, GError **error)
{
  g_autofree char *folder = NULL;
  g_autoptr (InkModelRow) row = NULL;

  if (!ink_models_load_row (store, name, &row, error))
    return NULL;
  if (ink_models_is_installed (store, name))
    folder = ink_models_get_installed (name);
  else if (strcmp (name, INK_MODEL_STARTER) == 0)
    folder = ink_dirs_get_starter_model ();
  else if (row != NULL)
    folder = ink_models_get_folder (store, name);
  if (folder == NULL) {
    ink_models_set_unknown_error (error, name);
    return NULL;
  }
  if (ink_models_has_configuration (folder))
    return g_steal_pointer (&folder);
  g_autofree char *display = ink_path_display (name);
  g_autofree char *display_folder = ink_path_display (folder);
  g_set_error (error, INK_ERROR, INK_ERROR_NO_MODEL,
               "The model “%s” is not in %s any more; choose another one, or add it again", display,
               display_folder);
  return NULL;
}

char *
ink_models_resolve (InkStore *store, const char *model, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *active = model == NULL ? ink_models_get_active (store, error) : NULL;
  const char *name = model != NULL ? model : active;

  if (name == NULL)
    return NULL;
  char *folder = ink_models_find (store, name, &local);
  /* What is no name may be a folder. */
  if (folder == NULL && model != NULL && g_error_matches (local, INK_ERROR, INK_ERROR_NO_MODEL) &&
      g_file_test (model, G_FILE_TEST_IS_DIR))
    return g_canonicalize_filename (model, NULL);
  if (folder == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return folder;
}

/* ---- The list ---------------------------------------------------------------------------- */

static const char *
get_state (const char *folder, const InkModelRow *row)
{
  g_autoptr (InkModelFiles) files = ink_model_files_find (folder, row->weights, NULL);

  if (files == NULL)
    return "missing";
  return files->bytes == row->bytes ? "ready" : "invalid";
}

static InkModel *
model_from_row (InkStore *store, const InkModelRow *row, const char *active)
{
  InkModel *model = g_new0 (InkModel, 1);

  model->name = g_strdup (row->name);
  model->path = ink_models_get_folder (store, row->name);
  model->weights = g_strdup (row->weights);
  model->sha256 = g_strdup (row->sha256);
  model->active = strcmp (row->name, active) == 0;
  model->dims = row->dims;
  model->image_size = row->image_size;
  model->licence = g_strdup (row->licence);
  model->bytes = row->bytes;
  model->state = get_state (model->path, row);
  return model;
}

/* One that came with the system: its row, if it has one, holds no more than its hash. */
static InkModel *
model_from_installed (const char *name, const InkModelRow *row, const char *active)
{
  InkModel *model = g_new0 (InkModel, 1);

  model->name = g_strdup (name);
  model->path = ink_models_get_installed (name);
  model->licence = ink_model_card_get_licence (model->path);
  ink_model_card_get_facts (model->path, &model->dims, &model->image_size);
  model->weights = row != NULL ? g_strdup (row->weights) : NULL;
  model->sha256 = row != NULL ? g_strdup (row->sha256) : NULL;
  model->active = strcmp (active, name) == 0;
  model->starter = strcmp (name, INK_MODEL_STARTER) == 0;
  model->state = "ready";
  return model;
}

static const InkModelRow *
find_row (GPtrArray *rows, const char *name)
{
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (strcmp (((const InkModelRow *)rows->pdata[i])->name, name) == 0)
      return rows->pdata[i];
  return NULL;
}

GPtrArray *
ink_models_list (InkStore *store, GError **error)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_model_free);
  g_autoptr (GPtrArray) installed = ink_models_list_installed ();
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *active = ink_models_get_active (store, error);

  if (active == NULL || (store != NULL && (rows = ink_store_get_models (store, error)) == NULL))
    return NULL;
  for (guint i = 0; i < installed->len; i++) {
    const char *name = installed->pdata[i];
    if (ink_models_is_installed (store, name))
      g_ptr_array_add (models, model_from_installed (name, find_row (rows, name), active));
  }
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const InkModelRow *row = g_ptr_array_index (rows, i);
    gboolean starter = strcmp (row->name, INK_MODEL_STARTER) == 0;
    if (!starter && !ink_models_is_installed (store, row->name))
      g_ptr_array_add (models, model_from_row (store, row, active));
  }
  return g_steal_pointer (&models);
}
