/* add.c: models into the library and out of it. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "base/atomic-file.h"
#include "base/dirs.h"
#include "base/local-time.h"
#include "base/path.h"
#include "models/convert.h"
#include "models/model-card.h"
#include "models/model-files.h"
#include "models/models-private.h"
#include "models/offers.h"

#define NAME_MAX_LENGTH 64
/* Folders that an interrupted call left behind begin so; models' names begin with no dot. */
#define TEMPORARY_PREFIX ".adding-"

/* ---- Names ------------------------------------------------------------------------------- */

/* A name that is safe in a file name and on a command line. */
static char *
make_safe_name (const char *folder)
{
  g_autofree char *base = g_path_get_basename (folder);
  GString *name = g_string_new (NULL);

  for (const char *p = base; *p != '\0' && name->len < NAME_MAX_LENGTH; p++) {
    gboolean plain = g_ascii_isalnum (*p) || strchr ("._-", *p) != NULL;
    gboolean first = name->len == 0;
    if (g_ascii_isalnum (*p) || (plain && !first))
      g_string_append_c (name, *p);
    else if (!first && name->str[name->len - 1] != '-')
      g_string_append_c (name, '-');
  }
  while (name->len > 0 && !g_ascii_isalnum (name->str[name->len - 1]))
    g_string_truncate (name, name->len - 1);
  if (name->len == 0)
    g_string_append (name, "model");
  return g_string_free (name, FALSE);
}

/* Whether neither a row nor a folder has the name, nor a model that came with the system. */
static gboolean
is_free (InkStore *store, const char *name, const GPtrArray *rows)
{
  g_autofree char *folder = ink_models_get_folder (store, name);

  if (strcmp (name, INK_MODEL_STARTER) == 0 || g_file_test (folder, G_FILE_TEST_EXISTS) ||
      ink_models_is_installed (store, name))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (strcmp (((InkModelRow *)g_ptr_array_index (rows, i))->name, name) == 0)
      return FALSE;
  return TRUE;
}

static char *
choose_name (InkStore *store, const char *folder, const GPtrArray *rows)
{
  g_autofree char *wanted = make_safe_name (folder);
  char *name = g_strdup (wanted);

  for (guint n = 2; !is_free (store, name, rows); n++) {
    g_free (name);
    name = g_strdup_printf ("%s-%u", wanted, n);
  }
  return name;
}

/* ---- Folders ----------------------------------------------------------------------------- */

void
ink_models_remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);
    g_unlink (file);
  }
  if (g_rmdir (path) < 0 && errno != ENOENT)
    g_info ("Can't remove a model's folder: %s", g_strerror (errno));
}

/* Only the holder of the library's lock makes such folders: those that are there are left over. */
static void
remove_leftovers (const char *models)
{
  g_autoptr (GDir) dir = g_dir_open (models, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (models, name, NULL);
    if (g_str_has_prefix (name, TEMPORARY_PREFIX))
      ink_models_remove_folder (path);
  }
}

static char *
make_temporary (InkStore *store, GError **error)
{
  g_autofree char *models = g_build_filename (ink_store_get_directory (store), "models", NULL);
  g_autofree char *path = g_build_filename (models, TEMPORARY_PREFIX "XXXXXX", NULL);

  if (!ink_dirs_make (models, error))
    return NULL;
  remove_leftovers (models);
  if (g_mkdtemp (path) != NULL)
    return g_steal_pointer (&path);
  int errsv = errno;
  g_autofree char *display = ink_path_display (models);
  ink_set_error_from_errno (error, errsv, "Can't make a folder in %s", display);
  return NULL;
}

/* ---- Adding ------------------------------------------------------------------------------ */

/* Gives the copy in @temporary its place, and then its row. */
static gboolean
install (InkStore *store, const char *temporary, InkModelRow *row, GError **error)
{
  g_autofree char *folder = ink_models_get_folder (store, row->name);
  g_autoptr (InkModelFiles) files = NULL;

  if (!ink_atomic_file_rename (temporary, folder, error))
    return FALSE;
  files = ink_model_files_find (folder, row->weights, error);
  if (files != NULL) {
    row->stamp = g_strdup (files->stamp);
    row->bytes = files->bytes;
  }
  if (files != NULL && ink_store_put_model (store, row, error))
    return TRUE;
  ink_models_remove_folder (folder);
  return FALSE;
}

static char *
find_by_hash (const GPtrArray *rows, const char *sha256)
{
  for (guint i = 0; i < rows->len; i++) {
    const InkModelRow *row = g_ptr_array_index (rows, i);
    if (strcmp (row->sha256, sha256) == 0)
      return g_strdup (row->name);
  }
  return NULL;
}

/* The weights as safetensors, whatever they were. A checkpoint that is not ours stays as it is. */
static char *
bring_converted (ClipModel *model, InkModelFiles *files, const char *temporary,
                 GCancellable *cancellable, GError **error)
{
  const char *weights = clip_model_get_info (model)->weights_file;
  guint index;

  if (!g_str_equal (files->folder, temporary)) {
    if (g_ptr_array_find_with_equal_func (files->names, weights, g_str_equal, &index))
      g_ptr_array_remove_index (files->names, index);
    g_autofree char *others = ink_model_files_copy (files, temporary, cancellable, error);
    if (others == NULL)
      return NULL;
  }
  if (!ink_weights_convert (model, temporary, cancellable, error))
    return NULL;
  if (g_str_equal (files->folder, temporary)) {
    g_autofree char *checkpoint = g_build_filename (temporary, weights, NULL);
    g_unlink (checkpoint);
  }
  g_autoptr (InkModelFiles) now = ink_model_files_find (temporary, INK_CONVERTED_WEIGHTS, error);
  return now != NULL ? ink_model_files_hash (now, cancellable, error) : NULL;
}

/* Puts a model's files into @temporary, where they are already if they are ours to take.
 * Returns: (transfer full): their hash */
static char *
bring (ClipModel *model, InkModelFiles *files, const char *temporary, GCancellable *cancellable,
       GError **error)
{
  if (ink_weights_need_conversion (clip_model_get_info (model)->weights_file))
    return bring_converted (model, files, temporary, cancellable, error);
  return g_str_equal (files->folder, temporary)
             ? ink_model_files_hash (files, cancellable, error)
             : ink_model_files_copy (files, temporary, cancellable, error);
}

static char *
add_files (InkStore *store, ClipModel *model, InkModelFiles *files, const char *temporary,
           GCancellable *cancellable, GError **error)
{
  const ClipModelInfo *info = clip_model_get_info (model);
  g_autoptr (GPtrArray) rows = ink_store_get_models (store, error);
  g_autofree char *sha256 =
      rows != NULL ? bring (model, files, temporary, cancellable, error) : NULL;

  if (sha256 == NULL)
    return NULL;
  char *present = find_by_hash (rows, sha256);
  if (present != NULL)
    return present;
  g_autoptr (InkModelRow) row = g_new0 (InkModelRow, 1);
  row->name = choose_name (store, files->folder, rows);
  row->weights = g_strdup (ink_weights_need_conversion (info->weights_file) ? INK_CONVERTED_WEIGHTS
                                                                            : info->weights_file);
  row->sha256 = g_steal_pointer (&sha256);
  row->dims = info->dims;
  row->image_size = info->image_size;
  row->licence = ink_model_card_get_licence (files->folder);
  row->added = ink_local_time_now ();
  return install (store, temporary, row, error) ? g_strdup (row->name) : NULL;
}

/* Of a file, the folder that it lies in. */
static char *
find_model_folder (const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);

  return g_file_test (absolute, G_FILE_TEST_IS_REGULAR) ? g_path_get_dirname (absolute)
                                                        : g_steal_pointer (&absolute);
}

/* Says which files make a model, to someone who has chosen something else. */
static gboolean
check_folder (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "open_clip_config.json", NULL);

  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  g_autofree char *display = ink_path_display (folder);
  g_autofree char *weights = g_strjoinv (", ", (GStrv)ink_model_weights_names ());
  /* Translators: a folder, and a list of file names. */
  g_set_error (error, INK_ERROR, INK_ERROR_NO_MODEL,
               _ ("There is no model in %s: it takes the file open_clip_config.json and one of %s"),
               display, weights);
  return FALSE;
}

/* @take: the folder is ours, and becomes the model's */
static char *
add (InkStore *store, const char *folder, gboolean take, GCancellable *cancellable, GError **error)
{
  g_autofree char *absolute = find_model_folder (folder);

  if (!ink_store_is_writable (store)) {
    g_set_error (error, INK_ERROR, INK_ERROR_READ_ONLY,
                 "The library was opened for reading: no model can be added");
    return NULL;
  }
  if (!check_folder (absolute, error))
    return NULL;
  g_autoptr (ClipModel) model = ink_models_open (absolute, error);
  if (model == NULL)
    return NULL;
  g_autoptr (InkModelFiles) files =
      ink_model_files_find (absolute, clip_model_get_info (model)->weights_file, error);
  g_autofree char *temporary = files == NULL ? NULL
                               : take        ? g_strdup (absolute)
                                             : make_temporary (store, error);
  if (temporary == NULL)
    return NULL;
  char *name = add_files (store, model, files, temporary, cancellable, error);
  /* Where it got its place, there is nothing of that name any more. What was not ours to make is
   * kept when it could not be added. */
  if (!take || name != NULL)
    ink_models_remove_folder (temporary);
  return name;
}

char *
ink_models_add (InkStore *store, const char *folder, GCancellable *cancellable, GError **error)
{
  return add (store, folder, FALSE, cancellable, error);
}

char *
ink_models_adopt (InkStore *store, const char *folder, GCancellable *cancellable, GError **error)
{
  return add (store, folder, TRUE, cancellable, error);
}

/* ---- Removing ---------------------------------------------------------------------------- */

gboolean
ink_models_remove (InkStore *store, const char *name, GError **error)
{
  g_autofree char *active = ink_models_get_active (store, error);
  g_autoptr (InkModelRow) row = NULL;

  if (active == NULL || !ink_models_load_row (store, name, &row, error))
    return FALSE;
  if (strcmp (name, active) == 0 || ink_models_is_installed (store, name)) {
    g_set_error (error, INK_ERROR, INK_ERROR_FAILED, "The model “%s” can't be removed: %s", name,
                 strcmp (name, active) == 0 ? "it is in use; choose another one first"
                 : strcmp (name, INK_MODEL_STARTER) == 0
                     ? "it belongs to the program"
                     : "it was installed as a package of its own; remove that");
    return FALSE;
  }
  if (row == NULL) {
    ink_models_set_unknown_error (error, name);
    return FALSE;
  }
  if (!ink_store_remove_model (store, name, error))
    return FALSE;
  g_autofree char *folder = ink_models_get_folder (store, name);
  ink_models_remove_folder (folder);
  return TRUE;
}
