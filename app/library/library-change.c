/* library-change.c: from one model, or resolution, to another.
 *
 * The embeddings of the new model fill a space of their own beside the old one, which is searched
 * until all photos that can be read have both. Then the library switches, in one transaction. The
 * old embeddings stay until that is confirmed; until then it can be undone, by the same transaction
 * the other way round. What is written down, in the store's small values, is enough to go on after
 * any interruption:
 *
 *   active-model, image-size       what photos are indexed with
 *   active-space                   what is searched
 *   previous-model, previous-size  what was in use before, while there is a change
 *   previous-space                 what was searched before, once the library has switched
 *
 * A photo that comes during a change is indexed for the space that is searched first, so that it is
 * found at once, and decoded again for the new one. There are few of them, beside a library that is
 * decoded anew, and one decode for both would keep each waiting for the slower model.
 */
#include "library/library-private.h"

#include "models/models.h"
#include "store/embeddings.h"
#include "store/photos.h"

/* Of each embedding in the database beside its numbers: row, keys of two indexes, precision. */
#define ROW_BYTES 64

/* How many embeddings a photo of a camera, of 4:3 or 3:2, has in the default view. */
#define USUAL_TILES 2

void
ink_model_change_free (InkModelChange *change)
{
  if (!change)
    return;
  g_free (change->model);
  g_free (change->previous_model);
  g_free (change);
}

/* ---- Small values ------------------------------------------------------------------------ */

static gint64
get_number (InkStore *store, const char *key)
{
  g_autofree char *value = ink_store_get_meta (store, key, NULL);

  return value ? g_ascii_strtoll (value, NULL, 10) : 0;
}

/* 0 takes it out. */
static gboolean
set_number (InkStore *store, const char *key, gint64 number, GError **error)
{
  g_autofree char *value = number ? g_strdup_printf ("%" G_GINT64_FORMAT, number) : NULL;

  return ink_store_set_meta (store, key, value, error);
}

guint
ink_library_get_image_size (InkStore *store)
{
  return store ? (guint)get_number (store, INK_META_IMAGE_SIZE) : 0;
}

/* A change's two sides. */
typedef struct {
  char *model;
  gint64 image_size; /* 0 for the model's own */
  gint64 space;
} Side;

static void
side_clear (Side *side)
{
  g_free (side->model);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Side, side_clear)

static gboolean
read_sides (InkStore *store, Side *now, Side *previous, GError **error)
{
  now->model = ink_models_get_active (store, error);
  now->image_size = get_number (store, INK_META_IMAGE_SIZE);
  now->space = get_number (store, INK_META_ACTIVE_SPACE);
  previous->model = ink_store_get_meta (store, INK_META_PREVIOUS_MODEL, NULL);
  previous->image_size = get_number (store, INK_META_PREVIOUS_SIZE);
  previous->space = get_number (store, INK_META_PREVIOUS_SPACE);
  return now->model != NULL;
}

/* Within a batch. */
static gboolean
write_sides (InkStore *store, const Side *now, const Side *previous, GError **error)
{
  return ink_store_set_meta (store, INK_META_ACTIVE_MODEL, now->model, error) &&
         set_number (store, INK_META_IMAGE_SIZE, now->image_size, error) &&
         set_number (store, INK_META_ACTIVE_SPACE, now->space, error) &&
         ink_store_set_meta (store, INK_META_PREVIOUS_MODEL, previous->model, error) &&
         set_number (store, INK_META_PREVIOUS_SIZE, previous->image_size, error) &&
         set_number (store, INK_META_PREVIOUS_SPACE, previous->space, error);
}

/* write_sides() in a transaction of its own. */
static gboolean
commit_sides (InkStore *store, const Side *now, const Side *previous, GError **error)
{
  if (!ink_store_begin (store, error))
    return FALSE;
  if (write_sides (store, now, previous, error))
    return ink_store_commit (store, error);
  ink_store_rollback (store);
  return FALSE;
}

/* ---- Spaces ------------------------------------------------------------------------------ */

/* What is known of a model of the library without opening it: its embeddings' length, and the id of
 * its space (0 for none yet) at @image_size (0 for its own). */
static gboolean
describe (InkLibrary *library, InkStore *store, const char *name, guint image_size, guint *dims,
          gint64 *space, GError **error)
{
  g_autoptr (GPtrArray) models = ink_models_list (store, error);

  for (guint i = 0; models && i < models->len; i++) {
    const InkModel *model = models->pdata[i];
    InkSpace key = {
        .model = model->sha256,
        .image_size = image_size ? image_size : model->image_size,
        .preprocessing = ink_library_get_preprocessing (ink_library_get_view (library, store)),
    };

    if (!g_str_equal (model->name, name))
      continue;
    *dims = model->dims;
    *space = store && model->sha256 ? ink_store_find_space (store, &key, NULL) : 0;
    return TRUE;
  }
  if (models)
    g_set_error (error, INK_ERROR, INK_ERROR_NO_MODEL,
                 "There is no model “%s”; “inkling-cli models list” lists them", name);
  return FALSE;
}

gint64
ink_library_find_wanted_space (InkLibrary *library, InkStore *store)
{
  g_autofree char *model = ink_models_get_active (store, NULL);
  gint64 space = 0;
  guint dims;

  if (model)
    describe (library, store, model, ink_library_get_image_size (store), &dims, &space, NULL);
  return space;
}

gint64
ink_library_get_active_space (InkStore *store)
{
  return get_number (store, INK_META_ACTIVE_SPACE);
}

static guint
count (InkStore *store, gint64 space)
{
  return space ? (guint)MAX (ink_store_count_embeddings (store, space, NULL), 0) : 0;
}

gboolean
ink_library_settle_space (InkLibrary *library, InkStore *writer, gint64 space, gboolean all_seen,
                          GError **error)
{
  g_auto (Side) now = {0};
  g_auto (Side) previous = {0};
  InkPhotoCounts counts;
  guint present;

  /* A model or a size of this process's own changes nothing; a view does where the library begins,
   * which keeps it. Another model may have been chosen while this one was at work. */
  if (library->model_option || library->engine.image_size ||
      (library->has_view && ink_library_get_active_space (writer)) ||
      ink_library_find_wanted_space (library, writer) != space)
    return TRUE;
  if (!read_sides (writer, &now, &previous, error) ||
      !ink_store_count_photos (writer, &counts, error))
    return FALSE;
  if (now.space == space && (!previous.model || previous.space))
    return TRUE;
  present = count (writer, space);
  if (now.space == space || count (writer, now.space) == 0) {
    /* The first one, at once, so that a search finds what is there; or a change that is none. */
    now.space = space;
    return commit_sides (writer, &now, &(Side){0}, error);
  }
  if (present < counts.ok && !(all_seen && present > 0))
    return TRUE;
  previous.space = now.space;
  now.space = space;
  return commit_sides (writer, &now, &previous, error);
}

/* ---- The façade -------------------------------------------------------------------------- */

gboolean
ink_library_plan_model (InkLibrary *library, const char *name, guint image_size, guint *photos,
                        guint64 *bytes, GError **error)
{
  g_autoptr (InkStore) reader = NULL;
  InkPhotoCounts counts = {0};
  gint64 space;
  guint dims;

  if (!ink_library_try_reader (library, &reader, error) ||
      !describe (library, reader, name, image_size, &dims, &space, error) ||
      (reader && !ink_store_count_photos (reader, &counts, error)))
    return FALSE;
  *photos = counts.ok - (reader ? MIN (count (reader, space), counts.ok) : 0);
  *bytes = (guint64)*photos * (2 * USUAL_TILES * dims + ROW_BYTES);
  return TRUE;
}

/* Whether the change leads back to what was there before it. */
static gboolean
leads_back (const Side *previous, const char *name, guint image_size)
{
  return g_strcmp0 (previous->model, name) == 0 && previous->image_size == image_size;
}

static gboolean
set_no_change_error (GError **error)
{
  g_set_error (error, INK_ERROR, INK_ERROR_FAILED,
               "There is no change of the model to undo or to confirm");
  return FALSE;
}

static gboolean
undo (InkStore *writer, GError **error)
{
  g_auto (Side) now = {0};
  g_auto (Side) previous = {0};

  if (!read_sides (writer, &now, &previous, error))
    return FALSE;
  if (!previous.model)
    return set_no_change_error (error);
  if (previous.space)
    return commit_sides (writer, &previous, &now, error);
  previous.space = now.space;
  return commit_sides (writer, &previous, &(Side){0}, error);
}

static gboolean
use (InkStore *writer, const char *name, guint image_size, GError **error)
{
  g_auto (Side) now = {0};
  g_auto (Side) previous = {0};

  if (!ink_models_check (writer, name, image_size, error) ||
      !ink_library_note_used (writer, name, error) || !read_sides (writer, &now, &previous, error))
    return FALSE;
  if (g_str_equal (now.model, name) && now.image_size == image_size)
    return TRUE;
  if (previous.model && leads_back (&previous, name, image_size))
    return undo (writer, error);
  /* A change that was under way is given up; one that is done stands. */
  if (!previous.model || previous.space) {
    g_free (previous.model);
    previous.model = g_steal_pointer (&now.model);
    previous.image_size = now.image_size;
    previous.space = 0;
  }
  g_free (now.model);
  now.model = g_strdup (name);
  now.image_size = image_size;
  return commit_sides (writer, &now, now.space ? &previous : &(Side){0}, error);
}

/* Takes out all spaces but the one that is searched. */
static gboolean
remove_others (InkStore *writer, const Side *now, GError **error)
{
  g_autoptr (GArray) spaces = ink_store_get_spaces (writer, error);

  for (guint i = 0; spaces && i < spaces->len; i++) {
    gint64 space = g_array_index (spaces, gint64, i);

    if (space != now->space && !ink_store_remove_space (writer, space, error))
      return FALSE;
  }
  return spaces && write_sides (writer, now, &(Side){0}, error);
}

static gboolean
confirm (InkStore *writer, GError **error)
{
  g_auto (Side) now = {0};
  g_auto (Side) previous = {0};

  if (!read_sides (writer, &now, &previous, error))
    return FALSE;
  if (!previous.model)
    return set_no_change_error (error);
  if (!previous.space) {
    g_set_error (error, INK_ERROR, INK_ERROR_FAILED,
                 "The photos are not all indexed with the model “%s” yet; run “inkling-cli index”",
                 now.model);
    return FALSE;
  }
  if (!ink_store_begin (writer, error))
    return FALSE;
  if (remove_others (writer, &now, error))
    return ink_store_commit (writer, error);
  ink_store_rollback (writer);
  return FALSE;
}

gboolean
ink_library_use_model (InkLibrary *library, const char *name, guint image_size, GError **error)
{
  g_autoptr (InkRemote) remote = NULL;
  g_autoptr (InkStore) writer = ink_library_ref_writer_or_remote (library, &remote, error);

  if (remote)
    return ink_remote_run (remote, "UseModel", g_variant_new ("(su)", name, image_size), error);
  if (!writer || !use (writer, name, image_size, error))
    return FALSE;
  ink_library_notify (library, FALSE, TRUE, NULL);
  return TRUE;
}

gboolean
ink_library_undo_model (InkLibrary *library, GError **error)
{
  g_autoptr (InkRemote) remote = NULL;
  g_autoptr (InkStore) writer = ink_library_ref_writer_or_remote (library, &remote, error);

  if (remote)
    return ink_remote_run (remote, "UndoModel", NULL, error);
  if (!writer || !undo (writer, error))
    return FALSE;
  ink_library_notify (library, FALSE, TRUE, NULL);
  return TRUE;
}

gboolean
ink_library_confirm_model (InkLibrary *library, GError **error)
{
  g_autoptr (InkRemote) remote = NULL;
  g_autoptr (InkStore) writer = ink_library_ref_writer_or_remote (library, &remote, error);

  if (remote)
    return ink_remote_run (remote, "ConfirmModel", NULL, error);
  return writer && confirm (writer, error);
}

InkModelChange *
ink_library_get_model_change (InkLibrary *library, GError **error)
{
  g_autoptr (InkStore) reader = NULL;
  g_autoptr (InkModelChange) change = g_new0 (InkModelChange, 1);
  g_auto (Side) now = {0};
  g_auto (Side) previous = {0};
  InkPhotoCounts counts = {0};
  gint64 space;
  guint dims = 0;

  if (!ink_library_try_reader (library, &reader, error))
    return NULL;
  if (!reader)
    return g_steal_pointer (&change);
  if (!read_sides (reader, &now, &previous, error) ||
      !ink_store_count_photos (reader, &counts, error))
    return NULL;
  if (!previous.model)
    return g_steal_pointer (&change);
  change->state = previous.space ? INK_MODEL_CHANGED : INK_MODEL_CHANGING;
  change->total = counts.ok;
  if (describe (library, reader, now.model, (guint)now.image_size, &dims, &space, NULL))
    change->done = count (reader, space);
  if (change->state == INK_MODEL_CHANGING) {
    change->bytes =
        (guint64)(counts.ok - MIN (change->done, counts.ok)) * (2 * USUAL_TILES * dims + ROW_BYTES);
  } else {
    InkSpace old = {0};

    if (ink_store_get_space (reader, previous.space, &old, NULL))
      change->bytes =
          (guint64)count (reader, previous.space) * (2 * USUAL_TILES * old.dims + ROW_BYTES);
  }
  change->model = g_steal_pointer (&now.model);
  change->previous_model = g_steal_pointer (&previous.model);
  change->image_size = (guint)now.image_size;
  change->previous_image_size = (guint)previous.image_size;
  return g_steal_pointer (&change);
}
