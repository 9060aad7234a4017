/* run.c: the memory of encode calls, and whether they may go on. */
#include <pthread.h>
#include <stdlib.h>

#include "compute/priority.h"
#include "compute/run.h"

#define ALIGNMENT 64

/* Memories that are kept though nobody uses them: enough for a program that indexes while it
 * answers a query. */
#define KEPT 2

typedef struct {
  gpointer data;
  gsize size;
} Block;

struct _ClipMemory {
  ClipMemoryList *list;
  gpointer scratch;
  Block *blocks; /* the first @used are given out */
  guint n_blocks, used;
  ClipMemory *following; /* in the list */
};

struct _ClipMemoryList {
  ClipPool *pool;
  pthread_mutex_t lock;
  ClipMemory *first;
  guint n;
};

/* aligned_alloc() wants a multiple of the alignment. NULL where there is no such memory. */
static gpointer
allocate (gsize size)
{
  if (size > G_MAXSIZE - ALIGNMENT)
    return NULL;
  size = (MAX (size, 1) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  return aligned_alloc (ALIGNMENT, size);
}

static void
memory_free (ClipMemory *memory)
{
  for (guint i = 0; i < memory->n_blocks; i++)
    free (memory->blocks[i].data);
  g_free (memory->blocks);
  free (memory->scratch);
  g_free (memory);
}

static ClipMemory *
memory_new (ClipMemoryList *list, GError **error)
{
  gsize size;
  gpointer scratch = NULL;
  if (g_size_checked_mul (&size, CLIP_SCRATCH_SIZE, clip_pool_get_threads (list->pool)))
    scratch = allocate (size);
  if (!scratch) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY,
                 "Not enough memory for %u threads to work in; close other programs or use fewer "
                 "threads",
                 clip_pool_get_threads (list->pool));
    return NULL;
  }
  ClipMemory *memory = g_new0 (ClipMemory, 1);
  memory->list = list;
  memory->scratch = scratch;
  return memory;
}

ClipMemoryList *
clip_memory_list_new (ClipPool *pool)
{
  ClipMemoryList *list = g_new0 (ClipMemoryList, 1);
  list->pool = pool;
  pthread_mutex_init (&list->lock, NULL);
  return list;
}

void
clip_memory_list_free (ClipMemoryList *list)
{
  if (!list)
    return;
  while (list->first) {
    ClipMemory *memory = list->first;
    list->first = memory->following;
    memory_free (memory);
  }
  pthread_mutex_destroy (&list->lock);
  g_free (list);
}

gboolean
clip_run_begin (ClipRun *run, ClipMemoryList *list, const ClipCall *call, GError **error)
{
  pthread_mutex_lock (&list->lock);
  ClipMemory *memory = list->first;
  if (memory) {
    list->first = memory->following;
    list->n--;
  }
  pthread_mutex_unlock (&list->lock);
  if (!memory)
    memory = memory_new (list, error);
  *run = (ClipRun){.pool = list->pool, .call = call, .memory = memory};
  if (!memory)
    return FALSE;
  run->query = call && call->priority == CLIP_PRIORITY_QUERY;
  if (run->query)
    clip_priority_enter ();
  return TRUE;
}

void
clip_run_end (ClipRun *run)
{
  ClipMemory *memory = g_steal_pointer (&run->memory);
  if (!memory)
    return;
  if (run->query)
    clip_priority_leave ();
  ClipMemoryList *list = memory->list;
  memory->used = 0;
  pthread_mutex_lock (&list->lock);
  gboolean keep = list->n < KEPT;
  if (keep) {
    memory->following = list->first;
    list->first = memory;
    list->n++;
  }
  pthread_mutex_unlock (&list->lock);
  if (!keep)
    memory_free (memory);
}

/* The n-th request of a run gets the block that the n-th of the last run had, if it is large
 * enough: towers ask for the same sizes in the same order each time. */
float *
clip_run_alloc (const ClipRun *run, gsize a, gsize b, gsize c, GError **error)
{
  ClipMemory *memory = run->memory;
  gsize size;
  if (!g_size_checked_mul (&size, a, b) || !g_size_checked_mul (&size, size, c) ||
      !g_size_checked_mul (&size, size, sizeof (float)))
    size = G_MAXSIZE;
  if (memory->used == memory->n_blocks) {
    memory->blocks = g_renew (Block, memory->blocks, memory->n_blocks + 1);
    memory->blocks[memory->n_blocks++] = (Block){0};
  }
  Block *block = &memory->blocks[memory->used];
  if (!block->data || block->size < size) {
    free (block->data);
    block->data = allocate (size);
    block->size = size;
  }
  if (!block->data) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY,
                 "Not enough memory: %" G_GSIZE_FORMAT " × %" G_GSIZE_FORMAT " × %" G_GSIZE_FORMAT
                 " numbers are needed; close other programs or choose a smaller picture size",
                 a, b, c);
    return NULL;
  }
  memory->used++;
  return block->data;
}

void
clip_run_reset (const ClipRun *run)
{
  run->memory->used = 0;
}

gpointer
clip_run_scratch (const ClipRun *run, guint slot)
{
  return (guint8 *)run->memory->scratch + (gsize)slot * CLIP_SCRATCH_SIZE;
}

gboolean
clip_run_continue (const ClipRun *run, GError **error)
{
  const ClipCall *call = run->call;
  gboolean go_on = run->query || clip_priority_wait (call);
  if (go_on && !(call && call->cancelled && call->cancelled (call->data)))
    return TRUE;
  g_set_error_literal (error, CLIP_ERROR, CLIP_ERROR_CANCELLED, "Cancelled");
  return FALSE;
}
