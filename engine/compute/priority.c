/* priority.c: queries go before batches (priority.h).
 *
 * A batch holds nothing that a query needs when it waits here, and a query never waits for a
 * batch: so they can't block each other. */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "compute/priority.h"

/* How often a batch that waits asks whether it is to stop. */
#define ASK_EVERY_NS (10 * 1000 * 1000)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t last_left = PTHREAD_COND_INITIALIZER;
static atomic_uint queries; /* under way; written under the lock */

void
clip_priority_enter (void)
{
  pthread_mutex_lock (&lock);
  atomic_fetch_add (&queries, 1);
  pthread_mutex_unlock (&lock);
}

void
clip_priority_leave (void)
{
  pthread_mutex_lock (&lock);
  if (atomic_fetch_sub (&queries, 1) == 1)
    pthread_cond_broadcast (&last_left);
  pthread_mutex_unlock (&lock);
}

static void
wait_a_little (void)
{
  struct timespec until;
  clock_gettime (CLOCK_MONOTONIC, &until);
  until.tv_nsec += ASK_EVERY_NS;
  if (until.tv_nsec >= 1000 * 1000 * 1000) {
    until.tv_nsec -= 1000 * 1000 * 1000;
    until.tv_sec++;
  }
  pthread_mutex_lock (&lock);
  if (atomic_load (&queries) > 0)
    pthread_cond_clockwait (&last_left, &lock, CLOCK_MONOTONIC, &until);
  pthread_mutex_unlock (&lock);
}

gboolean
clip_priority_wait (const ClipCall *call)
{
  while (atomic_load (&queries) > 0) {
    if (call && call->cancelled && call->cancelled (call->data))
      return FALSE;
    wait_a_little ();
  }
  return TRUE;
}
