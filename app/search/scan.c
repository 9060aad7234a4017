/* scan.c: the exact search: every row in scope is scored, the best are kept.
 *
 * Threads take a block of rows at a time and keep a best k of their own; the best of these are
 * the best of all, whoever scored what. A cheaper pass that rules rows out would go into
 * scan_block(), before the exact score.
 */
#include "search/matrix.h"

#include <math.h>

#include "search/dot.h"
#include "search/top.h"

/* Below this many rows the start of a thread costs more than it saves. */
#define ROWS_A_THREAD (4 * INK_BLOCK_ROWS)

#define SAMPLE_ROWS 4096

typedef struct {
  const InkVectors *vectors;
  const float *query;
  const InkScope *scope;
  gsize next_block; /* atomic */
} Scan;

typedef struct {
  Scan *scan;
  InkTop top;
} Worker;

static void
scan_block (Worker *worker, gsize block)
{
  const Scan *scan = worker->scan;
  const GArray *wanted = scan->scope->photos;
  gsize row = block * INK_BLOCK_ROWS;
  gsize end = MIN (row + INK_BLOCK_ROWS, scan->vectors->photos->len);
  gsize next = 0; /* of the wanted ones */

  for (; row < end; row++) {
    gint64 photo = g_array_index (scan->vectors->photos, gint64, row);
    double score;

    if (wanted) {
      next = ink_ids_lower_bound (wanted, next, photo);
      if (next == wanted->len)
        break;
      if (g_array_index (wanted, gint64, next) != photo)
        continue;
    }
    score = ink_dot (scan->query, ink_matrix_row (scan->vectors, row), scan->vectors->dims);
    if (score >= scan->scope->least)
      ink_top_add (&worker->top, photo, score);
  }
}

static gpointer
run_worker (gpointer data)
{
  Worker *worker = data;
  gsize blocks = (worker->scan->vectors->photos->len + INK_BLOCK_ROWS - 1) / INK_BLOCK_ROWS;

  for (;;) {
    gsize block = (gsize)g_atomic_pointer_add (&worker->scan->next_block, 1);

    if (block >= blocks)
      return NULL;
    scan_block (worker, block);
  }
}

GArray *
ink_vectors_top (InkVectors *vectors, const float *query, const InkScope *scope)
{
  g_autoptr (GRWLockReaderLocker) locker = g_rw_lock_reader_locker_new (&vectors->lock);
  GArray *matches = g_array_new (FALSE, FALSE, sizeof (InkMatch));
  Scan scan = {vectors, query, scope, 0};
  guint n = CLAMP (vectors->photos->len / ROWS_A_THREAD, 1, g_get_num_processors ());
  g_autofree Worker *workers = g_new (Worker, n);
  g_autofree GThread **threads = g_new0 (GThread *, n);

  for (guint i = 0; i < n; i++) {
    workers[i].scan = &scan;
    ink_top_init (&workers[i].top, scope->k);
  }
  for (guint i = 1; i < n; i++) /* a thread that can't be had leaves its work to the others */
    threads[i] = g_thread_try_new ("ink-scan", run_worker, &workers[i], NULL);
  run_worker (&workers[0]);

  for (guint i = 0; i < n; i++) {
    if (threads[i])
      g_thread_join (threads[i]);
    g_array_append_vals (matches, workers[i].top.matches->data, workers[i].top.matches->len);
    ink_top_clear (&workers[i].top);
  }
  g_array_sort (matches, ink_match_compare);
  if (matches->len > scope->k)
    g_array_set_size (matches, scope->k);
  return matches;
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  double left = *(const double *)a, right = *(const double *)b;

  return left < right ? -1 : left > right;
}

/* The median of @n numbers, which are put in order. */
static double
median (double *values, gsize n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

void
ink_vectors_describe (InkVectors *vectors, const float *query, InkDistribution *distribution)
{
  g_autoptr (GRWLockReaderLocker) locker = g_rw_lock_reader_locker_new (&vectors->lock);
  gsize rows = vectors->photos->len;
  gsize n = MIN (rows, SAMPLE_ROWS);
  g_autofree double *scores = g_new (double, n);
  double sum = 0, squares = 0;

  *distribution = (InkDistribution){0};
  if (n == 0)
    return;
  for (gsize i = 0; i < n; i++) {
    gsize row = (gsize)((guint64)i * rows / n);

    scores[i] = ink_dot (query, ink_matrix_row (vectors, row), vectors->dims);
    sum += scores[i];
  }
  distribution->mean = sum / n;
  for (gsize i = 0; i < n; i++)
    squares += (scores[i] - distribution->mean) * (scores[i] - distribution->mean);
  distribution->deviation = sqrt (squares / n);
  distribution->median = median (scores, n);
  for (gsize i = 0; i < n; i++)
    scores[i] = fabs (scores[i] - distribution->median);
  distribution->mad = median (scores, n);
}
