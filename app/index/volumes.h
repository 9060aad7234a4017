/* volumes.h: which file system a path is on, by a name that stays the same when a drive is plugged
 * in again: its UUID where it has one ("uuid:0123-ABCD"), else kind and source
 * ("nfs4:server:/photos").
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is mounted at one moment. Not changed once made: any thread. */
typedef struct _InkVolumes InkVolumes;

/**
 * ink_volumes_new:
 * @mounts: (nullable): a file such as /proc/self/mountinfo, which is read for %NULL
 * @uuids: (nullable): a folder such as /dev/disk/by-uuid, which is read for %NULL
 */
InkVolumes *ink_volumes_new (const char *mounts, const char *uuids);
void ink_volumes_free (InkVolumes *volumes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkVolumes, ink_volumes_free)

/* @path: absolute, without symbolic links.
 * Returns: (transfer full) (nullable): the name of the file system that it is on; %NULL where there
 * is nothing at @path */
char *ink_volumes_identify (const InkVolumes *volumes, const char *path);

/* Whether that file system's changes are made by this computer alone, so that the kernel can tell
 * of them. */
gboolean ink_volumes_is_local (const InkVolumes *volumes, const char *path);

G_END_DECLS
