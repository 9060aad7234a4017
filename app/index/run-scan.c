/* run-scan.c: the first stage: what is in the folders, and which of it needs work.
 *
 * Folder by folder of the disk: what the store knows there is looked up when the folder is entered
 * and compared when it is left, so that memory is that of the largest folder.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/path.h"
#include "base/priority.h"
#include "index/run.h"
#include "index/scanner.h"
#include "store/known.h"

/* File systems that keep times to two seconds only (from linux/magic.h, where it has them). */
#define FAT_MAGIC 0x4d44
#define EXFAT_MAGIC 0x2011BAB0
#define FAT_TOLERANCE_NS (2 * G_GINT64_CONSTANT (1000000000))

typedef struct {
  InkRun *run;
  InkRunFolder *folder;
  gint64 tolerance;  /* nanoseconds by which unchanged times may differ */
  GHashTable *known; /* (nullable): of the folder that was entered last: name → InkKnownPhoto; what
                        the scan sees is taken out */
  GHashTable *folders; /* (nullable): set of the names of its sub-folders that have photos */
  GArray *lost;        /* InkRunLost */
} FolderScan;

static gint64
get_tolerance (const char *path)
{
  struct statfs info;

  if (statfs (path, &info) != 0 || (info.f_type != FAT_MAGIC && info.f_type != EXFAT_MAGIC))
    return 0;
  return FAT_TOLERANCE_NS;
}

static const char *
get_name (const char *path)
{
  const char *slash = strrchr (path, '/');

  return slash ? slash + 1 : path;
}

/* ---- What is there ----------------------------------------------------------------------- */

/* Device and inode do not count: some file systems invent them at each mount. */
static gboolean
is_unchanged (const FolderScan *scan, const InkFileStamp *now, const InkFileStamp *then)
{
  return now->size == then->size && ABS (now->mtime_ns - then->mtime_ns) <= scan->tolerance;
}

static gboolean
needs_work (const FolderScan *scan, const InkScannedFile *file, const InkKnownPhoto *known)
{
  if (!known || !is_unchanged (scan, &file->stamp, &known->stamp))
    return TRUE;
  if (file->kind == INK_NAME_VIDEO)
    return known->state != INK_PHOTO_UNSUPPORTED;
  if (known->state == INK_PHOTO_OK)
    return !known->embedded;
  return scan->run->job->retry_failed || known->state != INK_PHOTO_FAILED;
}

static InkRunItem *
make_item (const FolderScan *scan, const InkScannedFile *file)
{
  InkRunItem *item = g_new0 (InkRunItem, 1);

  item->folder = scan->folder;
  item->path = g_strdup (file->path);
  item->stamp = file->stamp;
  item->work = file->kind == INK_NAME_VIDEO ? INK_WORK_UNSUPPORTED : INK_WORK_NEW;
  return item;
}

static gboolean
lies_in (const InkRunMount *mount, const char *path)
{
  return !*mount->path || ink_path_get_below (path, mount->path);
}

/* A photo that the store knows is where it was. */
static void
note_met (FolderScan *scan, const InkKnownPhoto *known)
{
  for (guint i = 0; i < scan->folder->mounts->len; i++) {
    InkRunMount *mount = scan->folder->mounts->pdata[i];

    if (lies_in (mount, known->path))
      mount->met++;
  }
  if (known->missing_since)
    g_array_append_val (scan->run->found, known->id);
}

/* Takes @file out of what the store knows. Returns: whether there is something to do for it */
static gboolean
compare (FolderScan *scan, const InkScannedFile *file)
{
  const char *name = get_name (file->path);
  const InkKnownPhoto *known = scan->known ? g_hash_table_lookup (scan->known, name) : NULL;
  gboolean work = needs_work (scan, file, known);

  if (known) {
    note_met (scan, known);
    g_hash_table_remove (scan->known, name);
  }
  return work;
}

static void
on_file (const InkScannedFile *file, gpointer data)
{
  FolderScan *scan = data;
  InkRun *run = scan->run;
  gboolean work = compare (scan, file);

  if (!ink_run_may_go_on (run))
    return;
  if (file->kind == INK_NAME_VIDEO) {
    if (work)
      ink_queue_push (run->ready, make_item (scan, file));
    return;
  }
  INK_RUN_COUNT (run, found, 1);
  if (work) {
    INK_RUN_COUNT (run, total, 1);
    ink_queue_push (run->todo, make_item (scan, file));
  } else {
    INK_RUN_COUNT (run, unchanged, 1);
  }
}

static void
on_mount (const char *path, gpointer data)
{
  FolderScan *scan = data;
  InkRunMount *mount;

  for (guint i = 0; i < scan->folder->mounts->len; i++)
    if (g_str_equal (((InkRunMount *)scan->folder->mounts->pdata[i])->path, path))
      return;
  mount = g_new0 (InkRunMount, 1);
  mount->path = g_strdup (path);
  g_ptr_array_add (scan->folder->new_mounts, mount);
}

/* ---- What is not there ------------------------------------------------------------------- */

gboolean
ink_run_is_away (const InkRunFolder *folder, const char *path)
{
  for (guint i = 0; i < folder->mounts->len; i++) {
    const InkRunMount *mount = folder->mounts->pdata[i];

    if (mount->volume && g_strcmp0 (mount->volume, mount->now) != 0 && lies_in (mount, path))
      return TRUE;
  }
  return FALSE;
}

static void
lose (FolderScan *scan, const InkKnownPhoto *known, gboolean left_out)
{
  InkRunLost lost = {known->id, known->missing_since, scan->folder, left_out};

  if (left_out || !ink_run_is_away (scan->folder, known->path))
    g_array_append_val (scan->lost, lost);
}

/* All that the store has below @path. */
static void
lose_below (FolderScan *scan, const char *path, gboolean left_out)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) photos =
      ink_store_get_known_below (scan->run->reader, scan->folder->id, 0, path, &error);

  if (!photos)
    ink_run_fail (scan->run, g_steal_pointer (&error));
  for (guint i = 0; photos && i < photos->len; i++)
    lose (scan, photos->pdata[i], left_out);
}

static void
forget_entered (FolderScan *scan)
{
  g_clear_pointer (&scan->known, g_hash_table_unref);
  g_clear_pointer (&scan->folders, g_hash_table_unref);
}

static void
on_enter (const char *path, gpointer data)
{
  FolderScan *scan = data;
  const InkIndexJob *job = scan->run->job;
  g_autoptr (GError) error = NULL;

  forget_entered (scan);
  if (job->watcher) {
    g_autofree char *absolute = g_build_filename (scan->folder->path, path, NULL);
    /* Before it is listed: what changes from now on is told. */
    ink_watcher_add (job->watcher, absolute);
  }
  scan->known = ink_store_get_known_in (scan->run->reader, scan->folder->id, job->space, path,
                                        &scan->folders, &error);
  if (!scan->known)
    ink_run_fail (scan->run, g_steal_pointer (&error));
}

static void
on_left_out (const char *path, gpointer data)
{
  FolderScan *scan = data;
  const char *name = get_name (path);
  const InkKnownPhoto *known = scan->known ? g_hash_table_lookup (scan->known, name) : NULL;

  if (known && g_str_equal (known->path, path)) {
    lose (scan, known, TRUE);
    g_hash_table_remove (scan->known, name);
  }
  if (scan->folders)
    g_hash_table_remove (scan->folders, name);
  lose_below (scan, path, TRUE);
}

/* What the store knows and the listing did not have is gone. */
static void
on_leave (const char *path, const GPtrArray *folders, gpointer data)
{
  FolderScan *scan = data;
  GHashTableIter iter;
  gpointer key, value;

  if (!scan->known)
    return;
  g_hash_table_iter_init (&iter, scan->known);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    lose (scan, value, FALSE);
  for (guint i = 0; i < folders->len; i++)
    g_hash_table_remove (scan->folders, folders->pdata[i]);
  g_hash_table_iter_init (&iter, scan->folders);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    g_autofree char *below = *path ? g_build_filename (path, key, NULL) : g_strdup (key);

    lose_below (scan, below, FALSE);
  }
  forget_entered (scan);
}

static void
on_unreadable (const char *path, const GError *error, gpointer data)
{
  FolderScan *scan = data;

  /* A file that can't even be looked at is there. */
  if (scan->known)
    g_hash_table_remove (scan->known, get_name (path));
}

/* ---- Scans ------------------------------------------------------------------------------- */

static const InkScanFuncs funcs = {on_enter, on_file,  on_left_out,
                                   on_leave, on_mount, on_unreadable};

static void
scan_init (FolderScan *scan, InkRun *run, InkRunFolder *folder)
{
  *scan = (FolderScan){run, folder, get_tolerance (folder->path)};
  scan->lost = g_array_new (FALSE, FALSE, sizeof (InkRunLost));
}

/* A folder that has nothing in it any more is taken for a drive that is not plugged in: its photos
 * stay known. */
static void
scan_finish (FolderScan *scan)
{
  if (ink_run_has_entries (scan->folder->path))
    g_array_append_vals (scan->run->lost, scan->lost->data, scan->lost->len);
  forget_entered (scan);
  g_array_unref (scan->lost);
}

static void
scan_folder (InkRun *run, InkRunFolder *folder, InkScanSeen *seen)
{
  InkScanOptions options = {.patterns = folder->patterns, .seen = seen};
  g_autoptr (GError) error = NULL;
  FolderScan scan;

  scan_init (&scan, run, folder);
  if (!ink_scan_folder (folder->path, &options, &funcs, &scan, run->cancellable, &error)) {
    g_debug ("%s is left as it is: %s", folder->path, error->message);
    g_array_set_size (scan.lost, 0);
  }
  scan_finish (&scan);
}

static gboolean
is_folder (const char *path)
{
  struct stat info;

  return lstat (path, &info) == 0 ? S_ISDIR (info.st_mode) : errno != ENOENT && errno != ENOTDIR;
}

/* Something has changed in the folder @path, which lies at @below in a folder of the library. */
static void
scan_change (InkRun *run, InkRunFolder *folder, const char *path, const char *below, gboolean deep,
             InkScanSeen *seen)
{
  InkScanOptions options = {
      .start = below, .shallow = !deep, .patterns = folder->patterns, .seen = seen};
  g_autoptr (GError) error = NULL;
  FolderScan scan;

  scan_init (&scan, run, folder);
  if (*below && !is_folder (path))
    lose_below (&scan, below, FALSE);
  else if (!ink_scan_folder (folder->path, &options, &funcs, &scan, run->cancellable, &error))
    g_debug ("%s is left as it is: %s", path, error->message);
  scan_finish (&scan);
}

static void
scan_changes (InkRun *run, InkScanSeen *seen)
{
  g_autoptr (GList) paths = g_hash_table_get_keys (run->job->changes);

  /* Sorted, so that a folder comes before what is below it, and is then not scanned twice. */
  paths = g_list_sort (paths, (GCompareFunc)strcmp);
  for (GList *at = paths; at && !g_cancellable_is_cancelled (run->cancellable); at = at->next)
    for (guint i = 0; i < run->folders->len; i++) {
      InkRunFolder *folder = run->folders->pdata[i];
      const char *below = ink_path_get_below (at->data, folder->path);

      if (below)
        scan_change (run, folder, at->data, below,
                     GPOINTER_TO_INT (g_hash_table_lookup (run->job->changes, at->data)), seen);
    }
}

gpointer
ink_run_scan (gpointer data)
{
  InkRun *run = data;
  g_autoptr (GHashTable) seen = ink_scan_seen_new ();

  if (run->job->background)
    ink_priority_stand_back ();
  if (run->job->changes)
    scan_changes (run, seen);
  for (guint i = 0; !run->job->changes && i < run->folders->len; i++) {
    InkRunFolder *folder = run->folders->pdata[i];

    if (folder->wanted && !g_cancellable_is_cancelled (run->cancellable))
      scan_folder (run, folder, seen);
  }
  ink_queue_close (run->todo);
  ink_queue_close (run->ready);
  return NULL;
}
