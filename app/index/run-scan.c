/* run-scan.c: the first stage: what is in the folders, and which of it needs work. */
#include <sys/vfs.h>

#include "base/path.h"
#include "index/run.h"
#include "index/scanner.h"

/* File systems that keep times to two seconds only (from linux/magic.h, where it has them). */
#define FAT_MAGIC 0x4d44
#define EXFAT_MAGIC 0x2011BAB0
#define FAT_TOLERANCE_NS (2 * G_GINT64_CONSTANT (1000000000))

typedef struct {
  InkRun *run;
  InkRunFolder *folder;
  gint64 tolerance;      /* nanoseconds by which unchanged times may differ */
  GPtrArray *unreadable; /* relative paths below which nothing is known */
} FolderScan;

static gint64
get_tolerance (const char *path)
{
  struct statfs info;

  if (statfs (path, &info) != 0 || (info.f_type != FAT_MAGIC && info.f_type != EXFAT_MAGIC))
    return 0;
  return FAT_TOLERANCE_NS;
}

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

static void
on_file (const InkScannedFile *file, gpointer data)
{
  FolderScan *scan = data;
  InkRun *run = scan->run;
  gboolean work = needs_work (scan, file, g_hash_table_lookup (scan->folder->known, file->path));

  g_hash_table_remove (scan->folder->known, file->path);
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
on_unreadable (const char *path, const GError *error, gpointer data)
{
  FolderScan *scan = data;

  g_ptr_array_add (scan->unreadable, g_strdup (path));
}

static gboolean
is_hidden_from_us (const FolderScan *scan, const char *path)
{
  for (guint i = 0; i < scan->unreadable->len; i++)
    if (ink_path_get_below (path, scan->unreadable->pdata[i]))
      return TRUE;
  return FALSE;
}

/* What the store knows and the scan did not see is gone, unless it could not be seen. */
static void
collect_vanished (FolderScan *scan)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, scan->folder->known);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const InkKnownPhoto *known = value;

    if (!is_hidden_from_us (scan, known->path))
      g_array_append_val (scan->run->vanished, known->id);
  }
}

static void
scan_folder (InkRun *run, InkRunFolder *folder)
{
  static const InkScanFuncs funcs = {on_file, on_unreadable};
  FolderScan scan = {run, folder, get_tolerance (folder->path)};
  g_autoptr (GError) error = NULL;

  scan.unreadable = g_ptr_array_new_with_free_func (g_free);
  /* A folder that can't be read, or that has nothing in it any more, is taken for a drive that is
   * not plugged in: its photos stay known. */
  if (!ink_scan_folder (folder->path, NULL, &funcs, &scan, run->cancellable, &error))
    g_debug ("%s is left as it is: %s", folder->path, error->message);
  else if (ink_run_has_entries (folder->path))
    collect_vanished (&scan);
  g_ptr_array_unref (scan.unreadable);
}

gpointer
ink_run_scan (gpointer data)
{
  InkRun *run = data;

  for (guint i = 0; i < run->folders->len; i++) {
    InkRunFolder *folder = run->folders->pdata[i];

    if (folder->wanted && !g_cancellable_is_cancelled (run->cancellable))
      scan_folder (run, folder);
  }
  ink_queue_close (run->todo);
  ink_queue_close (run->ready);
  return NULL;
}
