/* pool.h: the engine's own threads, and how they share a loop. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ClipPool ClipPool;

/* One step of a loop. @slot is below clip_pool_get_threads(), and no two threads have the same
 * one within a clip_pool_run(): it says which part of a shared scratch memory is this thread's. */
typedef void (*ClipTask) (gpointer data, gsize index, guint slot);

/* A pool that works with @threads threads, the caller's among them; 0 for one a processor
 * that this process may run on. Where the system refuses threads, it works with those it got. */
ClipPool *clip_pool_new (guint threads);
void clip_pool_free (ClipPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipPool, clip_pool_free)

guint clip_pool_get_threads (const ClipPool *pool);

/* Runs task (data, 0 … n−1), each once, on the pool's threads and the caller's, and returns when
 * all are done. Several threads may call this at once: each works on its own loop, so none waits
 * for another's. Tasks must not call it themselves. */
void clip_pool_run (ClipPool *pool, gsize n, ClipTask task, gpointer data);

G_END_DECLS
