/* queue.h: a bounded queue between the stages of the indexer. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _InkQueue InkQueue;

/* @producers: how many will call ink_queue_close() when they have no more */
InkQueue *ink_queue_new (guint capacity, guint producers, GDestroyNotify free_item);
void ink_queue_free (InkQueue *queue);

/* Waits while the queue is full. Takes @item, which is freed where the queue was aborted. */
void ink_queue_push (InkQueue *queue, gpointer item);

/* Waits for an item. Returns: (nullable): %NULL where none will come any more */
gpointer ink_queue_pop (InkQueue *queue);

/* Waits no longer than until @end_time (monotonic). Returns: (nullable): %NULL also then */
gpointer ink_queue_pop_until (InkQueue *queue, gint64 end_time);

/* Whether no item will come any more. */
gboolean ink_queue_is_finished (InkQueue *queue);

/* One producer has no more. */
void ink_queue_close (InkQueue *queue);

/* Wakes everybody; no item goes in or comes out any more. */
void ink_queue_abort (InkQueue *queue);

G_END_DECLS
