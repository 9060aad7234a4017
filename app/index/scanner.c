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

#include "base/document.h"
#include "base/dirs.h"
#include "base/error.h"
#include "base/path.h"

/* Each level holds a descriptor; nobody files photos as deep as this. */
#define MAX_DEPTH 200

typedef struct {
  dev_t device;
  ino_t inode;
} FolderId;

/* A file may list so many patterns. */
#define RULES_SIZE_MAX ((gsize)64 * 1024)

/* The patterns of one ".ignore" file, for as long as the walk is below its folder. */
typedef struct {
  gsize base; /* bytes of paths before what the patterns are compared with */
  InkPatterns *patterns;
} Rules;

typedef struct {
  const char *root; /* without symbolic links */
  const InkScanOptions *options;
  GArray *excluded;  /* of FolderId */
  GPtrArray *rules;  /* Rules, from above to below */
  InkScanSeen *seen; /* nullable */
  const InkScanFuncs *funcs;
  gpointer data;
  GCancellable *cancellable;
} Scan;

/* What a folder holds. */
typedef struct {
  GPtrArray *files;   /* names of what may be pictures or videos */
  GPtrArray *folders; /* names */
  gboolean no_media, has_rules;
} Listing;

static void
listing_clear (Listing *listing)
{
  g_clear_pointer (&listing->files, g_ptr_array_unref);
  g_clear_pointer (&listing->folders, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Listing, listing_clear)

/* ---- Rules ------------------------------------------------------------------------------- */

static void
rules_free (Rules *rules)
{
  ink_patterns_free (rules->patterns);
  g_free (rules);
}

static gboolean
is_left_out (const Scan *scan, const char *path, gboolean is_folder)
{
  if (scan->options->patterns != NULL &&
      ink_patterns_match (scan->options->patterns, path, is_folder))
    return TRUE;
  for (guint i = 0; i < scan->rules->len; i++) {
    const Rules *rules = g_ptr_array_index (scan->rules, i);
    if (ink_patterns_match (rules->patterns, path + rules->base, is_folder))
      return TRUE;
  }
  return FALSE;
}

/* Reads the folder's ".ignore", for all that lies below @path. */
static void
push_rules (const Scan *scan, int folder, const char *path)
{
  int file = openat (folder, ".ignore", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  g_autofree char *text = g_malloc (RULES_SIZE_MAX + 1);
  gssize n = file < 0 ? -1 : read (file, text, RULES_SIZE_MAX);

  if (file >= 0)
    close (file);
  if (n < 0)
    return;
  text[n] = '\0';
  Rules *rules = g_new0 (Rules, 1);
  rules->base = *path == '\0' ? 0 : strlen (path) + 1;
  rules->patterns = ink_patterns_new_from_text (text);
  g_ptr_array_add (scan->rules, rules);
}

static void
tell_left_out (const Scan *scan, const char *path)
{
  if (scan->funcs->left_out != NULL)
    scan->funcs->left_out (path, scan->data);
}

static guint
hash_id (gconstpointer key)
{
  const FolderId *id = key;
  guint64 mixed = ((guint64)id->inode ^ (guint64)id->device << 32) * 0x9e3779b97f4a7c15u;
  return (guint)(mixed >> 32);
}

static gboolean
equal_ids (gconstpointer a, gconstpointer b)
{
  const FolderId *first = a, *second = b;
  return first->device == second->device && first->inode == second->inode;
}

InkScanSeen *
ink_scan_seen_new (void)
{
  return g_hash_table_new_full (hash_id, equal_ids, g_free, NULL);
}

/* Whether it was met at another place before; from now on it has been. */
static gboolean
was_seen (const Scan *scan, const struct stat *facts)
{
  FolderId id = {facts->st_dev, facts->st_ino};

  return scan->seen != NULL && !g_hash_table_add (scan->seen, g_memdup2 (&id, sizeof id));
}

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
    else if (g_str_equal (entry->d_name, ".ignore"))
      listing->has_rules = TRUE;
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
  if (facts.st_nlink > 1 && was_seen (scan, &facts)) {
    tell_left_out (scan, path);
    return;
  }

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

/* Whether to go into the folder that was opened. Where it is on another file system than the one
 * above it, tells so. */
static gboolean
judge_folder (const Scan *scan, const char *path, const struct stat *parent,
              const struct stat *facts)
{
  if (is_excluded (scan, facts) || was_seen (scan, facts)) {
    tell_left_out (scan, path);
    return FALSE;
  }
  if (facts->st_dev != parent->st_dev && scan->funcs->mount != NULL)
    scan->funcs->mount (path, scan->data);
  return TRUE;
}

/* Goes down into a folder, unless it is one to be left out. */
static void
scan_sub_folder (const Scan *scan, int parent, const char *path, const char *name, guint depth)
{
  struct stat facts, above;
  g_autofree char *absolute = g_build_filename (scan->root, path, NULL);

  if (ink_document_is_root (absolute)) {
    tell_left_out (scan, path);
    return;
  }
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
  if (fstat (folder, &facts) != 0 || fstat (parent, &above) != 0)
    number = errno;
  else if (judge_folder (scan, path, &above, &facts))
    number = scan_open_folder (scan, folder, path, depth);
  if (number != 0)
    report_unreadable (scan, path, number);
  close (folder);
}

/* Takes out of @names what a rule leaves out. */
static void
apply_rules (const Scan *scan, const char *path, GPtrArray *names, gboolean are_folders)
{
  for (guint i = names->len; i-- > 0;) {
    g_autofree char *below = join (path, g_ptr_array_index (names, i));
    if (is_left_out (scan, below, are_folders)) {
      tell_left_out (scan, below);
      g_ptr_array_remove_index (names, i);
    }
  }
}

static void
scan_files (const Scan *scan, int folder, const char *path, const GPtrArray *names)
{
  for (guint i = 0; i < names->len && !g_cancellable_is_cancelled (scan->cancellable); i++) {
    const char *name = g_ptr_array_index (names, i);
    g_autofree char *file_path = join (path, name);
    report_file (scan, folder, file_path, name);
  }
}

static void
scan_sub_folders (const Scan *scan, int folder, const char *path, const GPtrArray *names,
                  guint depth)
{
  for (guint i = 0; i < names->len && !g_cancellable_is_cancelled (scan->cancellable); i++) {
    const char *name = g_ptr_array_index (names, i);
    g_autofree char *folder_path = join (path, name);
    scan_sub_folder (scan, folder, folder_path, name, depth + 1);
  }
}

/* @path: relative to the root, "" for the root itself
 * Returns: an errno where the folder could not be read, or not to its end; else 0 */
static int
scan_open_folder (const Scan *scan, int folder, const char *path, guint depth)
{
  g_auto (Listing) listing = {0};
  guint rules = scan->rules->len;

  if (scan->funcs->enter != NULL)
    scan->funcs->enter (path, scan->data);
  int number = list_folder (folder, &listing);
  if (listing.files == NULL)
    return number;
  if (listing.no_media) {
    tell_left_out (scan, path);
    return number;
  }

  if (listing.has_rules)
    push_rules (scan, folder, path);
  apply_rules (scan, path, listing.files, FALSE);
  apply_rules (scan, path, listing.folders, TRUE);
  scan_files (scan, folder, path, listing.files);
  if (number == 0 && scan->funcs->leave != NULL && !g_cancellable_is_cancelled (scan->cancellable))
    scan->funcs->leave (path, listing.folders, scan->data);
  if (!scan->options->shallow)
    scan_sub_folders (scan, folder, path, listing.folders, depth);
  g_ptr_array_set_size (scan->rules, (int)rules);
  return number;
}

/* ---- Where a scan begins ----------------------------------------------------------------- */

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
  if (ink_document_is_root (root)) {
    errno = EPERM;
    return -1;
  }
  return open (root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Whether the rules of the folder @above, which is @folder, let a walk go on to @path. */
static gboolean
may_descend (const Scan *scan, int folder, const char *above, const char *path)
{
  const char *name = path + (*above == '\0' ? 0 : strlen (above) + 1);

  if (*name == '.' || faccessat (folder, ".nomedia", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
    return FALSE;
  push_rules (scan, folder, above);
  return !is_left_out (scan, path, TRUE);
}

/* Goes down from @folder, the root, to where the scan begins, reading the rules on the way.
 * Returns: a descriptor; -1 with errno, which is ENOENT also where a rule is in the way */
static int
open_start (const Scan *scan, int folder, const char *start)
{
  g_auto (GStrv) names = g_strsplit (start, "/", -1);
  g_autofree char *above = g_strdup ("");
  int at = fcntl (folder, F_DUPFD_CLOEXEC, 0);

  for (char **name = names; at >= 0 && *name != NULL && *start != '\0'; name++) {
    char *path = join (above, *name);
    gboolean may = may_descend (scan, at, above, path);
    int next = may ? openat (at, *name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    int number = may ? errno : ENOENT;
    close (at);
    errno = number;
    at = next;
    g_free (above);
    above = path;
  }
  return at;
}

/* Returns: an errno, or 0 */
static int
scan_from_start (const Scan *scan, int root)
{
  const char *start = scan->options->start != NULL ? scan->options->start : "";
  struct stat facts;

  int folder = open_start (scan, root, start);
  int number = folder < 0 || fstat (folder, &facts) != 0 ? errno : 0;
  /* A start that has gone since is no error: what is above it tells. */
  if (number == ENOENT && *start != '\0')
    number = 0;
  else if (number == 0 && is_excluded (scan, &facts))
    tell_left_out (scan, start);
  else if (number == 0 && !was_seen (scan, &facts))
    number = scan_open_folder (scan, folder, start, 0);
  if (folder >= 0)
    close (folder);
  return number;
}

gboolean
ink_scan_folder (const char *folder, const InkScanOptions *options, const InkScanFuncs *funcs,
                 gpointer data, GCancellable *cancellable, GError **error)
{
  static const InkScanOptions defaults;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (FolderId));
  g_autoptr (GPtrArray) rules = g_ptr_array_new_with_free_func ((GDestroyNotify)rules_free);

  if (options == NULL)
    options = &defaults;
  /* The folder that the user chose may well be a symbolic link. */
  g_autofree char *root = realpath (folder, NULL);
  int opened = root == NULL ? -1 : open_root (root);
  int number = opened >= 0 ? 0 : errno;
  if (opened >= 0) {
    collect_excluded (ids, options->excluded);
    Scan scan = {root, options, ids, rules, options->seen, funcs, data, cancellable};
    number = scan_from_start (&scan, opened);
    close (opened);
  }
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (number == 0)
    return TRUE;
  g_autofree char *display = ink_path_display (folder);
  ink_set_error_from_errno (error, number, _ ("The folder %s can't be read"), display);
  return FALSE;
}
