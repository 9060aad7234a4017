/* test-attention.c: attention against sums in double precision, for numbers of tokens and widths
 * of heads around the edges of tiles, blocks and panels. Run once for each instruction set, by
 * INKLING_CPU_MASK. */
#include <math.h>
#include <string.h>

#include "compute/attention.h"

#define THREADS 3

static const gsize widths[] = {1, 8, 32, 40, 64, 80};

typedef struct {
  ClipAttention attention;
  ClipSequences sequences;
  gsize rows;
  float *qkv, *out;
} Problem;

static void
problem_init (Problem *p, GRand *rand, ClipAttention attention, const ClipSequences *sequences)
{
  *p = (Problem){.attention = attention, .sequences = *sequences};
  for (gsize i = 0; i < sequences->n; i++)
    p->rows += sequences->tokens[i];
  gsize values = p->rows * attention.heads * attention.head_width;
  p->qkv = g_new (float, 3 * values);
  for (gsize i = 0; i < 3 * values; i++)
    p->qkv[i] = (float)g_rand_double_range (rand, -2, 2);
  p->out = g_new (float, values);
}

static void
problem_clear (Problem *p)
{
  g_free (p->qkv);
  g_free (p->out);
}

static void
run_problem (const Problem *p, ClipMemoryList *list)
{
  g_autoptr (GError) error = NULL;
  gsize most = 0;
  ClipRun run;
  g_assert_true (clip_run_begin (&run, list, NULL, &error));
  for (gsize i = 0; i < p->sequences.n; i++)
    most = MAX (most, p->sequences.tokens[i]);
  float *work = clip_attention_alloc (&run, &p->attention, most, &error);
  g_assert_no_error (error);
  clip_attention (&run, &p->attention, &p->sequences, p->qkv, p->out, work);
  clip_run_end (&run);
}

/* The largest error of one head of one token, of which @keys are seen. @row and @first are rows
 * of qkv: the token's and that of its sequence's first. */
static double
token_error (const Problem *p, gsize head, gsize row, gsize first, gsize keys)
{
  gsize width = p->attention.head_width, total = p->attention.heads * width;
  const float *query = p->qkv + row * 3 * total + head * width;
  const float *key = p->qkv + first * 3 * total + total + head * width;
  g_autofree double *weights = g_new (double, keys);
  double sum = 0, worst = 0;
  for (gsize k = 0; k < keys; k++) {
    double score = 0;
    for (gsize i = 0; i < width; i++)
      score += (double)query[i] * key[k * 3 * total + i];
    weights[k] = exp (score / sqrt ((double)width));
    sum += weights[k];
  }
  for (gsize i = 0; i < width; i++) {
    double expected = 0;
    for (gsize k = 0; k < keys; k++)
      expected += weights[k] / sum * key[k * 3 * total + total + i];
    worst = fmax (worst, fabs (p->out[row * total + head * width + i] - expected));
  }
  return worst;
}

static double
largest_error (const Problem *p)
{
  double worst = 0;
  for (gsize i = 0, first = 0; i < p->sequences.n; first += p->sequences.tokens[i++])
    for (gsize head = 0; head < p->attention.heads; head++)
      for (gsize t = 0; t < p->sequences.tokens[i]; t++) {
        gsize keys = p->attention.causal ? t + 1 : p->sequences.tokens[i];
        worst = fmax (worst, token_error (p, head, first + t, first, keys));
      }
  return worst;
}

/* Scores are up to some tens, so that their errors of 2⁻²⁴ become some 1e-6 in the weights. */
static void
test_exact (gconstpointer causal)
{
  static const gsize tokens[] = {1, 12, 13, 16, 31, 33, 50, 77};
  const ClipSequences sequences = {G_N_ELEMENTS (tokens), tokens};
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autoptr (ClipPool) pool = clip_pool_new (THREADS);
  g_autoptr (ClipMemoryList) list = clip_memory_list_new (pool);
  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++) {
    const ClipAttention attention = {3, widths[i], causal != NULL};
    Problem p;
    problem_init (&p, rand, attention, &sequences);
    run_problem (&p, list);
    g_assert_cmpfloat (largest_error (&p), <=, 1e-5);
    problem_clear (&p);
  }
}

/* A sequence has the same result to the last bit, alone and after others. */
static void
test_alone (void)
{
  static const gsize tokens[] = {5, 50};
  const ClipSequences both = {2, tokens}, second = {1, tokens + 1};
  const ClipAttention attention = {2, 64, TRUE};
  gsize total = attention.heads * attention.head_width;
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  g_autoptr (ClipPool) pool = clip_pool_new (THREADS);
  g_autoptr (ClipMemoryList) list = clip_memory_list_new (pool);
  Problem together, alone;
  problem_init (&together, rand, attention, &both);
  problem_init (&alone, rand, attention, &second);
  memcpy (alone.qkv, together.qkv + 5 * 3 * total, 50 * 3 * total * sizeof (float));
  run_problem (&together, list);
  run_problem (&alone, list);
  g_assert_cmpmem (alone.out, 50 * total * sizeof (float), together.out + 5 * total,
                   50 * total * sizeof (float));
  problem_clear (&together);
  problem_clear (&alone);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/attention/full", NULL, test_exact);
  g_test_add_data_func ("/attention/causal", "causal", test_exact);
  g_test_add_func ("/attention/alone", test_alone);
  return g_test_run ();
}
