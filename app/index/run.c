/* run.c: the items of a run, and the folders that it goes through. */
#include "index/run.h"

#include "store/places.h"

void
ink_run_item_free (InkRunItem *item)
{
  g_free (item->path);
  g_clear_pointer (&item->twin, ink_photo_free);
  g_clear_pointer (&item->decoded, ink_decoded_free);
  g_free (item->embeddings);
  g_clear_error (&item->error);
  g_free (item);
}

char *
ink_run_item_get_path (const InkRunItem *item)
{
  return g_build_filename (item->folder->path, item->path, NULL);
}

gboolean
ink_run_has_entries (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  return dir && g_dir_read_name (dir);
}

/* ---- Changes ----------------------------------------------------------------------------- */

InkIndexChanges *
ink_index_changes_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
ink_index_changes_add (InkIndexChanges *changes, const char *folder, gboolean below)
{
  below |= GPOINTER_TO_INT (g_hash_table_lookup (changes, folder));
  g_hash_table_insert (changes, g_strdup (folder), GINT_TO_POINTER (below));
}

/* ---- Folders ----------------------------------------------------------------------------- */

static void
mount_free (InkRunMount *mount)
{
  g_free (mount->path);
  g_free (mount->volume);
  g_free (mount->now);
  g_free (mount);
}

void
ink_run_folder_free (InkRunFolder *folder)
{
  g_free (folder->path);
  g_clear_pointer (&folder->patterns, ink_patterns_free);
  g_clear_pointer (&folder->mounts, g_ptr_array_unref);
  g_clear_pointer (&folder->new_mounts, g_ptr_array_unref);
  g_free (folder);
}

static gboolean
is_wanted (const InkIndexJob *job, gint64 id)
{
  for (guint i = 0; job->folders && i < job->folders->len; i++)
    if (g_array_index (job->folders, gint64, i) == id)
      return TRUE;
  return !job->folders;
}

static char *
identify (const InkRun *run, const InkRunFolder *folder, const char *path)
{
  g_autofree char *absolute = g_build_filename (folder->path, path, NULL);

  return ink_volumes_identify (run->job->volumes ? run->job->volumes : run->volumes, absolute);
}

/* The file systems that were there, and which are there now; first the folder's own. */
static gboolean
load_mounts (InkRun *run, InkRunFolder *folder, GError **error)
{
  g_autoptr (GPtrArray) stored = ink_store_get_mounts (run->reader, folder->id, error);
  GDestroyNotify free_mount = (GDestroyNotify)mount_free;
  InkRunMount *mount;

  folder->mounts = g_ptr_array_new_with_free_func (free_mount);
  folder->new_mounts = g_ptr_array_new_with_free_func (free_mount);
  for (guint i = 0; stored && i < stored->len; i++) {
    InkMount *from = stored->pdata[i];

    mount = g_new0 (InkRunMount, 1);
    mount->path = g_steal_pointer (&from->path);
    mount->volume = g_steal_pointer (&from->volume);
    mount->now = identify (run, folder, mount->path);
    g_ptr_array_add (folder->mounts, mount);
  }
  if (stored && (stored->len == 0 || *((InkRunMount *)folder->mounts->pdata[0])->path)) {
    mount = g_new0 (InkRunMount, 1);
    mount->path = g_strdup ("");
    g_ptr_array_add (folder->new_mounts, mount);
  }
  return stored != NULL;
}

static gboolean
load_folder (InkRun *run, const InkStoreFolder *stored, GError **error)
{
  InkRunFolder *folder = g_new0 (InkRunFolder, 1);
  g_auto (GStrv) patterns = ink_store_get_exclusions (run->reader, stored->id, error);

  g_ptr_array_add (run->folders, folder);
  folder->id = stored->id;
  folder->path = g_strdup (stored->path);
  folder->wanted = is_wanted (run->job, stored->id);
  folder->patterns = ink_patterns_new ((const char *const *)patterns);
  return patterns && load_mounts (run, folder, error);
}

gboolean
ink_run_load_folders (InkRun *run, GError **error)
{
  g_autoptr (GPtrArray) folders = ink_store_list_folders (run->reader, error);

  for (guint i = 0; folders && i < folders->len; i++)
    if (!load_folder (run, folders->pdata[i], error))
      return FALSE;
  return folders != NULL;
}

/* ---- After the scan ---------------------------------------------------------------------- */

/* A file system is remembered when it is new. One in the place of another is the place's now when
 * photos were found on it that are known from there, as after a move to a larger disk. */
static gboolean
settle_mount (InkRun *run, const InkRunFolder *folder, InkRunMount *mount, GError **error)
{
  if (!mount->volume && ink_run_has_entries (folder->path))
    mount->now = identify (run, folder, mount->path);
  if (!mount->now || (mount->volume && mount->met == 0) ||
      g_strcmp0 (mount->volume, mount->now) == 0)
    return TRUE;
  return ink_store_put_mount (run->job->store, folder->id, mount->path, mount->now, error);
}

static gboolean
settle_folder (InkRun *run, const InkRunFolder *folder, GError **error)
{
  const GPtrArray *lists[] = {folder->mounts, folder->new_mounts};

  for (guint l = 0; l < G_N_ELEMENTS (lists); l++)
    for (guint i = 0; i < lists[l]->len; i++)
      if (!settle_mount (run, folder, lists[l]->pdata[i], error))
        return FALSE;
  return TRUE;
}

static gboolean
settle (InkRun *run, GError **error)
{
  for (guint i = 0; i < run->found->len; i++)
    if (!ink_store_clear_missing (run->job->store, g_array_index (run->found, gint64, i), error))
      return FALSE;
  for (guint i = 0; i < run->folders->len; i++)
    if (!settle_folder (run, run->folders->pdata[i], error))
      return FALSE;
  return TRUE;
}

gboolean
ink_run_settle (InkRun *run, GError **error)
{
  if (!ink_store_begin (run->job->store, error))
    return FALSE;
  if (settle (run, error))
    return ink_store_commit (run->job->store, error);
  ink_store_rollback (run->job->store);
  return FALSE;
}
