/* library-search.c: searching, in the caller's thread or another. */
#include "library/library-private.h"

#include "base/path.h"
#include "search/search.h"

static InkStore *
ref_reader (InkLibrary *library, GError **error)
{
  g_autofree char *directory = ink_path_display (library->directory);
  InkStore *reader;

  if (ink_library_try_reader (library, &reader, error) && !reader)
    g_set_error (error, INK_ERROR, INK_ERROR_NO_LIBRARY,
                 "There is no library in %s yet; “inkling-cli index FOLDER” makes one", directory);
  return reader;
}

gboolean
ink_library_search_init (InkLibrarySearch *search, InkLibrary *library, InkStore *reader,
                         GCancellable *cancellable, GError **error)
{
  InkLibrarySpace space;

  *search = (InkLibrarySearch){0};
  if (!ink_library_find_space (library, reader, &space, cancellable, error))
    return FALSE;
  search->vectors =
      ink_collection_get_vectors (library->collection, reader, space.space, space.dims, error);
  if (!search->vectors)
    return FALSE;
  search->reader = ink_store_ref (reader);
  /* A cached query tells what was searched for. */
  if (ink_library_get_keep_history (library))
    search->writer = ink_library_peek_writer (library);
  search->encoder = (InkEncoder){
      .model = space.model,
      .decoder = library->decoder,
      .cache = search->reader,
      .cache_writer = search->writer,
      .space = space.space,
  };
  return TRUE;
}

void
ink_library_search_clear (InkLibrarySearch *search)
{
  g_clear_pointer (&search->reader, ink_store_unref);
  g_clear_pointer (&search->writer, ink_store_unref);
  g_clear_pointer (&search->vectors, ink_vectors_unref);
}

InkResults *
ink_library_search (InkLibrary *library, const InkQuery *query, GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (InkStore) reader = ref_reader (library, error);
  g_autoptr (InkCatalogue) catalogue = NULL;
  g_auto (InkLibrarySearch) search = {0};

  if (!reader)
    return NULL;
  catalogue = ink_collection_get_catalogue (library->collection, reader, error);
  if (!catalogue)
    return NULL;
  /* A listing is what the window begins with: it waits neither for the model nor for the
   * embeddings. */
  if (ink_query_is_listing (query))
    return ink_search_run (NULL, catalogue, NULL, query, cancellable, error);
  if (!ink_library_search_init (&search, library, reader, cancellable, error))
    return NULL;
  return ink_search_run (&search.encoder, catalogue, search.vectors, query, cancellable, error);
}

static void
search_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  InkResults *results;

  if (g_task_return_error_if_cancelled (task))
    return; /* an answer that nobody waits for any more */
  results = ink_library_search (source, data, cancellable, &error);
  if (results)
    g_task_return_pointer (task, results, (GDestroyNotify)ink_results_free);
  else
    g_task_return_error (task, error);
}

void
ink_library_search_async (InkLibrary *library, const InkQuery *query, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (library, cancellable, callback, data);

  g_task_set_source_tag (task, ink_library_search_async);
  g_task_set_task_data (task, ink_query_copy (query), (GDestroyNotify)ink_query_free);
  g_task_run_in_thread (task, search_thread);
}

InkResults *
ink_library_search_finish (InkLibrary *library, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, library), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
