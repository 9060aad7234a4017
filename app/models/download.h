/* download.h: a model of the catalogue, from the hub into the library. */
#pragma once

#include <gio/gio.h>

#include "models/offers.h"
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

/**
 * InkDownloadPlan:
 * @total: bytes of all files together
 * @here: of them, what an earlier download left
 * @free_bytes: on the library's disk; %G_MAXUINT64 where that is not known
 */
typedef struct {
  guint64 total, here, free_bytes;
} InkDownloadPlan;

/**
 * ink_models_plan_download:
 * @directory: of the library, which need not be there yet
 *
 * Asks the host how large a model is. Nothing is downloaded.
 */
gboolean ink_models_plan_download (const char *directory, const char *name, InkDownloadPlan *plan,
                                   GCancellable *cancellable, GError **error);

/* Bytes that a download of @name which did not come to its end left. */
guint64 ink_models_get_downloaded (const char *directory, const char *name);

/* Deletes them. Not while it is being downloaded. */
void ink_models_discard_download (const char *directory, const char *name);

/* Returns: (transfer full): in words, which files to get and what to do with them, where a model is
 * not downloaded by the program itself */
char *ink_models_explain_import (const InkModelOffer *offer);

/* Returns: (transfer full): the address of its page on the hub */
char *ink_models_get_page (const InkModelOffer *offer);

G_END_DECLS
