/* library-search.c: searching, in the caller's thread or another. */
#include "library/library-private.h"

#include "base/path.h"
#include "search/duplicates.h"
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
      .view = space.view,
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

void
ink_library_set_rows_func (InkLibrary *library, InkRowsFunc func, gpointer data)
{
  library->rows = func;
  library->rows_data = data;
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

/* ---- Near-duplicates --------------------------------------------------------------------- */

void
ink_duplicate_group_free (InkDuplicateGroup *group)
{
  if (!group)
    return;
  g_ptr_array_unref (group->paths);
  g_array_unref (group->photos);
  g_free (group);
}

static InkDuplicateGroup *
make_group (const InkCatalogue *catalogue, const InkDuplicates *duplicates)
{
  InkDuplicateGroup *group = g_new0 (InkDuplicateGroup, 1);

  group->paths = g_ptr_array_new_with_free_func (g_free);
  group->photos = g_array_new (FALSE, FALSE, sizeof (gint64));
  group->similarity = duplicates->similarity;
  for (guint i = 0; i < duplicates->members->len; i++) {
    guint member = g_array_index (duplicates->members, guint, i);
    const InkCatalogueEntry *entry = &g_array_index (catalogue->entries, InkCatalogueEntry, member);

    g_ptr_array_add (group->paths, ink_catalogue_get_path (catalogue, entry));
    g_array_append_val (group->photos, entry->id);
  }
  return group;
}

/* The embeddings of the space that is searched; %NULL where there are none. */
static InkVectors *
get_vectors (InkLibrary *library, InkStore *reader, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  InkLibrarySpace space;
  InkVectors *vectors = NULL;

  if (ink_library_find_space (library, reader, &space, cancellable, &error))
    vectors =
        ink_collection_get_vectors (library->collection, reader, space.space, space.dims, &error);
  if (!vectors)
    g_info ("Only equal files are grouped: %s", error->message);
  return vectors;
}

GPtrArray *
ink_library_find_duplicates (InkLibrary *library, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) groups =
      g_ptr_array_new_with_free_func ((GDestroyNotify)ink_duplicate_group_free);
  g_autoptr (InkStore) reader = ref_reader (library, error);
  g_autoptr (InkCatalogue) catalogue = NULL;
  g_autoptr (InkVectors) vectors = NULL;
  g_autoptr (GPtrArray) found = NULL;

  if (!reader)
    return NULL;
  catalogue = ink_collection_get_catalogue (library->collection, reader, error);
  if (!catalogue)
    return NULL;
  vectors = get_vectors (library, reader, cancellable);
  found = ink_duplicates_find (catalogue, vectors, cancellable, error);
  if (!found)
    return NULL;
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (groups, make_group (catalogue, found->pdata[i]));
  return g_steal_pointer (&groups);
}
