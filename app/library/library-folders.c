/* library-folders.c: the folders whose photos the library knows. */
#include "library/library-private.h"

#include "base/path.h"
#include "decode/thumbnails.h"

void
ink_folder_free (InkFolder *folder)
{
  if (!folder)
    return;
  g_free (folder->path);
  g_free (folder);
}

/* A folder that had photos and is empty may be where a drive is mounted when it is plugged in. */
static gboolean
is_offline (const InkStoreFolder *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder->path, 0, NULL);

  return !dir || (folder->photos > 0 && !g_dir_read_name (dir));
}

GPtrArray *
ink_library_get_folders (InkLibrary *library, GError **error)
{
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_folder_free);
  g_autoptr (InkStore) reader = NULL;
  g_autoptr (GPtrArray) stored = NULL;

  if (!ink_library_try_reader (library, &reader, error))
    return NULL;
  if (!reader)
    return g_steal_pointer (&folders);
  stored = ink_store_get_folders (reader, error);
  if (!stored)
    return NULL;
  for (guint i = 0; i < stored->len; i++) {
    const InkStoreFolder *from = stored->pdata[i];
    InkFolder *folder = g_new0 (InkFolder, 1);

    folder->id = from->id;
    folder->path = g_strdup (from->path);
    folder->photos = from->photos;
    folder->failed = from->failed;
    folder->offline = is_offline (from);
    g_ptr_array_add (folders, folder);
  }
  return g_steal_pointer (&folders);
}

gboolean
ink_library_add_folder (InkLibrary *library, const char *path, GError **error)
{
  g_autoptr (InkStore) writer = ink_library_ref_writer (library, error);

  if (!writer || !ink_store_add_folder (writer, path, NULL, error))
    return FALSE;
  ink_library_notify (library, FALSE, TRUE, NULL);
  return TRUE;
}

/* @keys: content keys, one after the other */
static void
remove_thumbnails (const GByteArray *keys)
{
  for (guint i = 0; i + INK_CONTENT_KEY_SIZE <= keys->len; i += INK_CONTENT_KEY_SIZE) {
    g_autoptr (GError) error = NULL;

    if (!ink_thumbnails_remove (keys->data + i, &error))
      g_warning ("A thumbnail of a forgotten photo stays: %s", error->message);
  }
}

gboolean
ink_library_forget_folder (InkLibrary *library, const char *path, guint *photos, GError **error)
{
  g_autoptr (InkStore) writer = ink_library_ref_writer (library, error);
  g_autoptr (GByteArray) keys = NULL;
  gboolean was_indexing, forgotten;

  if (!writer)
    return FALSE;
  /* A run that goes on would put photos into the folder that goes. */
  was_indexing = ink_library_is_indexing (library);
  ink_library_stop_indexing (library);
  g_mutex_lock (&library->run_lock);
  forgotten = ink_store_forget_folder (writer, path, photos, &keys, error);
  g_mutex_unlock (&library->run_lock);
  if (forgotten) {
    remove_thumbnails (keys);
    ink_library_notify (library, FALSE, TRUE, NULL);
  }
  if (was_indexing)
    ink_library_start_indexing (library, FALSE);
  return forgotten;
}
