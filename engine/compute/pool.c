/* pool.c: parked threads that help whoever has a loop to run.
 *
 * A loop is a job on its caller's stack, linked into the pool's list while it has steps to give
 * away. The caller always works on its own job, so that it ends even when every worker is busy
 * elsewhere. Steps are claimed through one atomic counter; the lock is taken only to join and to
 * leave a job. pthread primitives rather than GLib's, because ThreadSanitizer sees those. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "compute/pool.h"

/* How often a thread looks for work before it sleeps: some tens of microseconds, which covers
 * the caller's work between two layers and costs little where no work comes. */
#define SPINS 1000

typedef struct _Job Job;
struct _Job {
  ClipTask task;
  gpointer data;
  gsize n;
  atomic_size_t next;  /* first step that nobody has claimed */
  atomic_uint helpers; /* workers in this job; written under the lock */
  Job *following;
};

struct _ClipPool {
  pthread_mutex_t lock;
  pthread_cond_t work; /* a job was linked, or stop */
  pthread_cond_t left; /* the last helper left a job */
  Job *jobs;           /* under the lock */
  guint sleepers;      /* workers that wait for work; under the lock */
  gboolean stop;       /* under the lock */
  atomic_uint linked;  /* counts jobs, for those who spin */
  guint workers;
  pthread_t *threads;
};

typedef struct {
  ClipPool *pool;
  guint slot;
} Worker;

static inline void
relax (void)
{
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause ();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void
work_on (Job *job, guint slot)
{
  gsize index;
  while ((index = atomic_fetch_add (&job->next, 1)) < job->n)
    job->task (job->data, index, slot);
}

/* Called with the lock held. The job that came first is helped first. */
static Job *
find_job (ClipPool *pool)
{
  Job *job = pool->jobs;
  while (job && atomic_load (&job->next) >= job->n)
    job = job->following;
  return job;
}

/* Called with the lock held, which it drops while it waits. */
static void
wait_for_work (ClipPool *pool)
{
  guint seen = atomic_load (&pool->linked);
  pthread_mutex_unlock (&pool->lock);
  for (guint i = 0; i < SPINS && atomic_load (&pool->linked) == seen; i++)
    relax ();
  pthread_mutex_lock (&pool->lock);
  if (atomic_load (&pool->linked) == seen && !pool->stop) {
    pool->sleepers++;
    pthread_cond_wait (&pool->work, &pool->lock);
    pool->sleepers--;
  }
}

static void *
worker_main (void *data)
{
  g_autofree Worker *worker = data;
  ClipPool *pool = worker->pool;
  pthread_mutex_lock (&pool->lock);
  while (!pool->stop) {
    Job *job = find_job (pool);
    if (!job) {
      wait_for_work (pool);
      continue;
    }
    atomic_fetch_add (&job->helpers, 1);
    pthread_mutex_unlock (&pool->lock);
    work_on (job, worker->slot);
    pthread_mutex_lock (&pool->lock);
    /* The job may be gone as soon as its caller sees that nobody helps any more. */
    if (atomic_fetch_sub (&job->helpers, 1) == 1)
      pthread_cond_broadcast (&pool->left);
  }
  pthread_mutex_unlock (&pool->lock);
  return NULL;
}

static guint
count_processors (void)
{
  cpu_set_t set;
  if (sched_getaffinity (0, sizeof set, &set) == 0)
    return (guint)MAX (CPU_COUNT (&set), 1);
  return g_get_num_processors ();
}

/* Held for some instructions only, by threads that come at the same time: one that finds it taken
 * looks a few times more before it sleeps. */
static void
init_lock (pthread_mutex_t *lock)
{
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init (&attributes);
#ifdef PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP
  pthread_mutexattr_settype (&attributes, PTHREAD_MUTEX_ADAPTIVE_NP);
#endif
  pthread_mutex_init (lock, &attributes);
  pthread_mutexattr_destroy (&attributes);
}

ClipPool *
clip_pool_new (guint threads)
{
  if (threads == 0)
    threads = count_processors ();
  ClipPool *pool = g_new0 (ClipPool, 1);
  init_lock (&pool->lock);
  pthread_cond_init (&pool->work, NULL);
  pthread_cond_init (&pool->left, NULL);
  pool->threads = g_new0 (pthread_t, threads);
  while (pool->workers < threads - 1) {
    Worker *worker = g_new0 (Worker, 1);
    worker->pool = pool;
    worker->slot = pool->workers + 1;
    if (pthread_create (&pool->threads[pool->workers], NULL, worker_main, worker) != 0) {
      g_free (worker);
      break;
    }
    pool->workers++;
  }
  return pool;
}

void
clip_pool_free (ClipPool *pool)
{
  if (!pool)
    return;
  pthread_mutex_lock (&pool->lock);
  pool->stop = TRUE;
  atomic_fetch_add (&pool->linked, 1);
  pthread_cond_broadcast (&pool->work);
  pthread_mutex_unlock (&pool->lock);
  for (guint i = 0; i < pool->workers; i++)
    pthread_join (pool->threads[i], NULL);
  pthread_cond_destroy (&pool->left);
  pthread_cond_destroy (&pool->work);
  pthread_mutex_destroy (&pool->lock);
  g_free (pool->threads);
  g_free (pool);
}

guint
clip_pool_get_threads (const ClipPool *pool)
{
  return pool->workers + 1;
}

static void
link_job (ClipPool *pool, Job *job)
{
  pthread_mutex_lock (&pool->lock);
  Job **end = &pool->jobs;
  while (*end)
    end = &(*end)->following;
  *end = job;
  atomic_fetch_add (&pool->linked, 1);
  gsize wake = MIN (job->n - 1, pool->sleepers);
  for (gsize i = 0; i < wake; i++)
    pthread_cond_signal (&pool->work);
  pthread_mutex_unlock (&pool->lock);
}

/* Afterwards nobody knows the job any more. */
static void
unlink_job (ClipPool *pool, Job *job)
{
  pthread_mutex_lock (&pool->lock);
  Job **at = &pool->jobs;
  while (*at != job)
    at = &(*at)->following;
  *at = job->following;
  pthread_mutex_unlock (&pool->lock);

  for (guint i = 0; i < SPINS && atomic_load (&job->helpers) > 0; i++)
    relax ();
  if (atomic_load (&job->helpers) == 0)
    return;
  pthread_mutex_lock (&pool->lock);
  while (atomic_load (&job->helpers) > 0)
    pthread_cond_wait (&pool->left, &pool->lock);
  pthread_mutex_unlock (&pool->lock);
}

void
clip_pool_run (ClipPool *pool, gsize n, ClipTask task, gpointer data)
{
  Job job = {.task = task, .data = data, .n = n};
  if (n < 2 || pool->workers == 0) {
    work_on (&job, 0);
    return;
  }
  link_job (pool, &job);
  work_on (&job, 0);
  unlink_job (pool, &job);
}
