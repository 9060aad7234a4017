/* indexer.h: brings a library up to date with its folders.
 *
 * A pipeline of threads with bounded queues between them:
 *
 *   scan → decode (several) → embed → write
 *
 * The scan compares the folders with the store; decoding makes square, thumbnail and facts at
 * once; embedding hands batches to the engine; the caller's thread writes, and commits every 32
 * photos or every second. A file that can't be read is recorded and never ends a run. Whenever a
 * run ends, by cancellation, error or power loss too, what was committed is whole, and the next run
 * does the rest.
 */
#pragma once

#include <gio/gio.h>

#include "clip.h"
#include "decode/decoder.h"
#include "index/event.h"
#include "index/progress.h"
#include "index/volumes.h"
#include "index/watcher.h"
#include "store/store.h"

G_BEGIN_DECLS

/* Where something has changed: absolute paths of folders → whether also below them (a boolean as a
 * pointer). */
typedef GHashTable InkIndexChanges;
InkIndexChanges *ink_index_changes_new (void);
void ink_index_changes_add (InkIndexChanges *changes, const char *folder, gboolean below);

/**
 * InkIndexJob:
 * @store: writable
 * @reader: (nullable): another connection to the same library, so that looking things up does not
 *     wait for commits
 * @decoder: for the pictures
 * @model: makes the embeddings
 * @view: what of a photo the model is shown
 * @space: the space that the embeddings belong to
 * @folders: (nullable) (element-type gint64): ids of the folders to bring up to date; %NULL for all
 * @changes: (nullable): looks only there
 * @retry_failed: also try again what could not be read before
 * @forget_missing: what is not found goes at once, however much it is
 * @adds: counts what was moved and removed on top of the run before
 * @background: stands back where others want the processor or the disk
 * @watcher: (nullable): has the folders that are scanned watched
 * @volumes: (nullable): what is mounted; %NULL to find out
 * @event: (nullable): told what happened to single photos
 */
typedef struct {
  InkStore *store;
  InkStore *reader;
  InkDecoder *decoder;
  ClipModel *model;
  ClipView view;
  gint64 space;
  const GArray *folders;
  InkIndexChanges *changes;
  gboolean retry_failed;
  gboolean forget_missing;
  gboolean adds;
  gboolean background;
  InkWatcher *watcher;
  const InkVolumes *volumes;
  InkIndexEventFunc event;
  gpointer event_data;
} InkIndexJob;

/* One run at a time; everything else may be called from any thread meanwhile. */
typedef struct _InkIndexer InkIndexer;

InkIndexer *ink_indexer_new (void);
void ink_indexer_free (InkIndexer *indexer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkIndexer, ink_indexer_free)

/**
 * ink_indexer_run:
 * @func: (nullable): told four times a second at most, from this thread
 *
 * Runs a job to its end. %INK_ERROR_CANCELLED where @cancellable ended it; other errors are of the
 * store, of the engine or of a decoder that can't be started.
 */
gboolean ink_indexer_run (InkIndexer *indexer, const InkIndexJob *job, InkIndexFunc func,
                          gpointer data, GCancellable *cancellable, GError **error);

/* Holds a run back after what is under way, until it is let go again. */
void ink_indexer_set_paused (InkIndexer *indexer, gboolean paused);

/* The same, because it is not welcome at present (power.h); told apart in the progress. */
void ink_indexer_set_held (InkIndexer *indexer, gboolean held);

/* How far the run is, or how the last one ended. */
void ink_indexer_get_progress (InkIndexer *indexer, InkIndexProgress *progress);

G_END_DECLS
