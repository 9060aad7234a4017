/* scan.c: the exact search.
 *
 * Threads take a block of rows at a time, bound the score of each row by its bytes, and keep the
 * best k lower bounds: the k-th best photo scores at least as much as the worst of these. Rows
 * whose upper bound lies below it are ruled out at once, or in the end, when the bounds of all
 * threads are put together; the few that are left are scored. Which rows these are has no influence
 * on the matches, so the number of threads has none either.
 */
#include "search/matrix.h"

#include <math.h>
#include <stdatomic.h>

#include "compute/priority.h"
#include "search/dot.h"
#include "search/top.h"

/* What one thread takes at a time. */
#define BLOCK 4096
#define SCORE_BLOCK 64

/* Rows whose scores are bounded at a time. */
#define RUN 32

/* A row that may be among the best. */
typedef struct {
  const InkPart *part;
  gsize row;
  double low, high;
  double score; /* once it is known */
} Candidate;

/* What one thread has found. */
typedef struct {
  InkTop lows;        /* the best lower bounds, one a photo */
  GArray *candidates; /* Candidate */
  InkMatch pending;   /* a lower bound of the photo whose rows are being seen */
  gboolean has_pending;
  double least; /* what a row must be able to reach */
  gsize rows;
} Finds;

typedef struct {
  const InkParts *parts;
  const float *query;
  const InkScope *scope;
  guint dims;
  ClipCodeQuery **queries; /* for each part */
  gsize *blocks;           /* of the parts before each part, and of all */
  gboolean keep_all;       /* there are no more rows than matches wanted */
  _Atomic double least;    /* the greatest of the threads' */
  Finds *finds;            /* for each thread */
  GArray *candidates;      /* in the end */
} Scan;

/* ---- The pass over the bytes ------------------------------------------------------------- */

static void
raise_least (Scan *scan, double least)
{
  double known = atomic_load_explicit (&scan->least, memory_order_relaxed);

  while (known < least &&
         !atomic_compare_exchange_weak_explicit (&scan->least, &known, least, memory_order_relaxed,
                                                 memory_order_relaxed))
    ;
}

static void
add_pending (Scan *scan, Finds *finds)
{
  double least;

  if (!finds->has_pending)
    return;
  finds->has_pending = FALSE;
  ink_top_add (&finds->lows, finds->pending.photo, finds->pending.score);
  least = ink_top_get_least (&finds->lows);
  if (least > finds->least) {
    finds->least = least;
    raise_least (scan, least);
  }
}

static void
add_candidate (Scan *scan, Finds *finds, const Candidate *candidate)
{
  gint64 photo = candidate->part->segment->photos[candidate->row];

  g_array_append_vals (finds->candidates, candidate, 1);
  if (scan->keep_all)
    return;
  if (finds->has_pending && finds->pending.photo == photo) {
    finds->pending.score = MAX (finds->pending.score, candidate->low);
    return;
  }
  add_pending (scan, finds);
  finds->pending = (InkMatch){photo, candidate->low};
  finds->has_pending = TRUE;
}

/* @end - @row is at most RUN. */
static void
scan_run (Scan *scan, Finds *finds, const InkPart *part, gsize row, gsize end)
{
  const InkSegment *segment = part->segment;
  ClipInterval intervals[RUN];

  clip_code_query_bound (scan->queries[part - scan->parts->parts],
                         segment->bytes + row * clip_codec_get_size (segment->dims),
                         segment->codes + row, end - row, intervals);
  finds->rows += end - row;
  finds->least = MAX (finds->least, atomic_load_explicit (&scan->least, memory_order_relaxed));
  for (gsize i = 0; i < end - row; i++)
    if (intervals[i].high >= finds->least) {
      Candidate candidate = {part, row + i, intervals[i].low, intervals[i].high, 0};

      add_candidate (scan, finds, &candidate);
    }
}

/* The first row from @row on that is in scope. @next: (inout): of the wanted photos */
static gsize
skip_unwanted (const Scan *scan, const InkPart *part, gsize row, gsize end, gsize *next)
{
  const GArray *wanted = scan->scope->photos;
  const InkSegment *segment = part->segment;

  while (row < end) {
    if (ink_part_is_dead (part, row)) {
      row++;
    } else if (wanted) {
      const gint64 *ids = (const gint64 *)(gconstpointer)wanted->data;

      *next = ink_ids_lower_bound (ids, wanted->len, *next, segment->photos[row]);
      if (*next == wanted->len)
        return end;
      if (ids[*next] == segment->photos[row])
        return row;
      row = ink_ids_lower_bound (segment->photos, end, row, ids[*next]);
    } else {
      return row;
    }
  }
  return end;
}

/* The end of the rows from @row on, which is in scope, that are all in scope. */
static gsize
find_end (const Scan *scan, const InkPart *part, gsize row, gsize end, gsize next)
{
  const GArray *wanted = scan->scope->photos;
  const gint64 *photos = part->segment->photos;

  end = MIN (end, row + RUN);
  if (!wanted && !part->dead)
    return end;
  for (; row < end && !ink_part_is_dead (part, row); row++) {
    if (!wanted)
      continue;
    while (next < wanted->len && g_array_index (wanted, gint64, next) < photos[row])
      next++;
    if (next == wanted->len || g_array_index (wanted, gint64, next) != photos[row])
      break;
  }
  return row;
}

/* The first row from @row on with which another photo begins: so no photo lies in two blocks. */
static gsize
align (const InkSegment *segment, gsize row)
{
  while (row > 0 && row < segment->n && segment->photos[row] == segment->photos[row - 1])
    row++;
  return MIN (row, segment->n);
}

static void
scan_block (gpointer data, gsize index, guint slot)
{
  Scan *scan = data;
  Finds *finds = &scan->finds[slot];
  const InkPart *part = scan->parts->parts;
  gsize row, end, next = 0;

  for (guint i = 0; index >= scan->blocks[i + 1]; i++)
    part++;
  index -= scan->blocks[part - scan->parts->parts];
  row = align (part->segment, index * BLOCK);
  end = align (part->segment, (index + 1) * BLOCK);
  while ((row = skip_unwanted (scan, part, row, end, &next)) < end) {
    gsize run_end = find_end (scan, part, row, end, next);

    scan_run (scan, finds, part, row, run_end);
    row = run_end;
  }
  add_pending (scan, finds);
}

/* ---- The exact scores -------------------------------------------------------------------- */

static void
score_block (gpointer data, gsize index, guint slot)
{
  Scan *scan = data;
  gsize end = MIN ((index + 1) * SCORE_BLOCK, scan->candidates->len);
  g_autofree guint16 *scratch = g_new (guint16, scan->dims);

  for (gsize i = index * SCORE_BLOCK; i < end; i++) {
    Candidate *candidate = &g_array_index (scan->candidates, Candidate, i);
    InkSegment *segment = candidate->part->segment;
    const guint16 *row = ink_segment_read_row (segment, candidate->row, scratch);

    /* Where the file is damaged, the bytes are all that is left until it has been made again. */
    candidate->score =
        row ? ink_dot (scan->query, row, segment->dims) : (candidate->low + candidate->high) / 2;
  }
}

/* Those that may be among the best of all. */
static void
gather_candidates (Scan *scan, guint n_finds)
{
  double least = scan->scope->least;
  InkTop lows;

  ink_top_init (&lows, scan->scope->k);
  for (guint i = 0; i < n_finds; i++)
    for (guint j = 0; j < scan->finds[i].lows.matches->len; j++) {
      const InkMatch *low = &g_array_index (scan->finds[i].lows.matches, InkMatch, j);

      ink_top_add (&lows, low->photo, low->score);
    }
  if (!scan->keep_all)
    least = MAX (least, ink_top_get_least (&lows));
  ink_top_clear (&lows);
  for (guint i = 0; i < n_finds; i++)
    for (guint j = 0; j < scan->finds[i].candidates->len; j++) {
      const Candidate *candidate = &g_array_index (scan->finds[i].candidates, Candidate, j);

      if (candidate->high >= least)
        g_array_append_vals (scan->candidates, candidate, 1);
    }
}

/* The best of what was scored. The rows of a photo follow each other. */
static GArray *
choose_matches (const Scan *scan)
{
  GArray *matches = g_array_new (FALSE, FALSE, sizeof (InkMatch));

  for (guint i = 0; i < scan->candidates->len; i++) {
    const Candidate *candidate = &g_array_index (scan->candidates, Candidate, i);
    InkMatch match = {candidate->part->segment->photos[candidate->row], candidate->score};
    InkMatch *last = matches->len ? &g_array_index (matches, InkMatch, matches->len - 1) : NULL;

    if (match.score < scan->scope->least)
      continue;
    if (last && last->photo == match.photo)
      last->score = MAX (last->score, match.score);
    else
      g_array_append_val (matches, match);
  }
  g_array_sort (matches, ink_match_compare);
  if (matches->len > scan->scope->k)
    g_array_set_size (matches, scan->scope->k);
  return matches;
}

/* ---- The search -------------------------------------------------------------------------- */

static void
run_steps (ClipPool *pool, gsize n, ClipTask step, gpointer data)
{
  if (pool)
    clip_pool_run (pool, n, step, data);
  for (gsize i = 0; !pool && i < n; i++)
    step (data, i, 0);
}

static void
scan_init (Scan *scan, const InkParts *parts, guint n_finds)
{
  scan->queries = g_new (ClipCodeQuery *, MAX (parts->n, 1));
  scan->blocks = g_new0 (gsize, parts->n + 1);
  for (guint i = 0; i < parts->n; i++) {
    const InkSegment *segment = parts->parts[i].segment;

    scan->queries[i] = clip_code_query_new (segment->codec, scan->query);
    scan->blocks[i + 1] = scan->blocks[i] + (segment->n + BLOCK - 1) / BLOCK;
  }
  scan->finds = g_new0 (Finds, n_finds);
  for (guint i = 0; i < n_finds; i++) {
    ink_top_init (&scan->finds[i].lows, scan->scope->k);
    scan->finds[i].candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
    scan->finds[i].least = scan->scope->least;
  }
  scan->candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
}

static void
scan_clear (Scan *scan, guint n_finds)
{
  for (guint i = 0; i < scan->parts->n; i++)
    clip_code_query_free (scan->queries[i]);
  for (guint i = 0; i < n_finds; i++) {
    ink_top_clear (&scan->finds[i].lows);
    g_array_unref (scan->finds[i].candidates);
  }
  g_array_unref (scan->candidates);
  g_free (scan->queries);
  g_free (scan->blocks);
  g_free (scan->finds);
}

static void
measure_cost (const Scan *scan, guint dims, guint n_finds, InkScanCost *cost)
{
  *cost = (InkScanCost){.candidates = scan->candidates->len};
  for (guint i = 0; i < n_finds; i++)
    cost->rows += scan->finds[i].rows;
  cost->bytes = cost->rows * (clip_codec_get_size (dims) + sizeof (ClipCode)) +
                cost->candidates * dims * sizeof (guint16);
}

GArray *
ink_vectors_top_with_cost (InkVectors *vectors, const float *query, const InkScope *scope,
                           InkScanCost *cost)
{
  g_autoptr (InkParts) parts = ink_vectors_ref_parts (vectors);
  gsize rows = ink_parts_count (parts);
  ClipPool *pool = INK_VECTORS_WORTH_THREADS (rows) ? ink_vectors_get_pool (vectors) : NULL;
  guint n_finds = pool ? clip_pool_get_threads (pool) : 1;
  Scan scan = {.parts = parts,
               .query = query,
               .scope = scope,
               .dims = vectors->dims,
               .keep_all = scope->k >= rows,
               .least = scope->least};
  GArray *matches;

  clip_priority_enter ();
  scan_init (&scan, parts, n_finds);
  if (scope->k > 0)
    run_steps (pool, scan.blocks[parts->n], scan_block, &scan);
  gather_candidates (&scan, n_finds);
  run_steps (pool, (scan.candidates->len + SCORE_BLOCK - 1) / SCORE_BLOCK, score_block, &scan);
  clip_priority_leave ();
  matches = choose_matches (&scan);
  measure_cost (&scan, vectors->dims, n_finds, cost);
  scan_clear (&scan, n_finds);
  return matches;
}

GArray *
ink_vectors_top (InkVectors *vectors, const float *query, const InkScope *scope)
{
  InkScanCost cost;

  return ink_vectors_top_with_cost (vectors, query, scope, &cost);
}
