/* places.h: what the library knows of the places that its photos are in: the drives below a folder,
 * what is left out of it, and which photos were not found there any more.
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/* ---- Drives ------------------------------------------------------------------------------ */

/**
 * InkMount:
 * @path: where it is mounted, relative to the folder; "" for the file system of the folder itself
 * @volume: which one it was when it was last seen (index/volumes.h)
 */
typedef struct {
  char *path;
  char *volume;
} InkMount;

void ink_mount_free (InkMount *mount);

/* Returns: (transfer full) (element-type InkMount): by path */
GPtrArray *ink_store_get_mounts (InkStore *store, gint64 folder, GError **error);

/* Remembers what is mounted at @path of a folder now. */
gboolean ink_store_put_mount (InkStore *store, gint64 folder, const char *path, const char *volume,
                              GError **error);

/* How many readable photos a folder has at @path (relative, "" for all) and below. -1 with @error
 * set. */
gint64 ink_store_count_below (InkStore *store, gint64 folder, const char *path, GError **error);

/* ---- Exclusions -------------------------------------------------------------------------- */

/* Returns: (transfer full) (element-type filename): the patterns of a folder, in their order */
GStrv ink_store_get_exclusions (InkStore *store, gint64 folder, GError **error);

/* Replaces them. The photos that they leave out go with the next scan. */
gboolean ink_store_set_exclusions (InkStore *store, gint64 folder, const char *const *patterns,
                                   GError **error);

/* ---- Missing photos ---------------------------------------------------------------------- */

/* Notes that photo @id was not found at @since (seconds since 1970); an earlier note stays. */
gboolean ink_store_set_missing (InkStore *store, gint64 id, gint64 since, GError **error);

/* It was found again. */
gboolean ink_store_clear_missing (InkStore *store, gint64 id, GError **error);

/* How many of a folder's photos are missing. -1 with @error set. */
gint64 ink_store_count_missing (InkStore *store, gint64 folder, GError **error);

G_END_DECLS
