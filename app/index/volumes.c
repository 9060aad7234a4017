/* volumes.c: names of file systems, out of the kernel's list of mounts. */
#include "index/volumes.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/path.h"

typedef struct {
  char *path;
  char *kind;
  char *source;
  dev_t device;
} Mount;

struct _InkVolumes {
  GPtrArray *mounts; /* Mount, in the order in which they were mounted */
  GHashTable *uuids; /* device number (gint64) → UUID */
};

static void
mount_free (Mount *mount)
{
  g_free (mount->path);
  g_free (mount->kind);
  g_free (mount->source);
  g_free (mount);
}

/* "36 35 98:0 /root /mount/point rw,noatime shared:1 - ext4 /dev/sda1 rw": the number of optional
 * fields before the dash varies. Spaces are written as "\040". */
static Mount *
parse_line (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  guint n = g_strv_length (words), dash = 6;
  guint major, minor;

  while (dash < n && !g_str_equal (words[dash], "-"))
    dash++;
  if (dash + 2 >= n || sscanf (words[2], "%u:%u", &major, &minor) != 2)
    return NULL;
  Mount *mount = g_new0 (Mount, 1);
  mount->path = g_strcompress (words[4]);
  mount->kind = g_strdup (words[dash + 1]);
  mount->source = g_strcompress (words[dash + 2]);
  mount->device = makedev (major, minor);
  return mount;
}

static void
read_mounts (InkVolumes *volumes, const char *path)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    Mount *mount = parse_line (*line);
    if (mount != NULL)
      g_ptr_array_add (volumes->mounts, mount);
  }
}

static void
read_uuids (InkVolumes *volumes, const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;) {
    g_autofree char *link = g_build_filename (path, name, NULL);
    struct stat facts;
    if (stat (link, &facts) != 0 || !S_ISBLK (facts.st_mode))
      continue;
    gint64 device = (gint64)facts.st_rdev;
    g_hash_table_insert (volumes->uuids, g_memdup2 (&device, sizeof device), g_strdup (name));
  }
}

InkVolumes *
ink_volumes_new (const char *mounts, const char *uuids)
{
  InkVolumes *volumes = g_new0 (InkVolumes, 1);

  volumes->mounts = g_ptr_array_new_with_free_func ((GDestroyNotify)mount_free);
  volumes->uuids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  read_mounts (volumes, mounts != NULL ? mounts : "/proc/self/mountinfo");
  read_uuids (volumes, uuids != NULL ? uuids : "/dev/disk/by-uuid");
  return volumes;
}

void
ink_volumes_free (InkVolumes *volumes)
{
  g_ptr_array_unref (volumes->mounts);
  g_hash_table_unref (volumes->uuids);
  g_free (volumes);
}

/* The mount that @path is in: the deepest, and of those at one place the last, which hides the
 * others. */
static const Mount *
find_mount (const InkVolumes *volumes, const char *path)
{
  const Mount *found = NULL;

  for (guint i = 0; i < volumes->mounts->len; i++) {
    const Mount *mount = g_ptr_array_index (volumes->mounts, i);
    if (ink_path_get_below (path, mount->path) != NULL &&
        (found == NULL || strlen (mount->path) >= strlen (found->path)))
      found = mount;
  }
  return found;
}

/* btrfs and others have device numbers of their own; the one that counts is their source's. */
static gint64
get_block_device (const Mount *mount)
{
  struct stat facts;

  if (major (mount->device) == 0 && g_path_is_absolute (mount->source) &&
      stat (mount->source, &facts) == 0 && S_ISBLK (facts.st_mode))
    return (gint64)facts.st_rdev;
  return (gint64)mount->device;
}

char *
ink_volumes_identify (const InkVolumes *volumes, const char *path)
{
  const Mount *mount = find_mount (volumes, path);
  struct stat facts;

  if (stat (path, &facts) != 0)
    return NULL;
  if (mount == NULL)
    return g_strdup ("unknown:");
  gint64 device = get_block_device (mount);
  const char *uuid = g_hash_table_lookup (volumes->uuids, &device);
  g_autofree char *name = uuid != NULL ? g_strconcat ("uuid:", uuid, NULL)
                                       : g_strconcat (mount->kind, ":", mount->source, NULL);
  return g_utf8_make_valid (name, -1);
}

gboolean
ink_volumes_is_local (const InkVolumes *volumes, const char *path)
{
  static const char *const remote[] = {"nfs", "nfs4", "cifs",   "smb3",     "9p", "ceph",
                                       "afs", "coda", "vboxsf", "virtiofs", NULL};
  const Mount *mount = find_mount (volumes, path);

  return mount == NULL ||
         (!g_strv_contains (remote, mount->kind) && !g_str_has_prefix (mount->kind, "fuse"));
}
