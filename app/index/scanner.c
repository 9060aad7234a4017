/* scanner.c: walks a tree of folders (scanner.h). Every step down goes through the descriptor of
 * the folder above and follows no link, so that a tree that changes under way can't lead out of
 * itself. */
#include "config.h"

#include "index/scanner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dirs.h"
#include "base/error.h"
#include "base/path.h"

/* Each level holds a descriptor; nobody files photos as deep as this. */
#define MAX_DEPTH 200

typedef struct {
  dev_t device;
  ino_t inode;
} FolderId;

typedef struct {
  const char *root; /* without symbolic links */
  GArray *excluded; /* of FolderId */
  const InkScanFuncs *funcs;
  gpointer data;
  GCancellable *cancellable;
} Scan;

/* What a folder holds. */
typedef struct {
  GPtrArray *files;   /* names of what may be pictures or videos */
  GPtrArray *folders; /* names */
  gboolean no_media;
} Listing;

static void
listing_clear (Listing *listing)
{
  g_clear_pointer (&listing->files, g_ptr_array_unref);
  g_clear_pointer (&listing->folders, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Listing, listing_clear)

static void
add_excluded (GArray *excluded, const char *path)
{
  struct stat facts;
  if (stat (path, &facts) == 0) {
    FolderId id = {facts.st_dev, facts.st_ino};
    g_array_append_val (excluded, id);
  }
}

static gboolean
is_excluded (const Scan *scan, const struct stat *facts)
{
  for (guint i = 0; i < scan->excluded->len; i++) {
    const FolderId *id = &g_array_index (scan->excluded, FolderId, i);
    if (id->device == facts->st_dev && id->inode == facts->st_ino)
      return TRUE;
  }
  return FALSE;
}

/* /run/user/UID/doc: listing the document portal's root can hang it. */
static gboolean
is_document_portal (const char *path)
{
  static const char before[] = "/run/user/";
  if (!g_str_has_prefix (path, before))
    return FALSE;
  const char *rest = path + strlen (before);
  rest += strspn (rest, "0123456789");
  return rest != path + strlen (before) && g_str_equal (rest, "/doc");
}

static void
report_unreadable (const Scan *scan, const char *path, int number)
{
  g_autoptr (GError) error = NULL;
  ink_set_error_from_errno (&error, number, "%s", _ ("It can't be read"));
  scan->funcs->unreadable (path, error, scan->data);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Sorts an entry by what the folder says of it; where it says nothing, by lstat(). */
static void
list_entry (Listing *listing, int folder, const struct dirent *entry)
{
  struct stat facts;
  gboolean may_be_file = entry->d_type == DT_REG;
  gboolean is_folder = entry->d_type == DT_DIR;

  if (entry->d_type == DT_UNKNOWN) {
    gboolean known = fstatat (folder, entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) == 0;
    may_be_file = known && S_ISREG (facts.st_mode);
    /* What can't even be looked at is not to be taken for gone: opening it as a folder reports it.
     */
    is_folder = !known || S_ISDIR (facts.st_mode);
  }
  if (is_folder)
    g_ptr_array_add (listing->folders, g_strdup (entry->d_name));
  else if (may_be_file && ink_decoder_classify_name (entry->d_name) != INK_NAME_OTHER)
    g_ptr_array_add (listing->files, g_strdup (entry->d_name));
}

/* Reads the folder whose descriptor is @folder.
 * Returns: an errno, or 0 */
static int
list_folder (int folder, Listing *listing)
{
  /* closedir() closes its descriptor, and ours is still needed. */
  int own = fcntl (folder, F_DUPFD_CLOEXEC, 0);
  DIR *stream = own < 0 ? NULL : fdopendir (own);
  if (stream == NULL) {
    int number = errno;
    if (own >= 0)
      close (own);
    return number;
  }

  listing->files = g_ptr_array_new_with_free_func (g_free);
  listing->folders = g_ptr_array_new_with_free_func (g_free);
  const struct dirent *entry;
  while (errno = 0, (entry = readdir (stream)) != NULL) {
    if (g_str_equal (entry->d_name, ".nomedia"))
      listing->no_media = TRUE;
    else if (entry->d_name[0] != '.')
      list_entry (listing, folder, entry);
  }
  int number = errno;
  closedir (stream);
  g_ptr_array_sort (listing->files, compare_names);
  g_ptr_array_sort (listing->folders, compare_names);
  return number;
}

static void
report_file (const Scan *scan, int folder, const char *path, const char *name)
{
  struct stat facts;

  /* One that has gone since is none of ours. */
  if (fstatat (folder, name, &facts, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno != ENOENT)
      report_unreadable (scan, path, errno);
    return;
  }
  if (!S_ISREG (facts.st_mode))
    return;

  InkScannedFile file = {
      .path = path,
      .stamp = {.size = facts.st_size, .device = facts.st_dev, .inode = facts.st_ino},
      .kind = ink_decoder_classify_name (name),
  };
  /* A damaged file system may have dates beyond what fits. */
  if (__builtin_mul_overflow ((gint64)facts.st_mtim.tv_sec, G_GINT64_CONSTANT (1000000000),
                              &file.stamp.mtime_ns) ||
      __builtin_add_overflow (file.stamp.mtime_ns, (gint64)facts.st_mtim.tv_nsec,
                              &file.stamp.mtime_ns))
    file.stamp.mtime_ns = 0;
  scan->funcs->file (&file, scan->data);
}

static char *
join (const char *path, const char *name)
{
  return path[0] == '\0' ? g_strdup (name) : g_strconcat (path, "/", name, NULL);
}

static int scan_open_folder (const Scan *scan, int folder, const char *path, guint depth);

/* Goes down into a folder, unless it is one to be left out. */
static void
scan_sub_folder (const Scan *scan, int parent, const char *path, const char *name, guint depth)
{
  struct stat facts;
  g_autofree char *absolute = g_build_filename (scan->root, path, NULL);

  if (is_document_portal (absolute))
    return;
  if (depth > MAX_DEPTH) {
    report_unreadable (scan, path, ELOOP);
    return;
  }
  int folder = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) {
    if (errno != ENOENT)
      report_unreadable (scan, path, errno);
    return;
  }
  int number = 0;
  if (fstat (folder, &facts) != 0)
    number = errno;
  else if (!is_excluded (scan, &facts))
    number = scan_open_folder (scan, folder, path, depth);
  if (number != 0)
    report_unreadable (scan, path, number);
  close (folder);
}

/* @path: relative to the root, "" for the root itself
 * Returns: an errno where the folder could not be read, or not to its end; else 0 */
static int
scan_open_folder (const Scan *scan, int folder, const char *path, guint depth)
{
  g_auto (Listing) listing = {0};

  int number = list_folder (folder, &listing);
  if (listing.files == NULL || listing.no_media)
    return number;

  for (guint i = 0; i < listing.files->len; i++) {
    if (g_cancellable_is_cancelled (scan->cancellable))
      return number;
    const char *name = g_ptr_array_index (listing.files, i);
    g_autofree char *file_path = join (path, name);
    report_file (scan, folder, file_path, name);
  }
  for (guint i = 0; i < listing.folders->len; i++) {
    if (g_cancellable_is_cancelled (scan->cancellable))
      return number;
    const char *name = g_ptr_array_index (listing.folders, i);
    g_autofree char *folder_path = join (path, name);
    scan_sub_folder (scan, folder, folder_path, name, depth + 1);
  }
  return number;
}

static void
collect_excluded (GArray *ids, const char *const *excluded)
{
  g_autofree char *library = ink_dirs_get_library ();
  g_autofree char *cache = ink_dirs_get_cache ();

  add_excluded (ids, library);
  add_excluded (ids, cache);
  for (; excluded != NULL && *excluded != NULL; excluded++)
    add_excluded (ids, *excluded);
}

static int
open_root (const char *root)
{
  if (is_document_portal (root)) {
    errno = EPERM;
    return -1;
  }
  return open (root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

gboolean
ink_scan_folder (const char *folder, const char *const *excluded, const InkScanFuncs *funcs,
                 gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (FolderId));
  struct stat facts;

  /* The folder that the user chose may well be a symbolic link. */
  g_autofree char *root = realpath (folder, NULL);
  int opened = root == NULL ? -1 : open_root (root);
  gboolean readable = opened >= 0 && fstat (opened, &facts) == 0;
  int number = readable ? 0 : errno;
  if (readable) {
    collect_excluded (ids, excluded);
    Scan scan = {root, ids, funcs, data, cancellable};
    if (!is_excluded (&scan, &facts))
      number = scan_open_folder (&scan, opened, "", 0);
  }
  if (opened >= 0)
    close (opened);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (number == 0)
    return TRUE;
  g_autofree char *display = ink_path_display (folder);
  ink_set_error_from_errno (error, number, _ ("The folder %s can't be read"), display);
  return FALSE;
}
