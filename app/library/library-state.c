/* library-state.c: how the library is: counts, sizes, what could not be read, what is damaged. */
#include "library/library-private.h"

#include "decode/thumbnails.h"
#include "models/models.h"
#include "store/check.h"
#include "store/embeddings.h"
#include "store/photos.h"

void
ink_status_free (InkStatus *status)
{
  if (!status)
    return;
  g_free (status->model);
  g_free (status->last_run);
  g_strfreev (status->formats);
  g_free (status->sandbox);
  g_free (status);
}

/* What the decoder helper says of itself; where it can't be started, why. */
static void
fill_decoder (InkLibrary *library, InkStatus *status)
{
  g_autoptr (GError) error = NULL;

  status->formats = ink_decoder_get_formats (library->decoder, &error);
  if (status->formats)
    status->sandbox = ink_decoder_get_sandbox (library->decoder, &error);
  else
    status->formats = g_new0 (char *, 1);
  if (!status->sandbox)
    status->sandbox = g_strdup (error->message);
}

/* How many photos have an embedding of the model in use. Where that can't be told, none: what is
 * wrong with a model is for the list of models to say. */
static guint
count_embedded (InkLibrary *library, InkStore *reader)
{
  InkLibrarySpace space = {0};

  if (!ink_library_has_override (library))
    space.space = ink_library_find_wanted_space (library, reader);
  else if (!ink_library_find_space (library, reader, &space, NULL, NULL))
    return 0;
  return space.space ? (guint)MAX (ink_store_count_embeddings (reader, space.space, NULL), 0) : 0;
}

static gboolean
fill_counts (InkLibrary *library, InkStore *reader, InkStatus *status, GError **error)
{
  InkPhotoCounts counts;

  if (!ink_store_count_photos (reader, &counts, error))
    return FALSE;
  status->photos = counts.ok;
  status->failed = counts.failed;
  status->embedded = count_embedded (library, reader);
  status->database_bytes = ink_store_get_size (reader);
  status->last_run = ink_store_get_meta (reader, INK_META_LAST_RUN, NULL);
  return TRUE;
}

InkStatus *
ink_library_get_status (InkLibrary *library, GError **error)
{
  g_autoptr (InkStatus) status = g_new0 (InkStatus, 1);
  g_autoptr (InkStore) reader = NULL;

  if (!ink_library_try_reader (library, &reader, error) ||
      (reader && !fill_counts (library, reader, status, error)))
    return NULL;
  status->model = ink_models_get_active (reader, NULL);
  status->thumbnail_bytes = ink_thumbnails_get_size ();
  fill_decoder (library, status);
  return g_steal_pointer (&status);
}

/* ---- Failures ---------------------------------------------------------------------------- */

void
ink_failure_free (InkFailure *failure)
{
  if (!failure)
    return;
  g_free (failure->path);
  g_free (failure->code);
  g_free (failure->reason);
  g_free (failure);
}

static gboolean
add_failure (const InkPhoto *photo, gpointer data)
{
  InkFailure *failure = g_new0 (InkFailure, 1);

  failure->path = ink_photo_get_path (photo);
  failure->code = g_strdup (photo->failure_code);
  failure->reason = g_strdup (photo->failure_reason);
  g_ptr_array_add (data, failure);
  return TRUE;
}

static GPtrArray *
list_photos (InkLibrary *library, InkPhotoState state, GError **error)
{
  g_autoptr (GPtrArray) failures =
      g_ptr_array_new_with_free_func ((GDestroyNotify)ink_failure_free);
  g_autoptr (InkStore) reader = NULL;

  if (!ink_library_try_reader (library, &reader, error))
    return NULL;
  if (reader && !ink_store_for_each_photo (reader, state, 0, add_failure, failures, error))
    return NULL;
  return g_steal_pointer (&failures);
}

GPtrArray *
ink_library_get_failures (InkLibrary *library, GError **error)
{
  return list_photos (library, INK_PHOTO_FAILED, error);
}

GPtrArray *
ink_library_get_videos (InkLibrary *library, GError **error)
{
  return list_photos (library, INK_PHOTO_UNSUPPORTED, error);
}

/* ---- Integrity --------------------------------------------------------------------------- */

GPtrArray *
ink_library_check (InkLibrary *library, gboolean repair, GError **error)
{
  g_autoptr (InkStore) store = NULL;

  if (repair)
    store = ink_library_ref_writer (library, error);
  else if (!ink_library_try_reader (library, &store, error))
    return NULL;
  if (store)
    return ink_store_check (store, repair, error);
  return repair ? NULL : g_ptr_array_new_with_free_func (g_free);
}
