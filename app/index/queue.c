/* queue.c: a bounded queue: who is faster waits for who is slower, and memory stays small. */
#include "index/queue.h"

struct _InkQueue {
  GMutex lock;
  GCond changed;
  GQueue items;
  guint capacity;
  guint producers; /* that are not done yet */
  gboolean aborted;
  GDestroyNotify free_item;
};

InkQueue *
ink_queue_new (guint capacity, guint producers, GDestroyNotify free_item)
{
  InkQueue *queue = g_new0 (InkQueue, 1);

  g_mutex_init (&queue->lock);
  g_cond_init (&queue->changed);
  g_queue_init (&queue->items);
  queue->capacity = capacity;
  queue->producers = producers;
  queue->free_item = free_item;
  return queue;
}

void
ink_queue_free (InkQueue *queue)
{
  g_queue_clear_full (&queue->items, queue->free_item);
  g_cond_clear (&queue->changed);
  g_mutex_clear (&queue->lock);
  g_free (queue);
}

void
ink_queue_push (InkQueue *queue, gpointer item)
{
  gboolean aborted;

  g_mutex_lock (&queue->lock);
  while (queue->items.length >= queue->capacity && !queue->aborted)
    g_cond_wait (&queue->changed, &queue->lock);
  aborted = queue->aborted;
  if (!aborted) {
    g_queue_push_tail (&queue->items, item);
    g_cond_broadcast (&queue->changed);
  }
  g_mutex_unlock (&queue->lock);
  if (aborted)
    queue->free_item (item);
}

static gboolean
is_finished (const InkQueue *queue)
{
  return queue->aborted || (queue->producers == 0 && queue->items.length == 0);
}

gpointer
ink_queue_pop_until (InkQueue *queue, gint64 end_time)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&queue->lock);
  gpointer item = NULL;

  while (queue->items.length == 0 && !is_finished (queue))
    if (!g_cond_wait_until (&queue->changed, &queue->lock, end_time))
      break;
  if (!queue->aborted)
    item = g_queue_pop_head (&queue->items);
  if (item)
    g_cond_broadcast (&queue->changed);
  return item;
}

gpointer
ink_queue_pop (InkQueue *queue)
{
  return ink_queue_pop_until (queue, G_MAXINT64);
}

gboolean
ink_queue_is_finished (InkQueue *queue)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&queue->lock);

  return is_finished (queue);
}

void
ink_queue_close (InkQueue *queue)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&queue->lock);

  queue->producers--;
  g_cond_broadcast (&queue->changed);
}

void
ink_queue_abort (InkQueue *queue)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&queue->lock);

  queue->aborted = TRUE;
  g_cond_broadcast (&queue->changed);
}
