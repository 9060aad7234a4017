/* run.h: what the stages of one run of the indexer share. Private to the indexer. */
#pragma once

#include "index/indexer.h"
#include "index/queue.h"
#include "store/photos.h"

G_BEGIN_DECLS

/* One of the library's folders in a run. */
typedef struct {
  gint64 id;
  char *path;
  gboolean wanted;   /* to be scanned in this run */
  GHashTable *known; /* relative path → InkKnownPhoto; what the scan sees is taken out */
} InkRunFolder;

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
 * @embedding: (nullable): of NEW, once it is made; the twin's otherwise
 * @error: (nullable): of FAILED
 */
typedef struct {
  const InkRunFolder *folder;
  char *path;
  InkFileStamp stamp;
  InkWork work;
  InkPhoto *twin;
  InkDecoded *decoded;
  float *embedding;
  GError *error;
} InkRunItem;

void ink_run_item_free (InkRunItem *item);

/**
 * InkRun:
 * @sizes: set of the sizes (gint64) of all photos that the store knows: a file of another size has
 *     no twin, and need not be read twice
 * @vanished: (element-type gint64): ids of photos that the scan did not find; complete after it
 */
typedef struct {
  InkIndexer *indexer;
  const InkIndexJob *job;
  GCancellable *cancellable; /* the run's own: the caller's, or an error in a stage, sets it off */
  GPtrArray *folders;        /* InkRunFolder */
  GHashTable *sizes;
  GArray *vanished;
  InkQueue *todo;    /* scan → decode */
  InkQueue *decoded; /* decode → embed */
  InkQueue *ready;   /* all → write */

  GMutex lock;
  GError *error; /* the first one of any stage */
} InkRun;

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

G_END_DECLS
