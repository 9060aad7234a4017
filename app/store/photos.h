/* photos.h: what the library knows of each photo. */
#pragma once

#include "decode/content-key.h"
#include "store/store.h"

G_BEGIN_DECLS

typedef enum {
  INK_PHOTO_OK = 1,          /* was decoded */
  INK_PHOTO_FAILED = 2,      /* can't be read: failure_code and failure_reason say why */
  INK_PHOTO_UNSUPPORTED = 3, /* a video: listed, not searched */
} InkPhotoState;

/* What tells, without reading it, whether a file has changed. */
typedef struct {
  gint64 size;
  gint64 mtime_ns;
  guint64 device;
  guint64 inode;
} InkFileStamp;

/**
 * InkPhoto:
 * @id: never given to another photo; 0 in one that is to be stored
 * @folder: the library's folder that it lies in
 * @folder_path: that folder's absolute path; not needed in one that is to be stored
 * @path: relative to the folder, any bytes
 * @content_key: (nullable): %INK_CONTENT_KEY_SIZE bytes; the same for the same content
 * @failure_code: (nullable): a code's name of error.h, where the state is %INK_PHOTO_FAILED
 * @failure_reason: (nullable): likewise, for people
 * @width: in pixels after orientation
 * @height: likewise
 * @orientation: EXIF, 1 to 8
 * @type: (nullable): format by content, "jpeg", "png" …
 * @taken: (nullable): YYYY-MM-DDTHH:MM:SS[±HH:MM]
 * @clock: when it was taken, else when the file was changed, as ink_local_time_get_clock(); the
 *     store sets it, from @taken and the stamp
 * @phash: perceptual hash
 * @colour: mean colour, 0xRRGGBB
 */
typedef struct {
  gint64 id;
  gint64 folder;
  char *folder_path;
  char *path;
  InkFileStamp stamp;
  guint8 *content_key;
  InkPhotoState state;
  char *failure_code;
  char *failure_reason;
  guint width, height;
  guint orientation;
  char *type;
  char *taken;
  gint64 clock;
  guint64 phash;
  guint32 colour;
} InkPhoto;

void ink_photo_free (InkPhoto *photo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkPhoto, ink_photo_free)

/* Returns: (transfer full): its absolute path */
char *ink_photo_get_path (const InkPhoto *photo);

/* ---- Reading ----------------------------------------------------------------------------- */

/* Returns: (transfer full): %NULL with %INK_ERROR_NOT_FOUND where there is none */
InkPhoto *ink_store_get_photo (InkStore *store, gint64 id, GError **error);

/* @path: absolute; symbolic links in its folder are resolved where that still exists */
InkPhoto *ink_store_find_photo (InkStore *store, const char *path, GError **error);

/**
 * ink_store_find_content:
 * @key: %INK_CONTENT_KEY_SIZE bytes
 *
 * Returns: (transfer full) (element-type InkPhoto): the readable photos with that content
 */
GPtrArray *ink_store_find_content (InkStore *store, const guint8 *key, GError **error);

/* @has: (out): whether a photo of any state has that content */
gboolean ink_store_has_content (InkStore *store, const guint8 *key, gboolean *has, GError **error);

/* @photo: borrowed, with all of its strings, for the time of the call.
 * Returns: %FALSE to see no more */
typedef gboolean (*InkPhotoFunc) (const InkPhoto *photo, gpointer data);

/**
 * ink_store_for_each_photo:
 * @state: which photos; 0 for all
 * @after: only those with a greater id, 0 for all
 * @func: called by ascending id, without a lock on @store
 *
 * Reads in slices, each a short transaction: what is committed meanwhile may be seen or not.
 */
gboolean ink_store_for_each_photo (InkStore *store, InkPhotoState state, gint64 after,
                                   InkPhotoFunc func, gpointer data, GError **error);

typedef struct {
  guint ok, failed, unsupported;
} InkPhotoCounts;

gboolean ink_store_count_photos (InkStore *store, InkPhotoCounts *counts, GError **error);

/* ---- Writing ----------------------------------------------------------------------------- */

/**
 * ink_store_put_photo:
 * @photo: everything but @id, @folder_path and @clock
 * @id: (out) (optional): its id
 *
 * Inserts a photo, or updates the one of the same folder and path. Where the content is another
 * than before (by content key), its embeddings go.
 */
gboolean ink_store_put_photo (InkStore *store, const InkPhoto *photo, gint64 *id, GError **error);

/**
 * ink_store_mark_failed:
 * @state: %INK_PHOTO_FAILED or %INK_PHOTO_UNSUPPORTED
 * @code: (nullable): a code's name of error.h
 * @reason: (nullable): for people
 *
 * Records that a file can't be read. What was known of it, embeddings included, stays where size
 * and time are as they were (it may be readable again), and goes where the file has changed.
 */
gboolean
ink_store_mark_failed (InkStore *store, gint64 folder, const char *path, const InkFileStamp *stamp,
                       InkPhotoState state, const char *code, const char *reason, GError **error);

/* The same content, but the file's stamp is another now. */
gboolean
ink_store_touch_photo (InkStore *store, gint64 id, const InkFileStamp *stamp, GError **error);

/* The same content at another place: keeps its embeddings. What was known of a photo at that place
 * goes. */
gboolean ink_store_move_photo (InkStore *store, gint64 id, gint64 folder, const char *path,
                               const InkFileStamp *stamp, GError **error);

gboolean ink_store_remove_photo (InkStore *store, gint64 id, GError **error);

G_END_DECLS
