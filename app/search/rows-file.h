/* rows-file.h: which file of the cache has the embeddings of a space, and making it from the store.
 */
#pragma once

#include "search/segment-file.h"
#include "store/embeddings.h"

G_BEGIN_DECLS

/**
 * InkRowsFile:
 * @path: $XDG_CACHE_HOME/inkling/search/LIBRARY-SPACE.rows
 * @stamp: what is in it; @last and @generation once it was opened or made
 */
typedef struct {
  char *path;
  guint dims;
  InkStamp stamp;
} InkRowsFile;

gboolean
ink_rows_file_init (InkRowsFile *file, InkStore *store, gint64 space, guint dims, GError **error);
void ink_rows_file_clear (InkRowsFile *file);

/* Opens the file, where it has what the store has. Returns: (transfer full): %NULL where it is to
 * be made */
InkSegment *ink_rows_file_open (InkRowsFile *file, InkStore *store, ClipPool *pool, GError **error);

/**
 * ink_rows_file_build:
 * @func: (nullable): told about its progress
 *
 * Makes the file from the store, and takes away those of spaces that are gone.
 *
 * Returns: (transfer full): its rows
 */
InkSegment *ink_rows_file_build (InkRowsFile *file, InkStore *store, ClipPool *pool,
                                 InkRowsFunc func, gpointer data, GError **error);

G_END_DECLS
