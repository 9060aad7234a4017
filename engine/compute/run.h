/* run.h: what one encode call works with: threads, the caller's wishes, and memory.
 *
 * Memory is kept between calls, so that indexing does not ask the system for the same pages for
 * every picture: a call takes a ClipMemory from the pool's list and gives it back at its end.
 */
#pragma once

#include "clip.h"
#include "compute/pool.h"

G_BEGIN_DECLS

/* Scratch that each thread of the pool has in a run, in bytes: a part of the second-level cache. */
#define CLIP_SCRATCH_SIZE (512u * 1024u)

typedef struct _ClipMemory ClipMemory;
typedef struct _ClipMemoryList ClipMemoryList;

typedef struct {
  ClipPool *pool;
  const ClipCall *call; /* nullable */
  ClipMemory *memory;
  gboolean query; /* batches wait for it */
} ClipRun;

/* A list belongs to a pool: its memories have scratch for that pool's threads. */
ClipMemoryList *clip_memory_list_new (ClipPool *pool);
void clip_memory_list_free (ClipMemoryList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipMemoryList, clip_memory_list_free)

/* Begins a run. FALSE with CLIP_ERROR_MEMORY. Thread-safe, as is clip_run_end(). */
gboolean clip_run_begin (ClipRun *run, ClipMemoryList *list, const ClipCall *call, GError **error);
/* Gives the run's memory back. A run that never began (all zero) may be ended too. */
void clip_run_end (ClipRun *run);

/* @a × @b × @c floats, 64-byte aligned, not cleared, that live until clip_run_reset() or the end
 * of the run; NULL with CLIP_ERROR_MEMORY. Not to be called from tasks. */
float *clip_run_alloc (const ClipRun *run, gsize a, gsize b, gsize c, GError **error);
/* Takes back all that clip_run_alloc() gave, to use it again for the next picture or text. */
void clip_run_reset (const ClipRun *run);

/* CLIP_SCRATCH_SIZE bytes, 64-byte aligned, for the thread that has @slot in a task. */
gpointer clip_run_scratch (const ClipRun *run, guint slot);

/* FALSE with CLIP_ERROR_CANCELLED where the caller asked to stop. Towers ask between layers. A
 * batch stands still here while a query is under way. */
gboolean clip_run_continue (const ClipRun *run, GError **error);

G_END_DECLS
