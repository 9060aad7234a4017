/* library.c: the library's life, and its connections to the store. */
#include "library/library-private.h"

#include "base/dirs.h"

/* Helper processes for queries and for showing pictures, beside those that index. */
#define HELPERS 2

G_DEFINE_FINAL_TYPE (InkLibrary, ink_library, G_TYPE_OBJECT)

static void
ink_library_dispose (GObject *object)
{
  InkLibrary *library = INK_LIBRARY (object);

  ink_library_stop_watching (library);
  ink_library_drop_notices (library);
  G_OBJECT_CLASS (ink_library_parent_class)->dispose (object);
}

static void
ink_library_finalize (GObject *object)
{
  InkLibrary *library = INK_LIBRARY (object);

  g_clear_object (&library->decoder);
  g_clear_pointer (&library->collection, ink_collection_free);
  g_clear_pointer (&library->indexer, ink_indexer_free);
  ink_library_free_models (library);
  g_clear_pointer (&library->reader, ink_store_unref);
  g_clear_pointer (&library->writer, ink_store_unref);
  g_clear_pointer (&library->context, g_main_context_unref);
  g_free (library->directory);
  g_free (library->model_option);
  g_free (library->vocabulary);
  g_free (library->notice);
  g_mutex_clear (&library->lock);
  g_mutex_clear (&library->control_lock);
  g_mutex_clear (&library->run_lock);
  g_mutex_clear (&library->model_lock);
  G_OBJECT_CLASS (ink_library_parent_class)->finalize (object);
}

static void
ink_library_class_init (InkLibraryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ink_library_dispose;
  object_class->finalize = ink_library_finalize;
  ink_library_install_signals (klass);
}

/* In the thread of a search that waits for the rest. */
static void
prepared_cb (gsize done, gsize total, gpointer data)
{
  InkLibrary *library = data;

  g_mutex_lock (&library->lock);
  library->prepared = done < total ? (guint)done : 0;
  library->to_prepare = done < total ? (guint)total : 0;
  g_mutex_unlock (&library->lock);
  if (library->rows)
    library->rows (done, total, library->rows_data);
  ink_library_notify (library, TRUE, FALSE, NULL);
}

static void
ink_library_init (InkLibrary *library)
{
  g_mutex_init (&library->lock);
  g_mutex_init (&library->control_lock);
  g_mutex_init (&library->run_lock);
  g_mutex_init (&library->model_lock);
  library->context = g_main_context_ref_thread_default ();
  library->decoder = ink_decoder_new (HELPERS);
  library->collection = ink_collection_new ();
  ink_collection_set_progress (library->collection, prepared_cb, library);
  library->indexer = ink_indexer_new ();
}

InkLibrary *
ink_library_open (const InkLibraryOptions *options, GError **error)
{
  static const InkLibraryOptions defaults;
  g_autoptr (InkLibrary) library = g_object_new (INK_TYPE_LIBRARY, NULL);
  g_autoptr (InkStore) reader = NULL;
  g_autoptr (GError) local = NULL;

  if (!options)
    options = &defaults;
  library->directory = options->directory ? g_canonicalize_filename (options->directory, NULL)
                                          : ink_dirs_get_library ();
  library->model_option = g_strdup (options->model);
  library->has_view = options->view != NULL;
  if (options->view && !clip_view_from_string (options->view, &library->view)) {
    g_set_error (error, INK_ERROR, INK_ERROR_USAGE, "A view is centre, whole or squares, not “%s”",
                 options->view);
    return NULL;
  }
  library->vocabulary = options->engine.vocabulary ? g_strdup (options->engine.vocabulary)
                                                   : ink_dirs_get_vocabulary ();
  library->engine = options->engine;
  library->engine.vocabulary = library->vocabulary;
  /* A library that can't be read is to be known now rather than at the first search; but one of an
   * older version, or a damaged one, can still be made writable, which mends it. */
  if (!ink_library_try_reader (library, &reader, &local) &&
      !g_error_matches (local, INK_ERROR, INK_ERROR_READ_ONLY) &&
      !g_error_matches (local, INK_ERROR, INK_ERROR_LIBRARY_DAMAGED)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  return g_steal_pointer (&library);
}

const char *
ink_library_get_directory (InkLibrary *library)
{
  return library->directory;
}

/* ---- Stores ------------------------------------------------------------------------------ */

InkStore *
ink_library_ref_reader (InkLibrary *library, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->lock);

  if (!library->reader)
    library->reader = ink_store_open_readonly (library->directory, error);
  return library->reader ? ink_store_ref (library->reader) : NULL;
}

gboolean
ink_library_try_reader (InkLibrary *library, InkStore **reader, GError **error)
{
  g_autoptr (GError) local = NULL;

  *reader = ink_library_ref_reader (library, &local);
  if (*reader || g_error_matches (local, INK_ERROR, INK_ERROR_NO_LIBRARY))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

InkStore *
ink_library_ref_writer (InkLibrary *library, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->lock);
  const char *program = g_get_prgname ();

  if (!library->writer) {
    g_clear_pointer (&library->notice, g_free);
    library->writer = ink_store_open_writable (library->directory, program ? program : "inkling",
                                               &library->notice, error);
    /* The database may be another one now: a damaged one is set aside, an old one migrated. */
    if (library->writer)
      g_clear_pointer (&library->reader, ink_store_unref);
  }
  return library->writer ? ink_store_ref (library->writer) : NULL;
}

InkStore *
ink_library_peek_writer (InkLibrary *library)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->lock);

  return library->writer ? ink_store_ref (library->writer) : NULL;
}

gboolean
ink_library_is_writable (InkLibrary *library)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->lock);

  return library->writer != NULL;
}

gboolean
ink_library_make_writable (InkLibrary *library, GError **error)
{
  g_autoptr (InkStore) writer = ink_library_ref_writer (library, error);

  return writer != NULL;
}

char *
ink_library_take_notice (InkLibrary *library)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->lock);

  return g_steal_pointer (&library->notice);
}
