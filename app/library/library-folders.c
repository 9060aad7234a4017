/* library-folders.c: the folders whose photos the library knows. */
#include "library/library-private.h"

#include <unistd.h>

#include "base/document.h"
#include "base/path.h"
#include "decode/thumbnails.h"
#include "index/patterns.h"
#include "store/places.h"

void
ink_folder_free (InkFolder *folder)
{
  if (!folder)
    return;
  g_free (folder->path);
  g_free (folder->host_path);
  g_strfreev (folder->excluded);
  g_free (folder);
}

/* A folder that had photos and is empty may be where a drive is mounted when it is plugged in. */
static gboolean
is_offline (const InkFolder *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder->path, 0, NULL);

  return !dir || (folder->photos > 0 && !g_dir_read_name (dir));
}

/* Looks for the drives that the photos were on when they were last seen. */
static gboolean
fill_away (InkFolder *folder, InkStore *reader, const InkVolumes *volumes, GError **error)
{
  g_autoptr (GPtrArray) mounts = ink_store_get_mounts (reader, folder->id, error);

  for (guint i = 0; mounts && i < mounts->len; i++) {
    const InkMount *mount = mounts->pdata[i];
    g_autofree char *path = g_build_filename (folder->path, mount->path, NULL);
    g_autofree char *now = ink_volumes_identify (volumes, path);

    if (g_strcmp0 (now, mount->volume) == 0)
      continue;
    folder->offline |= !*mount->path;
    folder->away += (guint)MAX (ink_store_count_below (reader, folder->id, mount->path, NULL), 0);
  }
  if (folder->offline)
    folder->away = folder->photos;
  return mounts != NULL;
}

static InkFolder *
make_folder (const InkStoreFolder *from, InkStore *reader, const InkVolumes *volumes,
             GError **error)
{
  InkFolder *folder = g_new0 (InkFolder, 1);

  folder->id = from->id;
  folder->path = g_strdup (from->path);
  folder->photos = from->photos;
  folder->failed = from->failed;
  folder->offline = is_offline (folder);
  folder->host_path = ink_document_get_host_path (from->path, NULL);
  folder->untold = !ink_volumes_is_local (volumes, from->path);
  folder->read_only = !folder->offline && access (from->path, W_OK) != 0;
  folder->missing = (guint)MAX (ink_store_count_missing (reader, from->id, NULL), 0);
  folder->excluded = ink_store_get_exclusions (reader, from->id, error);
  if (folder->excluded && fill_away (folder, reader, volumes, error))
    return folder;
  ink_folder_free (folder);
  return NULL;
}

GPtrArray *
ink_library_get_folders (InkLibrary *library, GError **error)
{
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_folder_free);
  g_autoptr (InkStore) reader = NULL;
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (InkVolumes) volumes = ink_volumes_new (NULL, NULL);

  if (!ink_library_try_reader (library, &reader, error))
    return NULL;
  if (!reader)
    return g_steal_pointer (&folders);
  stored = ink_store_get_folders (reader, error);
  if (!stored)
    return NULL;
  for (guint i = 0; i < stored->len; i++) {
    InkFolder *folder = make_folder (stored->pdata[i], reader, volumes, error);

    if (!folder)
      return NULL;
    g_ptr_array_add (folders, folder);
  }
  return g_steal_pointer (&folders);
}

const InkFolder *
ink_folders_find (const GPtrArray *folders, const char *path)
{
  const InkFolder *found = NULL;

  /* Of two that lie in each other, the inner one. */
  for (guint i = 0; i < folders->len; i++) {
    const InkFolder *folder = folders->pdata[i];
    if (ink_path_get_below (path, folder->path) &&
        (!found || strlen (folder->path) > strlen (found->path)))
      found = folder;
  }
  return found;
}

static char *
get_host_path (const GPtrArray *folders, const char *path)
{
  const InkFolder *folder = folders ? ink_folders_find (folders, path) : NULL;

  return folder && folder->host_path
             ? g_build_filename (folder->host_path, ink_path_get_below (path, folder->path), NULL)
             : g_strdup (path);
}

char *
ink_folders_get_true_path (const GPtrArray *folders, const char *path)
{
  g_autofree char *host = get_host_path (folders, path);

  return ink_path_display (host);
}

char *
ink_folders_describe_path (const GPtrArray *folders, const char *path)
{
  g_autofree char *host = get_host_path (folders, path);
  const char *below = ink_path_get_below (host, g_get_home_dir ());
  g_autofree char *display = ink_path_display (below ? below : host);

  if (!below)
    return g_steal_pointer (&display);
  return *below ? g_strconcat ("~/", display, NULL) : g_strdup ("~");
}

/* Has the process that has the library do something with a folder. */
static gboolean
call_with_path (InkRemote *remote, const char *method, const char *path, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autoptr (GVariant) answer = ink_remote_call (remote, method, g_variant_new ("(^ay)", absolute),
                                                 G_VARIANT_TYPE_UNIT, NULL, error);

  return answer != NULL;
}

gboolean
ink_library_add_folder (InkLibrary *library, const char *path, GError **error)
{
  g_autoptr (InkRemote) remote = NULL;
  g_autoptr (InkStore) writer = ink_library_ref_writer_or_remote (library, &remote, error);

  if (remote)
    return call_with_path (remote, "AddFolder", path, error);
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

static gboolean
forget_remotely (InkRemote *remote, const char *path, guint *photos, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autoptr (GVariant) answer =
      ink_remote_call (remote, "ForgetFolder", g_variant_new ("(^ay)", absolute),
                       G_VARIANT_TYPE ("(u)"), NULL, error);

  if (answer && photos)
    g_variant_get (answer, "(u)", photos);
  return answer != NULL;
}

gboolean
ink_library_forget_folder (InkLibrary *library, const char *path, guint *photos, GError **error)
{
  g_autoptr (InkRemote) remote = NULL;
  g_autoptr (InkStore) writer = ink_library_ref_writer_or_remote (library, &remote, error);
  g_autoptr (GByteArray) keys = NULL;
  gboolean was_indexing, forgotten;

  if (remote)
    return forget_remotely (remote, path, photos, error);
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

/* ---- Exclusions -------------------------------------------------------------------------- */

static gint64
find_folder (InkStore *store, const char *path, GError **error)
{
  g_autoptr (GPtrArray) folders = ink_store_list_folders (store, error);
  g_autofree char *real = ink_store_resolve_path (path);

  for (guint i = 0; folders && i < folders->len; i++) {
    const InkStoreFolder *folder = folders->pdata[i];

    if (g_str_equal (folder->path, path) || g_str_equal (folder->path, real))
      return folder->id;
  }
  if (folders) {
    g_autofree char *display = ink_path_display (path);
    g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND, "%s is no folder of the library", display);
  }
  return 0;
}

GStrv
ink_library_get_exclusions (InkLibrary *library, const char *path, GError **error)
{
  g_autoptr (InkStore) reader = ink_library_ref_reader (library, error);
  gint64 folder = reader ? find_folder (reader, path, error) : 0;

  return folder ? ink_store_get_exclusions (reader, folder, error) : NULL;
}

static gboolean
check_patterns (const char *const *patterns, GError **error)
{
  for (; *patterns; patterns++)
    if (!ink_patterns_is_valid (*patterns)) {
      g_set_error (error, INK_ERROR, INK_ERROR_USAGE,
                   "“%s” is no pattern: nothing could be left out by it", *patterns);
      return FALSE;
    }
  return TRUE;
}

static gboolean
exclude_remotely (InkRemote *remote, const char *path, const char *const *patterns, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autoptr (GVariant) answer =
      ink_remote_call (remote, "SetExclusions", g_variant_new ("(^ay^aay)", absolute, patterns),
                       G_VARIANT_TYPE_UNIT, NULL, error);

  return answer != NULL;
}

gboolean
ink_library_set_exclusions (InkLibrary *library, const char *path, const char *const *patterns,
                            GError **error)
{
  g_autoptr (InkRemote) remote = NULL;
  g_autoptr (InkStore) writer = ink_library_ref_writer_or_remote (library, &remote, error);
  gint64 folder = writer ? find_folder (writer, path, error) : 0;

  if (remote)
    return exclude_remotely (remote, path, patterns, error);
  if (!folder || !check_patterns (patterns, error) ||
      !ink_store_set_exclusions (writer, folder, patterns, error))
    return FALSE;
  ink_library_notify (library, FALSE, TRUE, NULL);
  return TRUE;
}
