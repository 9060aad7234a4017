/* attention.c: attention as products of matrices by our tiles (tiles.h).
 *
 * A task is one head of one sequence. It lays the keys out as the panels of q · kᵀ, [keys / 32]
 * [head_width][32], and the values as those of weights · v, [head_width / 32][keys][32]. Then it
 * takes a tile of queries after the other through scores, softmax and the mean of the values, all
 * of which stays in the cache. */
#include "compute/attention.h"

#include <math.h>
#include <string.h>

#include "compute/kernels.h"
#include "compute/tiles.h"

typedef struct {
  const ClipTiles *tiles;
  const ClipKernels *kernels;
  const ClipAttention *attention;
  const ClipSequences *sequences;
  const float *qkv;
  float *out;
  float *work;
  gsize work_size;  /* of a thread */
  gsize score_step; /* from a row of scores to the next: the most keys, in whole panels */
} Job;

/* One head of one sequence. */
typedef struct {
  const Job *job;
  gsize tokens;
  const float *queries, *keys, *values; /* of the first token; the next is a row of qkv further */
  float *out;
  float *key_panels, *value_panels;
  float *scores;       /* [CLIP_TILE_MAX_ROWS][score_step] */
  float *score_blocks; /* the same as the tiles read it */
  float *query_blocks;
} Head;

static gsize
round_up (gsize n, gsize unit)
{
  return (n + unit - 1) / unit * unit;
}

/* The parts of Head, and so a thread's work, fit in (a + 12) · 2 (b + 12) floats, where a is the
 * tokens and b the width of a head in whole panels. */
static gsize
work_rows (gsize tokens)
{
  return round_up (tokens, CLIP_PANEL) + CLIP_TILE_MAX_ROWS;
}

static gsize
work_columns (const ClipAttention *attention)
{
  return 2 * (round_up (attention->head_width, CLIP_PANEL) + CLIP_TILE_MAX_ROWS);
}

float *
clip_attention_alloc (const ClipRun *run, const ClipAttention *attention, gsize most_tokens,
                      GError **error)
{
  return clip_run_alloc (run, clip_pool_get_threads (run->pool), work_rows (most_tokens),
                         work_columns (attention), error);
}

/* ---- Layouts ----------------------------------------------------------------------------- */

/* From a row of qkv to the next. */
static gsize
row_step (const ClipAttention *attention)
{
  return 3 * attention->heads * attention->head_width;
}

/* Keys become columns, and are divided here by what scores are divided by. What is left of the
 * last panel is zero. */
static void
pack_keys (const Head *head)
{
  const ClipAttention *attention = head->job->attention;
  gsize width = attention->head_width, step = row_step (attention);
  float factor = 1 / sqrtf ((float)width);
  for (gsize first = 0; first < head->tokens; first += CLIP_PANEL) {
    float *panel = head->key_panels + first * width;
    const float *keys = head->keys + first * step;
    gsize n = MIN (head->tokens - first, CLIP_PANEL);
    if (n < CLIP_PANEL)
      memset (panel, 0, width * CLIP_PANEL * sizeof (float));
    /* A line of the cache from each key at a time. */
    for (gsize k = 0; k < width; k += CLIP_BLOCK)
      for (gsize c = 0; c < n; c++)
        for (gsize i = k; i < MIN (k + CLIP_BLOCK, width); i++)
          panel[i * CLIP_PANEL + c] = factor * keys[c * step + i];
  }
}

static void
pack_values (const Head *head)
{
  const ClipAttention *attention = head->job->attention;
  gsize width = attention->head_width, step = row_step (attention);
  float *panel = head->value_panels;
  for (gsize first = 0; first < width; first += CLIP_PANEL) {
    gsize n = MIN (width - first, CLIP_PANEL);
    for (gsize token = 0; token < head->tokens; token++, panel += CLIP_PANEL) {
      memcpy (panel, head->values + token * step + first, n * sizeof (float));
      memset (panel + n, 0, (CLIP_PANEL - n) * sizeof (float));
    }
  }
}

/* ---- A tile of queries ------------------------------------------------------------------- */

static void
pack (const Job *job, float *blocks, const float *x, gsize x_step, gsize rows, gsize n)
{
  job->tiles->pack (blocks, rows * CLIP_BLOCK, NULL, x, x_step, rows, n);
}

/* y = (the rows in @blocks) · panels, for @columns columns and sums of @n. */
static void
multiply (const Job *job, gsize rows, gsize n, const float *blocks, const float *panels, float *y,
          gsize y_step, gsize columns)
{
  const ClipFinish plain = {.activation = CLIP_ACTIVATION_NONE};
  float sums[CLIP_TILE_MAX_ROWS * CLIP_PANEL] __attribute__ ((aligned (64)));
  for (gsize c = 0; c < columns; c += CLIP_PANEL, panels += n * CLIP_PANEL) {
    job->tiles->multiply (rows, n, blocks, rows * CLIP_BLOCK, panels, panels, 0, sums);
    job->tiles->finish (y + c, y_step, sums, CLIP_PANEL, rows, MIN (columns - c, CLIP_PANEL),
                        &plain);
  }
}

/* Scores to weights. Keys that a token does not attend to have the weight 0. */
static void
weigh (const Head *head, gsize first, gsize rows, gsize n_keys)
{
  const Job *job = head->job;
  for (gsize r = 0; r < rows; r++) {
    float *scores = head->scores + r * job->score_step;
    gsize seen = job->attention->causal ? first + r + 1 : n_keys;
    job->kernels->softmax (scores, seen);
    memset (scores + seen, 0, (n_keys - seen) * sizeof (float));
  }
}

static void
attend (const Head *head, gsize first, gsize rows)
{
  const Job *job = head->job;
  const ClipAttention *attention = job->attention;
  gsize width = attention->head_width, step = row_step (attention);
  gsize n_keys = attention->causal ? first + rows : head->tokens;
  gsize out_step = attention->heads * width;

  pack (job, head->query_blocks, head->queries + first * step, step, rows, width);
  multiply (job, rows, width, head->query_blocks, head->key_panels, head->scores, job->score_step,
            n_keys);
  weigh (head, first, rows, n_keys);
  pack (job, head->score_blocks, head->scores, job->score_step, rows, n_keys);
  /* The panels of values are as long as the sequence, also where only its beginning counts. */
  for (gsize c = 0; c < width; c += CLIP_PANEL)
    multiply (job, rows, n_keys, head->score_blocks, head->value_panels + c * head->tokens,
              head->out + first * out_step + c, out_step, MIN (width - c, CLIP_PANEL));
}

/* ---- All heads --------------------------------------------------------------------------- */

static void
attention_task (gpointer data, gsize index, guint slot)
{
  const Job *job = data;
  const ClipAttention *attention = job->attention;
  gsize width = attention->head_width, total = attention->heads * width;
  gsize sequence = index / attention->heads, column = index % attention->heads * width;
  gsize row = 0;
  for (gsize i = 0; i < sequence; i++)
    row += job->sequences->tokens[i];

  Head head = {.job = job, .tokens = job->sequences->tokens[sequence]};
  gsize padded = round_up (head.tokens, CLIP_PANEL);
  head.queries = job->qkv + row * row_step (attention) + column;
  head.keys = head.queries + total;
  head.values = head.keys + total;
  head.out = job->out + row * total + column;
  head.key_panels = job->work + slot * job->work_size;
  head.value_panels = head.key_panels + padded * width;
  head.scores = head.value_panels + padded * round_up (width, CLIP_PANEL);
  head.score_blocks = head.scores + CLIP_TILE_MAX_ROWS * job->score_step;
  head.query_blocks = head.score_blocks + CLIP_TILE_MAX_ROWS * job->score_step;
  pack_keys (&head);
  pack_values (&head);
  gsize tile_rows = job->tiles->tile_rows;
  for (gsize first = 0; first < head.tokens; first += tile_rows)
    attend (&head, first, MIN (tile_rows, head.tokens - first));
}

void
clip_attention (const ClipRun *run, const ClipAttention *attention, const ClipSequences *sequences,
                const float *qkv, float *out, float *work)
{
  Job job = {
      clip_tiles (CLIP_PRECISION_F32), clip_kernels (), attention, sequences, qkv, out, work, 0, 0};
  gsize most = 0;
  for (gsize i = 0; i < sequences->n; i++)
    most = MAX (most, sequences->tokens[i]);
  job.work_size = work_rows (most) * work_columns (attention);
  job.score_step = round_up (most, CLIP_PANEL);
  clip_pool_run (run->pool, sequences->n * attention->heads, attention_task, &job);
}
