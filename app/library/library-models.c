/* library-models.c: which models there are, and which one with which space is used for what.
 *
 * A space belongs to a model, an image size and a view of the photos. The library has one that is
 * active, which searches use; after a change of model that stays the old one until the new one's
 * space has all photos. Options of this process go before both.
 */
#include "library/library-private.h"

#include <glib/gstdio.h>

#include "base/dirs.h"
#include "models/models.h"
#include "store/embeddings.h"

/* A model that is open, with what it was opened for. */
typedef struct {
  char *path;
  guint image_size; /* as asked for: 0 for the configuration's */
  ClipModel *model;
  char *sha256; /* nullable: taken when it is needed */
} InkOpenModel;

static void
open_model_free (InkOpenModel *open)
{
  g_free (open->path);
  g_clear_pointer (&open->model, clip_model_unref);
  g_free (open->sha256);
  g_free (open);
}

void
ink_library_free_models (InkLibrary *library)
{
  g_clear_pointer (&library->models, g_ptr_array_unref);
}

/* From now on the engine keeps packed weights, if it has not used them yet. */
static void
set_cache (InkOpenModel *open)
{
  g_autofree char *cache = ink_dirs_get_cache ();
  g_autofree char *folder = g_build_filename (cache, "weights", NULL);

  clip_model_set_cache (open->model, folder, open->sha256);
}

/* With the model lock held. Returns: (transfer none): opened at the first call */
static InkOpenModel *
open_model (InkLibrary *library, InkStore *store, const char *path, guint image_size,
            GError **error)
{
  ClipOptions options = library->engine;
  InkOpenModel *open;

  if (!library->models)
    library->models = g_ptr_array_new_with_free_func ((GDestroyNotify)open_model_free);
  for (guint i = 0; i < library->models->len; i++) {
    open = library->models->pdata[i];
    if (open->image_size == image_size && g_str_equal (open->path, path))
      return open;
  }
  open = g_new0 (InkOpenModel, 1);
  open->path = g_strdup (path);
  open->image_size = options.image_size = image_size;
  open->model = clip_model_open (path, &options, error);
  if (!open->model) {
    open_model_free (open);
    return NULL;
  }
  open->sha256 =
      ink_models_recall_sha256 (store, path, clip_model_get_info (open->model)->weights_file);
  if (open->sha256)
    set_cache (open);
  g_ptr_array_add (library->models, open);
  return open;
}

/* The model in use: this process's option, else the library's. With the model lock held. */
static InkOpenModel *
open_used (InkLibrary *library, InkStore *store, GError **error)
{
  g_autofree char *path = ink_models_resolve (store, library->model_option, error);

  guint image_size = library->engine.image_size;

  if (!ink_library_has_override (library))
    image_size = ink_library_get_image_size (store);
  return path ? open_model (library, store, path, image_size, error) : NULL;
}

static gboolean
take_sha256 (InkOpenModel *open, InkStore *store, GCancellable *cancellable, GError **error)
{
  if (open->sha256)
    return TRUE;
  open->sha256 = ink_models_get_sha256 (
      store, open->path, clip_model_get_info (open->model)->weights_file, cancellable, error);
  if (!open->sha256)
    return FALSE;
  set_cache (open);
  return TRUE;
}

gboolean
ink_library_has_override (InkLibrary *library)
{
  return library->model_option || library->engine.image_size || library->has_view;
}

ClipModel *
ink_library_get_model (InkLibrary *library, GError **error)
{
  g_autoptr (InkStore) reader = NULL;
  g_autoptr (GMutexLocker) locker = NULL;
  InkOpenModel *open;

  if (!ink_library_try_reader (library, &reader, error))
    return NULL;
  locker = g_mutex_locker_new (&library->model_lock);
  open = open_used (library, reader, error);
  return open ? open->model : NULL;
}

/* ---- Spaces ------------------------------------------------------------------------------ */

/* By view. */
static const char *const preprocessings[] = {"reference-1", "whole-1", "squares-1"};

const char *
ink_library_get_preprocessing (ClipView view)
{
  return preprocessings[view];
}

/* FALSE where this version knows no such preprocessing. */
static gboolean
find_view (const char *preprocessing, ClipView *view)
{
  for (guint i = 0; i < G_N_ELEMENTS (preprocessings); i++)
    if (g_str_equal (preprocessing, preprocessings[i])) {
      *view = i;
      return TRUE;
    }
  return FALSE;
}

ClipView
ink_library_get_view (InkLibrary *library, InkStore *store)
{
  ClipView view = INK_DEFAULT_VIEW;
  InkSpace space;

  if (library->has_view)
    return library->view;
  if (store && ink_store_get_space (store, ink_library_get_active_space (store), &space, NULL))
    find_view (space.preprocessing, &view);
  return view;
}

/* The key of the space of a model that is open. With the model lock held. */
static gboolean
describe_space (InkLibrary *library, InkOpenModel *open, InkStore *store, ClipView view,
                InkSpace *space, GCancellable *cancellable, GError **error)
{
  const ClipModelInfo *info = clip_model_get_info (open->model);

  if (view == CLIP_VIEW_WHOLE && !info->takes_rectangles) {
    g_set_error (error, INK_ERROR, INK_ERROR_USAGE,
                 "This model (%s) sees squares only; choose the view “squares” or “centre”",
                 info->family);
    return FALSE;
  }
  if (!take_sha256 (open, store, cancellable, error))
    return FALSE;
  *space = (InkSpace){
      .model = open->sha256,
      .image_size = info->image_size,
      .preprocessing = ink_library_get_preprocessing (view),
      .dims = info->dims,
  };
  return TRUE;
}

gboolean
ink_library_make_space (InkLibrary *library, InkStore *writer, InkLibrarySpace *result,
                        GCancellable *cancellable, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->model_lock);
  InkOpenModel *open = open_used (library, writer, error);
  ClipView view = ink_library_get_view (library, writer);
  InkSpace space;

  if (!open || !describe_space (library, open, writer, view, &space, cancellable, error))
    return FALSE;
  *result =
      (InkLibrarySpace){open->model, view, ink_store_put_space (writer, &space, error), space.dims};
  return result->space != 0;
}

/* The space of the model that this process was told to use. */
static gboolean
find_override (InkLibrary *library, InkStore *reader, InkLibrarySpace *result,
               GCancellable *cancellable, GError **error)
{
  InkOpenModel *open = open_used (library, reader, error);
  ClipView view = ink_library_get_view (library, reader);
  InkSpace space;

  if (!open || !describe_space (library, open, reader, view, &space, cancellable, error))
    return FALSE;
  *result = (InkLibrarySpace){open->model, view, ink_store_find_space (reader, &space, error),
                              space.dims};
  if (result->space == 0 && error && !*error)
    g_set_error (error, INK_ERROR, INK_ERROR_NO_MODEL,
                 "The photos are not indexed with this model at %u pixels and this view; run "
                 "“inkling-cli index” with the same --model, --image-size and --view first",
                 space.image_size);
  return result->space != 0;
}

/* The folder of the model that made a space: among those that the library knows by their hash, or
 * the one in use. */
static char *
find_model_of_space (InkLibrary *library, InkStore *reader, const InkSpace *space,
                     GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) models = ink_models_list (reader, error);
  InkOpenModel *used;

  for (guint i = 0; models && i < models->len; i++) {
    const InkModel *model = models->pdata[i];

    if (g_strcmp0 (model->sha256, space->model) == 0 && g_str_equal (model->state, "ready"))
      return g_strdup (model->path);
  }
  used = models ? open_used (library, reader, error) : NULL;
  if (!used || !take_sha256 (used, reader, cancellable, error))
    return NULL;
  if (g_str_equal (used->sha256, space->model))
    return g_strdup (used->path);
  g_set_error (error, INK_ERROR, INK_ERROR_NO_MODEL,
               "The model that the photos were indexed with is not here any more, or has changed; "
               "run “inkling-cli index” to index them with the one in use");
  return NULL;
}

/* The space that searches use, with its model. */
static gboolean
find_active (InkLibrary *library, InkStore *reader, InkLibrarySpace *result,
             GCancellable *cancellable, GError **error)
{
  gint64 id = ink_library_get_active_space (reader);
  g_autofree char *path = NULL;
  InkOpenModel *open;
  const ClipModelInfo *info;
  InkSpace space;
  ClipView view;

  if (id == 0) {
    g_set_error (error, INK_ERROR, INK_ERROR_NO_LIBRARY,
                 "No photos are indexed yet; run “inkling-cli index FOLDER” first");
    return FALSE;
  }
  if (!ink_store_get_space (reader, id, &space, error))
    return FALSE;
  if (!find_view (space.preprocessing, &view)) {
    g_set_error (error, INK_ERROR, INK_ERROR_NO_MODEL,
                 "The photos were indexed in a way that this version does not know (%s); run "
                 "“inkling-cli index”",
                 space.preprocessing);
    return FALSE;
  }
  path = find_model_of_space (library, reader, &space, cancellable, error);
  open = path ? open_model (library, reader, path, 0, error) : NULL;
  if (!open)
    return FALSE;
  info = clip_model_get_info (open->model);
  if (info->image_size != space.image_size)
    open = open_model (library, reader, path, space.image_size, error);
  if (!open)
    return FALSE;
  *result = (InkLibrarySpace){open->model, view, id, space.dims};
  return TRUE;
}

gboolean
ink_library_find_space (InkLibrary *library, InkStore *reader, InkLibrarySpace *space,
                        GCancellable *cancellable, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->model_lock);

  return ink_library_has_override (library)
             ? find_override (library, reader, space, cancellable, error)
             : find_active (library, reader, space, cancellable, error);
}

/* ---- The catalogue ----------------------------------------------------------------------- */

void
ink_model_entry_free (InkModelEntry *entry)
{
  if (!entry)
    return;
  g_free (entry->name);
  g_free (entry->path);
  g_free (entry->licence);
  g_free (entry->title);
  g_free (entry->state);
  g_free (entry);
}

/* The hash of a model of the library; %NULL where there is no such model, or it was never used. */
static char *
find_sha256 (InkStore *store, const char *name)
{
  g_autoptr (GPtrArray) models = ink_models_list (store, NULL);

  for (guint i = 0; models && i < models->len; i++) {
    const InkModel *model = models->pdata[i];

    if (g_str_equal (model->name, name))
      return g_strdup (model->sha256);
  }
  return NULL;
}

/* The small value that says that a model was used before; by its hash, so that it holds when the
 * model is removed and comes again. */
static char *
make_used_key (const char *sha256)
{
  return g_strconcat ("used ", sha256, NULL);
}

static gboolean
was_used (InkStore *store, const InkModel *model)
{
  g_autofree char *key = model->sha256 ? make_used_key (model->sha256) : NULL;
  g_autofree char *value = store && key ? ink_store_get_meta (store, key, NULL) : NULL;

  return model->active || value;
}

static InkModelEntry *
make_entry (InkStore *store, const InkModel *model, const GPtrArray *offers)
{
  InkModelEntry *entry = g_new0 (InkModelEntry, 1);
  const InkModelOffer *offer = ink_model_offers_recall (offers, model->name);

  entry->name = g_strdup (model->name);
  entry->path = g_strdup (model->path);
  entry->active = model->active;
  entry->starter = model->starter;
  entry->used = was_used (store, model);
  entry->dims = model->dims;
  entry->image_size = model->image_size;
  entry->chosen_size = model->active ? ink_library_get_image_size (store) : 0;
  entry->bytes = model->bytes;
  entry->licence = g_strdup (model->licence ? model->licence : offer ? offer->licence : NULL);
  entry->title = offer ? g_strdup (offer->title) : NULL;
  if (offer)
    entry->scores = offer->scores;
  entry->state = g_strdup (model->state);
  return entry;
}

GPtrArray *
ink_library_get_models (InkLibrary *library, GError **error)
{
  GPtrArray *entries = NULL;
  g_autoptr (InkStore) reader = NULL;
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GPtrArray) offers = NULL;

  if (!ink_library_try_reader (library, &reader, error))
    return NULL;
  models = ink_models_list (reader, error);
  if (!models)
    return NULL;
  offers = ink_model_offers_load ();
  entries = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_model_entry_free);
  for (guint i = 0; i < models->len; i++)
    g_ptr_array_add (entries, make_entry (reader, models->pdata[i], offers));
  return entries;
}

gboolean
ink_library_note_used (InkStore *writer, const char *name, GError **error)
{
  g_autofree char *sha256 = find_sha256 (writer, name);
  g_autofree char *key = sha256 ? make_used_key (sha256) : NULL;

  return !key || ink_store_set_meta (writer, key, "1", error);
}

/* By the process that has the library. */
static char *
add_remotely (InkRemote *remote, const char *folder, GCancellable *cancellable, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (folder, NULL);
  g_autoptr (GVariant) answer =
      ink_remote_call (remote, "AddModel", g_variant_new ("(^ay)", absolute),
                       G_VARIANT_TYPE ("(s)"), cancellable, error);
  char *name = NULL;

  if (answer)
    g_variant_get (answer, "(s)", &name);
  return name;
}

char *
ink_library_add_model (InkLibrary *library, const char *folder, GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (InkRemote) remote = NULL;
  g_autoptr (InkStore) writer = ink_library_ref_writer_or_remote (library, &remote, error);

  if (remote)
    return add_remotely (remote, folder, cancellable, error);
  return writer ? ink_models_add (writer, folder, cancellable, error) : NULL;
}

char *
ink_library_add_model_files (InkLibrary *library, const char *const *files,
                             GCancellable *cancellable, GError **error)
{
  g_autoptr (InkStore) writer = ink_library_ref_writer (library, error);

  return writer ? ink_models_add_files (writer, files, cancellable, error) : NULL;
}

/* Whether a model is needed beside the one in use: its embeddings are searched, or a change can be
 * undone that led away from it. */
static gboolean
is_needed (InkStore *store, const char *name, const char *sha256)
{
  g_autofree char *previous = ink_store_get_meta (store, INK_META_PREVIOUS_MODEL, NULL);
  InkSpace space;

  return g_strcmp0 (previous, name) == 0 ||
         (ink_store_get_space (store, ink_library_get_active_space (store), &space, NULL) &&
          g_strcmp0 (space.model, sha256) == 0);
}

/* What was made with a model that is gone: its spaces with their embeddings, its packed weights. */
static gboolean
remove_traces (InkStore *writer, const char *sha256, GError **error)
{
  g_autofree char *cache = ink_dirs_get_cache ();
  g_autofree char *folder = g_build_filename (cache, "weights", NULL);
  g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);
  g_autoptr (GArray) spaces = ink_store_get_spaces (writer, error);

  for (const char *name; files && (name = g_dir_read_name (files));) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_str_has_prefix (name, sha256))
      g_unlink (path);
  }
  for (guint i = 0; spaces && i < spaces->len; i++) {
    InkSpace space;

    if (!ink_store_get_space (writer, g_array_index (spaces, gint64, i), &space, error) ||
        (g_str_equal (space.model, sha256) && !ink_store_remove_space (writer, space.id, error)))
      return FALSE;
  }
  return spaces != NULL;
}

static gboolean
remove_model (InkStore *writer, const char *name, GError **error)
{
  g_autofree char *active = ink_models_get_active (writer, error);
  g_autofree char *sha256 = find_sha256 (writer, name);

  if (!active)
    return FALSE;
  if (sha256 && !g_str_equal (active, name) && is_needed (writer, name, sha256)) {
    g_set_error (
        error, INK_ERROR, INK_ERROR_FAILED,
        "The model “%s” can't be removed: the photos' embeddings are still its own, or can "
        "still be gone back to; see “inkling-cli status”",
        name);
    return FALSE;
  }
  return ink_models_remove (writer, name, error) &&
         (!sha256 || remove_traces (writer, sha256, error));
}

gboolean
ink_library_remove_model (InkLibrary *library, const char *name, GError **error)
{
  g_autoptr (InkRemote) remote = NULL;
  g_autoptr (InkStore) writer = ink_library_ref_writer_or_remote (library, &remote, error);

  if (remote)
    return ink_remote_run (remote, "RemoveModel", g_variant_new ("(s)", name), error);
  return writer && remove_model (writer, name, error);
}

gboolean
ink_library_verify_model (InkLibrary *library, const char *name, GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (InkStore) reader = NULL;

  return ink_library_try_reader (library, &reader, error) &&
         ink_models_verify (reader, name, cancellable, error);
}
