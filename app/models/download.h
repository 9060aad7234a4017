/* download.h: a model of the catalogue, from the hub into the library. */
#pragma once

#include <gio/gio.h>

#include "store/store.h"

G_BEGIN_DECLS

/**
 * InkDownloadProgress:
 * @done: bytes that are here, of all files together
 * @total: how many there will be
 */
typedef struct {
  guint64 done, total;
} InkDownloadProgress;

/* Told about twice a second, from the calling thread. */
typedef void (*InkDownloadFunc) (const InkDownloadProgress *progress, gpointer data);

/**
 * ink_models_download:
 * @name: of the catalogue (offers.h)
 *
 * Downloads what the model needs, checks it against what the host says of it and against what it
 * was at an earlier download, and adds it to the library. What is there when it is cancelled or cut
 * is kept, and the next call goes on from it.
 *
 * Returns: (transfer full): the name that it got
 */
char *ink_models_download (InkStore *store, const char *name, InkDownloadFunc func, gpointer data,
                           GCancellable *cancellable, GError **error);

/* Returns: (transfer full): in words, which files to get and what to do with them, where a model
 * can't be downloaded by the program itself */
char *ink_models_explain_import (const char *name);

G_END_DECLS
