/* store.h: the library's database: opening it, its folders, and small values.
 *
 * One process at a time, the holder of the library's lock, has the one connection that writes; it
 * makes all commits and all checkpoints. All others read, in short transactions. What is stored
 * besides folders is in photos.h, embeddings.h, queries.h and model-table.h.
 *
 * All functions block. A store may be used from any thread.
 */
#pragma once

#include <glib.h>

#include "base/error.h"

G_BEGIN_DECLS

/* ---- Opening ----------------------------------------------------------------------------- */

typedef struct _InkStore InkStore;

/**
 * ink_store_open_readonly:
 * @directory: the library's folder
 *
 * Opens a connection that can't write. Takes no lock and makes no file.
 *
 * Returns: (transfer full): %NULL with %INK_ERROR_NO_LIBRARY where there is none,
 *     %INK_ERROR_LIBRARY_NEWER, %INK_ERROR_LIBRARY_FOREIGN, %INK_ERROR_LIBRARY_DAMAGED …
 */
InkStore *ink_store_open_readonly (const char *directory, GError **error);

/**
 * ink_store_open_writable:
 * @directory: the library's folder; made where it is absent
 * @program: what the lock says of its holder, e.g. "inkling-cli"
 * @notice: (out) (optional) (nullable): something that the user should be told, e.g. that a
 *     damaged database was set aside under another name
 *
 * Takes the library's lock and opens the one connection that writes, bringing the schema up to
 * date. A damaged database is renamed, never deleted, and a new one begun with what of its folders
 * and models could still be read.
 *
 * Returns: (transfer full): %NULL with %INK_ERROR_LOCKED naming the holder, …
 */
InkStore *
ink_store_open_writable (const char *directory, const char *program, char **notice, GError **error);

InkStore *ink_store_ref (InkStore *store);
/* The last reference closes the connection and releases the lock. */
void ink_store_unref (InkStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkStore, ink_store_unref)

gboolean ink_store_is_writable (const InkStore *store);
const char *ink_store_get_directory (const InkStore *store);

/* Bytes of the database file and its journal on disk. */
guint64 ink_store_get_size (const InkStore *store);

/* ---- Batches ----------------------------------------------------------------------------- */

/**
 * ink_store_begin:
 *
 * Begins a batch of writes that are committed together. Writes outside of a batch are committed
 * each by itself. Until its end the store belongs to the calling thread, other threads wait: begin
 * when everything that is to be written is at hand.
 *
 * Returns: %FALSE where there is no batch and nothing is to be ended, e.g. %INK_ERROR_READ_ONLY
 */
gboolean ink_store_begin (InkStore *store, GError **error);

/**
 * ink_store_commit:
 *
 * Ends a batch. What it wrote survives a crash and a power loss from now on. A batch in which a
 * write failed can't be committed. On failure all of the batch is undone.
 */
gboolean ink_store_commit (InkStore *store, GError **error);

/* Ends a batch and undoes it. */
void ink_store_rollback (InkStore *store);

/**
 * ink_store_get_generation:
 *
 * Returns: a number that grows with each commit that changed folders, photos or embeddings,
 *     whoever made it: while it stays the same, what was loaded is up to date. Cheap. -1 with
 *     @error set where it can't be read.
 */
gint64 ink_store_get_generation (InkStore *store, GError **error);

/* ---- Folders ----------------------------------------------------------------------------- */

/**
 * InkStoreFolder:
 * @path: absolute, in the file system's encoding
 * @photos: readable ones
 * @failed: unreadable ones
 * @unsupported: videos
 */
typedef struct {
  gint64 id;
  char *path;
  guint photos;
  guint failed;
  guint unsupported;
} InkStoreFolder;

void ink_store_folder_free (InkStoreFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkStoreFolder, ink_store_folder_free)

/**
 * ink_store_add_folder:
 * @path: an existing folder; symbolic links in it are resolved
 * @id: (out) (optional): the library's folder that @path now belongs to
 *
 * Adds a folder. One that lies in a folder of the library belongs to that already. One that has
 * folders of the library in it takes over their photos with all that is known of them.
 */
gboolean ink_store_add_folder (InkStore *store, const char *path, gint64 *id, GError **error);

/* Returns: (transfer full) (element-type InkStoreFolder): by path, without the counts, which cost a
 * look at each photo */
GPtrArray *ink_store_list_folders (InkStore *store, GError **error);

/* Returns: (transfer full) (element-type InkStoreFolder): by path */
GPtrArray *ink_store_get_folders (InkStore *store, GError **error);

/* Symbolic links in @path resolved, also where its last parts do not exist. */
char *ink_store_resolve_path (const char *path);

/**
 * ink_store_forget_folder:
 * @path: as it was added, or another path to the same folder; it need not exist any more
 * @photos: (out) (optional): how many readable photos were forgotten
 * @keys: (out) (optional) (transfer full): 16-byte content keys, one after the other, that no photo
 *     has any more: what caches hold of them is to go
 *
 * Takes a folder out of the library, with its photos' rows, their embeddings and the cached
 * queries. The photos themselves are not touched. %INK_ERROR_NOT_FOUND where @path is no folder of
 * the library.
 */
gboolean ink_store_forget_folder (InkStore *store, const char *path, guint *photos,
                                  GByteArray **keys, GError **error);

/* ---- Small values ------------------------------------------------------------------------ */

/* Keys that several parts of the program share. */
#define INK_META_ACTIVE_MODEL "active-model"     /* a name of model-table.h */
#define INK_META_ACTIVE_SPACE "active-space"     /* an id of embeddings.h, decimal */
#define INK_META_IMAGE_SIZE "image-size"         /* of the squares, decimal; absent: the model's */
#define INK_META_PREVIOUS_MODEL "previous-model" /* these three: see library-change.c */
#define INK_META_PREVIOUS_SIZE "previous-size"
#define INK_META_PREVIOUS_SPACE "previous-space"
#define INK_META_HISTORY "history"   /* "off" where queries are not remembered */
#define INK_META_LAST_RUN "last-run" /* when indexing last ended, as local-time.h */

#define INK_META_PAUSED "index-paused"     /* "1": indexing in the background waits for the user */
#define INK_META_POWER_POLICY "index-when" /* as index/power.h */

/* Returns: (transfer full) (nullable): %NULL also where there is no such key; @error tells */
char *ink_store_get_meta (InkStore *store, const char *key, GError **error);

/* @value: (nullable): %NULL takes the key out */
gboolean ink_store_set_meta (InkStore *store, const char *key, const char *value, GError **error);

/**
 * ink_store_erase:
 * @directory: the library's folder, which need not exist
 *
 * Deletes a library: its database, databases that were set aside, and models that were added; the
 * folder too, where nothing else lies in it. No other process may write to it meanwhile:
 * %INK_ERROR_LOCKED names the one that does.
 */
gboolean ink_store_erase (const char *directory, GError **error);

/* Deletes @path with all that is below it, symbolic links as such. No error where it is gone. */
gboolean ink_store_erase_tree (const char *path, GError **error);

G_END_DECLS
