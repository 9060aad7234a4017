/* known.h: what the store knows of the photos of a folder, as a scan compares it with the disk. */
#pragma once

#include "store/photos.h"

G_BEGIN_DECLS

/**
 * InkKnownPhoto:
 * @embedded: has an embedding in the space that was asked for
 * @missing_since: seconds since 1970 where it was not found any more, else 0
 * @path: relative to the library's folder
 */
typedef struct {
  gint64 id;
  InkFileStamp stamp;
  InkPhotoState state;
  gboolean embedded;
  gint64 missing_since;
  char path[];
} InkKnownPhoto;

/**
 * ink_store_get_known_in:
 * @folder: id of a folder of the library
 * @space: id of a space (embeddings.h), or 0
 * @path: relative to it; "" for the folder itself
 * @folders: (out) (transfer full): set of the names of the folders in @path that have photos in
 *     them or below
 *
 * Returns: (transfer full) (element-type filename InkKnownPhoto): the photos that lie in @path
 *     itself, by their names there
 */
GHashTable *ink_store_get_known_in (InkStore *store, gint64 folder, gint64 space, const char *path,
                                    GHashTable **folders, GError **error);

/* Returns: (transfer full) (element-type InkKnownPhoto): those in @path and below it */
GPtrArray *ink_store_get_known_below (InkStore *store, gint64 folder, gint64 space,
                                      const char *path, GError **error);

/* Whether a photo has this size: a file of another one is no copy of any. @has: (out) */
gboolean ink_store_has_size (InkStore *store, gint64 size, gboolean *has, GError **error);

G_END_DECLS
