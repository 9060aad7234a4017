/* library-locate.c: where in a picture descriptions match, in the caller's thread or another. */
#include "library/library-private.h"

#include "search/locate.h"

InkPlaces *
ink_library_locate (InkLibrary *library, GFile *file, const char *const *words,
                    GCancellable *cancellable, GError **error)
{
  g_autoptr (InkStore) reader = ink_library_ref_reader (library, error);
  g_auto (InkLibrarySearch) search = {0};
  const InkQueryPicture picture = {.file = file};

  if (!reader || !ink_library_search_init (&search, library, reader, cancellable, error))
    return NULL;
  return ink_locate (&search.encoder, search.vectors, &picture, words, cancellable, error);
}

typedef struct {
  GFile *file;
  GStrv words;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_object_unref (request->file);
  g_strfreev (request->words);
  g_free (request);
}

static void
locate_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Request *request = data;
  GError *error = NULL;
  InkPlaces *places;

  if (g_task_return_error_if_cancelled (task))
    return;
  places = ink_library_locate (source, request->file, (const char *const *)request->words,
                               cancellable, &error);
  if (places)
    g_task_return_pointer (task, places, (GDestroyNotify)ink_places_free);
  else
    g_task_return_error (task, error);
}

void
ink_library_locate_async (InkLibrary *library, GFile *file, const char *const *words,
                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (library, cancellable, callback, data);
  Request *request = g_new (Request, 1);

  request->file = g_object_ref (file);
  request->words = g_strdupv ((GStrv)words);
  g_task_set_source_tag (task, ink_library_locate_async);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, locate_thread);
}

InkPlaces *
ink_library_locate_finish (InkLibrary *library, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, library), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
