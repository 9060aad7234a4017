/* library-export.c: all photos and all embeddings, one after the other. */
#include "library/library-private.h"
#include "store/embeddings.h"

gboolean
ink_library_for_each_photo (InkLibrary *library, InkPhotoFunc func, gpointer data, GError **error)
{
  g_autoptr (InkStore) reader = NULL;

  if (!ink_library_try_reader (library, &reader, error))
    return FALSE;
  return !reader || ink_store_for_each_photo (reader, 0, 0, func, data, error);
}

/* The space that is exported: of this process's options, else the one that is searched. */
static gboolean
find_space (InkLibrary *library, InkStore *reader, gint64 *space, guint *dims,
            GCancellable *cancellable, GError **error)
{
  InkLibrarySpace chosen;
  InkSpace active;

  if (ink_library_has_override (library)) {
    if (!ink_library_find_space (library, reader, &chosen, cancellable, error))
      return FALSE;
    *space = chosen.space;
    *dims = chosen.dims;
    return TRUE;
  }
  *space = ink_library_get_active_space (reader);
  if (*space == 0)
    return TRUE; /* nothing is indexed yet */
  if (!ink_store_get_space (reader, *space, &active, error))
    return FALSE;
  *dims = active.dims;
  return TRUE;
}

gboolean
ink_library_for_each_embedding (InkLibrary *library, InkEmbeddingFunc func, gpointer data,
                                guint *dims, GCancellable *cancellable, GError **error)
{
  g_autoptr (InkStore) reader = NULL;
  gint64 space = 0, last = G_MININT64;

  *dims = 0;
  if (!ink_library_try_reader (library, &reader, error) ||
      (reader && !find_space (library, reader, &space, dims, cancellable, error)))
    return FALSE;
  while (space != 0) {
    g_autoptr (InkEmbeddings) slice = ink_store_slice_embeddings (reader, space, last, error);

    if (!slice)
      return FALSE;
    if (g_cancellable_is_cancelled (cancellable)) {
      g_set_error (error, INK_ERROR, INK_ERROR_CANCELLED, "Stopped");
      return FALSE;
    }
    for (gsize i = 0; i < slice->n; i++)
      if (!func (slice->photos[i], slice->rows + i * slice->dims, slice->dims, data))
        return TRUE;
    if (slice->last == last)
      break;
    last = slice->last;
  }
  return TRUE;
}
