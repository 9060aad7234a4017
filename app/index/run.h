/* run.h: what the stages of one run of the indexer share. Private to the indexer. */
#pragma once

#include "index/indexer.h"
#include "index/patterns.h"
#include "index/queue.h"
#include "store/photos.h"

G_BEGIN_DECLS

/**
 * InkRunMount:
 * @path: relative to the folder; "" for the folder itself
 * @volume: (nullable): which file system was there; %NULL where none was known
 * @now: (nullable): which is there now; %NULL where there is nothing
 * @met: photos that the store knows and the scan found there
 *
 * A file system in a folder of the library. Where another is there than was, as below the place
 * where an unplugged drive was mounted, what is not found is away rather than gone.
 */
typedef struct {
  char *path;
  char *volume;
  char *now;
  guint met;
} InkRunMount;

/* One of the library's folders in a run. */
typedef struct {
  gint64 id;
  char *path;
  gboolean wanted; /* to be scanned in this run */
  InkPatterns *patterns;
  GPtrArray *mounts; /* InkRunMount: those known before the run; the scan adds to @new_mounts */
  GPtrArray *new_mounts;
} InkRunFolder;

/* A photo that was not found: gone, or left out by a rule of the user's. */
typedef struct {
  gint64 id;
  gint64 missing_since; /* as in InkKnownPhoto */
  const InkRunFolder *folder;
  gboolean left_out;
} InkRunLost;

/* What is to be written for a file. */
typedef enum {
  INK_WORK_NEW,   /* facts and an embedding: it is new, has changed or has none */
  INK_WORK_TOUCH, /* known, content as it was, another stamp */
  INK_WORK_MOVE,  /* known under another name, where it is no more */
  INK_WORK_COPY,  /* the content of a known photo at a second place */
  INK_WORK_FAILED,
  INK_WORK_UNSUPPORTED, /* a video */
  INK_WORK_GONE,        /* was there when it was scanned, and is no more */
} InkWork;

/**
 * InkRunItem:
 * @path: relative to @folder
 * @twin: (nullable): the photo in the store with the same content, for TOUCH, MOVE and COPY; for
 * NEW one that is to be moved here first
 * @decoded: (nullable): of NEW
 * @embeddings: (nullable): of NEW, once they are made; the twin's otherwise
 * @error: (nullable): of FAILED
 */
typedef struct {
  const InkRunFolder *folder;
  char *path;
  InkFileStamp stamp;
  InkWork work;
  InkPhoto *twin;
  InkDecoded *decoded;
  float *embeddings; /* of its tiles */
  guint n_embeddings;
  GError *error;
} InkRunItem;

void ink_run_item_free (InkRunItem *item);
void ink_run_folder_free (InkRunFolder *folder);

/**
 * InkRun:
 * @reader: the job's, else its store
 * @lost: (element-type InkRunLost): photos that the scan did not find; complete after it
 * @found: (element-type gint64): ids of photos that were missing and are there again; likewise
 */
typedef struct {
  InkIndexer *indexer;
  const InkIndexJob *job;
  GCancellable *cancellable; /* the run's own: the caller's, or an error in a stage, sets it off */
  GPtrArray *folders;        /* InkRunFolder */
  InkStore *reader;
  InkVolumes *volumes; /* (nullable): the run's own */
  GArray *lost;
  GArray *found;
  InkQueue *todo;    /* scan → decode */
  InkQueue *decoded; /* decode → embed */
  InkQueue *ready;   /* all → write */

  GMutex lock;
  GError *error; /* the first one of any stage */
} InkRun;

/* Looks up all folders: those that are not scanned may have had what moved. */
gboolean ink_run_load_folders (InkRun *run, GError **error);

/* Ends the run because of an error, unless it is ended already. Takes @error. */
void ink_run_fail (InkRun *run, GError *error);

/* Waits while the run is held back; FALSE where it has been ended. */
gboolean ink_run_may_go_on (InkRun *run);

/* Adds to one of the counts of progress, of which @offset is the offset in InkIndexProgress. */
void ink_run_count (InkRun *run, gsize offset, guint n);
#define INK_RUN_COUNT(run, field, n)                                                               \
  ink_run_count ((run), G_STRUCT_OFFSET (InkIndexProgress, field), (n))

/* The absolute path of an item's file. */
char *ink_run_item_get_path (const InkRunItem *item);

/* Whether what was at @path, relative to the folder, is on a drive that is not there. */
gboolean ink_run_is_away (const InkRunFolder *folder, const char *path);

/* Whether there is anything in a folder: one that is empty or absent may be a drive that is not
 * plugged in, and what it had is unknown rather than gone. */
gboolean ink_run_has_entries (const char *folder);

/* The stages: thread functions over an InkRun. */
gpointer ink_run_scan (gpointer run);
gpointer ink_run_decode (gpointer run);
gpointer ink_run_embed (gpointer run);

/* The writer's part: applies items in one transaction; removes photos in one. */
gboolean ink_run_write (InkRun *run, const GPtrArray *items, GHashTable *moved, GError **error);
gboolean ink_run_remove (InkRun *run, GHashTable *moved, GError **error);

/* Stores where drives are mounted now, and which photos are there again. */
gboolean ink_run_settle (InkRun *run, GError **error);

G_END_DECLS
