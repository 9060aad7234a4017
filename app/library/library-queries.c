/* library-queries.c: queries that are kept: saved searches, and the history of what was typed. */
#include <string.h>

#include "library/library-private.h"
#include "store/queries.h"
#include "store/searches.h"

/* ---- Saved searches ---------------------------------------------------------------------- */

void
ink_saved_search_free (InkSavedSearch *saved)
{
  if (!saved)
    return;
  g_free (saved->name);
  g_free (saved->text);
  g_free (saved);
}

/* Whether a count is of what the library is now. @generation: the store's */
static gboolean
is_current (const InkSavedRow *row, gint64 generation, gint64 space)
{
  return row->matches >= 0 && row->generation == generation && row->space == space;
}

GPtrArray *
ink_library_get_saved_searches (InkLibrary *library, GError **error)
{
  g_autoptr (GPtrArray) searches =
      g_ptr_array_new_with_free_func ((GDestroyNotify)ink_saved_search_free);
  g_autoptr (InkStore) reader = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  gint64 generation, space;

  if (!ink_library_try_reader (library, &reader, error))
    return NULL;
  if (!reader)
    return g_steal_pointer (&searches);
  rows = ink_store_get_saved (reader, error);
  generation = rows ? ink_store_get_generation (reader, error) : -1;
  if (generation < 0)
    return NULL;
  space = ink_library_get_active_space (reader);
  for (guint i = 0; i < rows->len; i++) {
    InkSavedRow *row = rows->pdata[i];
    InkSavedSearch *saved = g_new0 (InkSavedSearch, 1);

    saved->id = row->id;
    saved->name = g_steal_pointer (&row->name);
    saved->text = g_steal_pointer (&row->query);
    saved->matches = (int)row->matches;
    saved->is_current = is_current (row, generation, space);
    g_ptr_array_add (searches, saved);
  }
  return g_steal_pointer (&searches);
}

InkSavedSearch *
ink_library_find_saved_search (InkLibrary *library, const char *name, GError **error)
{
  g_autoptr (GPtrArray) searches = ink_library_get_saved_searches (library, error);

  if (!searches)
    return NULL;
  for (guint i = 0; i < searches->len; i++) {
    const InkSavedSearch *saved = searches->pdata[i];

    if (g_str_equal (saved->name, name))
      return g_ptr_array_steal_index (searches, i);
  }
  g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND,
               "There is no saved search “%s”; “inkling-cli saved list” lists them", name);
  return NULL;
}

/* A saved search's name without white space around it; %NULL where nothing is left. */
static char *
tidy_name (const char *name, GError **error)
{
  g_autofree char *tidy = g_strstrip (g_utf8_make_valid (name, -1));

  if (*tidy)
    return g_steal_pointer (&tidy);
  g_set_error (error, INK_ERROR, INK_ERROR_USAGE, "A saved search needs a name");
  return NULL;
}

static gboolean
can_be_saved (const InkQuery *query, GError **error)
{
  for (guint i = 0; i < query->pictures->len; i++) {
    const InkQueryPicture *picture = query->pictures->pdata[i];

    if (picture->file && g_file_peek_path (picture->file))
      continue;
    g_set_error (error, INK_ERROR, INK_ERROR_USAGE,
                 "A search by a picture from another program can't be saved; save the picture to a "
                 "file first and search by that");
    return FALSE;
  }
  return TRUE;
}

gboolean
ink_library_save_search (InkLibrary *library, const char *name, const InkQuery *query, gint64 *id,
                         GError **error)
{
  g_autofree char *tidy = tidy_name (name, error);
  g_autofree char *text = NULL;
  g_autoptr (InkRemote) remote = NULL;
  g_autoptr (InkStore) writer = NULL;

  if (!tidy || !can_be_saved (query, error))
    return FALSE;
  text = ink_query_to_text (query);
  writer = ink_library_ref_writer_or_remote (library, &remote, error);
  if (remote) {
    g_autoptr (GVariant) answer =
        ink_remote_call (remote, "SaveSearch", g_variant_new ("(ss)", tidy, text),
                         G_VARIANT_TYPE ("(x)"), NULL, error);

    if (answer && id)
      g_variant_get (answer, "(x)", id);
    return answer != NULL;
  }
  if (!writer || !ink_store_put_saved (writer, tidy, text, id, error))
    return FALSE;
  ink_library_notify_queries (library, TRUE, FALSE);
  return TRUE;
}

gboolean
ink_library_rename_saved_search (InkLibrary *library, gint64 id, const char *name, GError **error)
{
  g_autofree char *tidy = tidy_name (name, error);
  g_autoptr (InkRemote) remote = NULL;
  g_autoptr (InkStore) writer =
      tidy ? ink_library_ref_writer_or_remote (library, &remote, error) : NULL;

  if (remote)
    return ink_remote_run (remote, "RenameSearch", g_variant_new ("(xs)", id, tidy), error);
  if (!writer || !ink_store_rename_saved (writer, id, tidy, error))
    return FALSE;
  ink_library_notify_queries (library, TRUE, FALSE);
  return TRUE;
}

gboolean
ink_library_remove_saved_search (InkLibrary *library, gint64 id, GError **error)
{
  g_autoptr (InkRemote) remote = NULL;
  g_autoptr (InkStore) writer = ink_library_ref_writer_or_remote (library, &remote, error);

  if (remote)
    return ink_remote_run (remote, "RemoveSearch", g_variant_new ("(x)", id), error);
  if (!writer || !ink_store_remove_saved (writer, id, error))
    return FALSE;
  ink_library_notify_queries (library, TRUE, FALSE);
  return TRUE;
}

/* ---- Counting ---------------------------------------------------------------------------- */

static gboolean
count (InkLibrary *library, InkSavedRow *row, GCancellable *cancellable, GError **error)
{
  g_autoptr (InkQuery) query = ink_query_new ();
  g_autoptr (InkResults) results = NULL;

  ink_query_parse (query, row->query);
  query->group = FALSE;
  query->sort = INK_SORT_RELEVANCE;
  /* In a listing all that passes the filters is strong. */
  query->limit = ink_query_is_listing (query) ? 1 : 0;
  results = ink_library_search (library, query, cancellable, error);
  if (!results)
    return FALSE;
  row->matches = ink_query_is_listing (query) ? results->searched : results->strong;
  return TRUE;
}

int
ink_library_count_saved_search (InkLibrary *library, gint64 id, GCancellable *cancellable,
                                GError **error)
{
  g_autoptr (InkStore) reader = ink_library_ref_reader (library, error);
  g_autoptr (InkStore) writer = ink_library_peek_writer (library);
  g_autoptr (InkSavedRow) row = reader ? ink_store_find_saved (reader, id, error) : NULL;
  g_autoptr (GError) keep_error = NULL;
  /* Taken before the search: what comes meanwhile makes the count an old one. */
  gint64 generation = row ? ink_store_get_generation (reader, error) : -1;
  gint64 space = row ? ink_library_get_active_space (reader) : 0;
  /* Another model's count is not the library's. */
  gboolean override = ink_library_has_override (library);

  if (generation < 0)
    return -1;
  if (!override && is_current (row, generation, space))
    return (int)row->matches;
  if (!count (library, row, cancellable, error))
    return -1;
  row->generation = generation;
  row->space = space;
  if (writer && !override && !ink_store_count_saved (writer, row, &keep_error))
    g_debug ("A count is not kept: %s", keep_error->message);
  return (int)row->matches;
}

static void
count_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  int matches;

  if (g_task_return_error_if_cancelled (task))
    return;
  matches = ink_library_count_saved_search (source, *(gint64 *)data, cancellable, &error);
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_int (task, matches);
}

void
ink_library_count_saved_search_async (InkLibrary *library, gint64 id, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (library, cancellable, callback, data);

  g_task_set_source_tag (task, ink_library_count_saved_search_async);
  g_task_set_task_data (task, g_memdup2 (&id, sizeof id), g_free);
  g_task_run_in_thread (task, count_thread);
}

int
ink_library_count_saved_search_finish (InkLibrary *library, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, library), -1);

  return (int)g_task_propagate_int (G_TASK (result), error);
}

/* ---- History ----------------------------------------------------------------------------- */

gboolean
ink_library_get_keep_history (InkLibrary *library)
{
  g_autoptr (InkStore) reader = ink_library_ref_reader (library, NULL);
  g_autofree char *history = reader ? ink_store_get_meta (reader, INK_META_HISTORY, NULL) : NULL;

  return g_strcmp0 (history, "off") != 0;
}

/* @text: (nullable): %NULL for all. The cached embeddings, which name what was searched for, all
 * go: they are made again in milliseconds. */
static gboolean
forget (InkStore *writer, const char *text, GError **error)
{
  return ink_store_remove_recent (writer, text, error) && ink_store_clear_queries (writer, error);
}

gboolean
ink_library_set_keep_history (InkLibrary *library, gboolean keep, GError **error)
{
  g_autoptr (InkStore) writer = ink_library_ref_writer (library, error);

  if (!writer || !ink_store_set_meta (writer, INK_META_HISTORY, keep ? NULL : "off", error) ||
      (!keep && !forget (writer, NULL, error)))
    return FALSE;
  ink_library_notify_queries (library, FALSE, TRUE);
  return TRUE;
}

gboolean
ink_library_remember_query (InkLibrary *library, const char *text, GError **error)
{
  g_autoptr (InkStore) writer = ink_library_peek_writer (library);
  g_autofree char *tidy = g_strstrip (g_utf8_make_valid (text, -1));

  if (!writer || *tidy == '\0' || !ink_library_get_keep_history (library))
    return TRUE;
  if (!ink_store_put_recent (writer, tidy, error))
    return FALSE;
  ink_library_notify_queries (library, FALSE, TRUE);
  return TRUE;
}

GPtrArray *
ink_library_get_recent_queries (InkLibrary *library, guint max, GError **error)
{
  g_autoptr (InkStore) reader = NULL;

  if (!ink_library_try_reader (library, &reader, error))
    return NULL;
  return reader ? ink_store_get_recent (reader, max, error)
                : g_ptr_array_new_with_free_func (g_free);
}

gboolean
ink_library_forget_queries (InkLibrary *library, const char *text, GError **error)
{
  g_autoptr (InkStore) writer = ink_library_ref_writer (library, error);

  if (!writer || !forget (writer, text, error))
    return FALSE;
  ink_library_notify_queries (library, FALSE, TRUE);
  return TRUE;
}
