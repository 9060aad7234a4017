/* tower-fixture.c: opening towers for tests, and comparing them with golden results
 * (tower-fixture.h). */
#include "tower-fixture.h"

#include <math.h>

#include "support/folder.h"
#include "support/golden.h"
#include "support/make-model.h"
#include "support/model-case.h"

/* How far float32 may be from the float64 reference. The limit on the components of an embedding
 * comes with the golden results. Stages, in units of their standard deviation, were seen to be
 * within 7e-6; a wrong stage is off by far more than this. */
#define COMPONENT_LIMIT 2e-6
#define STAGE_LIMIT 3e-5

/* These come with the golden results too. */
#define BF16_COSINE 0.9999
#define INT8_COSINE 0.999
#define CONVNEXT_INT8_COSINE 0.9995

TowerFixture *
tower_fixture_new (const char *folder, guint threads)
{
  g_autoptr (GError) error = NULL;
  TowerFixture *fixture = g_new0 (TowerFixture, 1);

  if (!clip_config_read (&fixture->config, folder, &error))
    g_error ("%s", error->message);
  fixture->weights = clip_weights_open (folder, &error);
  if (fixture->weights == NULL)
    g_error ("%s", error->message);
  fixture->pool = clip_pool_new (threads);
  fixture->memories = clip_memory_list_new (fixture->pool);
  return fixture;
}

TowerFixture *
tower_fixture_new_named (const char *name, guint threads)
{
  g_autoptr (GError) error = NULL;

  if (g_str_equal (name, "starter")) {
    g_autofree char *starter = golden_path ("../../data/models/starter");
    return tower_fixture_new (starter, threads);
  }
  g_autoptr (TestFolder) folder = test_folder_new ();
  if (!make_model (name, folder, CLIP_DTYPE_F32, &error))
    g_error ("%s", error->message);
  return tower_fixture_new (folder, threads);
}

void
tower_fixture_free (TowerFixture *fixture)
{
  clip_memory_list_free (fixture->memories);
  clip_pool_free (fixture->pool);
  clip_weights_free (fixture->weights);
  g_free (fixture);
}

ClipImageTower *
tower_fixture_image (TowerFixture *fixture, guint size, GError **error)
{
  switch (fixture->config.family) {
  case CLIP_FAMILY_CONVNEXT:
    return clip_convnext_new (&fixture->config, fixture->weights, size, fixture->precision, error);
  case CLIP_FAMILY_VIT:
    return clip_vit_new (&fixture->config, fixture->weights, size, fixture->precision, error);
  case CLIP_FAMILY_EFFICIENTNET_LITE0:
    return clip_efficientnet_new (&fixture->config, fixture->weights, size, fixture->precision,
                                  error);
  }
  g_assert_not_reached ();
}

ClipTextTower *
tower_fixture_text (TowerFixture *fixture, GError **error)
{
  return clip_text_tower_new (&fixture->config, fixture->weights, fixture->precision, error);
}

void
image_tower_free (ClipImageTower *tower)
{
  tower->free (tower);
}

gboolean
encode_pixels (TowerFixture *fixture, ClipImageTower *tower, const ClipCall *call,
               const float *pixels, float *embedding, GError **error)
{
  const ClipPixels square = {pixels, tower->size, tower->size};
  ClipRun run;
  gboolean good = clip_run_begin (&run, fixture->memories, call, error) &&
                  tower->encode (tower, &run, &square, embedding, error);

  clip_run_end (&run);
  return good;
}

gboolean
encode_ids (TowerFixture *fixture, ClipTextTower *tower, const ClipCall *call, const guint32 *ids,
            gsize n_ids, float *embedding, GError **error)
{
  const ClipTokens text = {ids, n_ids};
  ClipRun run;
  gboolean good = clip_run_begin (&run, fixture->memories, call, error) &&
                  clip_text_tower_encode (tower, &run, &text, 1, embedding, error);

  clip_run_end (&run);
  return good;
}

/* ---- Comparison -------------------------------------------------------------------------- */

static gboolean
is_exact (const TowerFixture *fixture)
{
  return fixture->precision <= CLIP_PRECISION_F32;
}

/* The least cosine with the golden embedding, at less than f32. */
static double
cosine_limit (const TowerFixture *fixture, gboolean image)
{
  if (fixture->precision == CLIP_PRECISION_BF16)
    return BF16_COSINE;
  return image && fixture->config.family == CLIP_FAMILY_CONVNEXT ? CONVNEXT_INT8_COSINE
                                                                 : INT8_COSINE;
}

typedef struct {
  JsonObject *stages;
  guint compared;
} StageCheck;

/* Unlike fmax() it does not pass over what is not a number. */
static double
larger (double worst, double error)
{
  return isnan (error) ? INFINITY : fmax (worst, error);
}

/* The golden values are those of the first channels at one place. */
static double
worst_value (JsonObject *golden, const char *member, const float *x)
{
  gsize n;
  g_autofree float *expected = golden_floats (golden, member, &n);
  double worst = 0;

  for (gsize i = 0; i < n; i++)
    worst = larger (worst, fabs ((double)x[i] - expected[i]));
  return worst;
}

static double
worst_statistic (JsonObject *golden, const float *x, gsize n)
{
  double sum = 0, squares = 0;

  for (gsize i = 0; i < n; i++)
    sum += x[i];
  double mean = sum / (double)n;
  for (gsize i = 0; i < n; i++)
    squares += (x[i] - mean) * (x[i] - mean);
  double deviation = sqrt (squares / (double)n);
  return larger (fabs (mean - json_object_get_double_member (golden, "mean")),
                 fabs (deviation - json_object_get_double_member (golden, "std")));
}

/* A ClipProbe. Golden shapes are [tokens, width] or [channels, height, width]. */
static void
check_stage (gpointer data, const char *stage, const float *x, gsize rows, gsize channels)
{
  StageCheck *check = data;
  gsize rank;

  if (!json_object_has_member (check->stages, stage))
    return;
  JsonObject *golden = json_object_get_object_member (check->stages, stage);
  double unit = json_object_get_double_member (golden, "std");
  double worst = worst_statistic (golden, x, rows * channels);
  g_autofree guint32 *shape = golden_ids (golden, "shape", &rank);
  check->compared++;

  if (rank == 2) {
    g_assert_cmpuint (rows, ==, shape[0]);
    g_assert_cmpuint (channels, ==, shape[1]);
    worst = larger (worst, worst_value (golden, "token0", x));
  } else {
    g_assert_cmpuint (rows, ==, (gsize)shape[1] * shape[2]);
    g_assert_cmpuint (channels, ==, shape[0]);
    gsize centre = (gsize)(shape[1] / 2) * shape[2] + shape[2] / 2;
    worst = larger (worst, worst_value (golden, "first", x));
    worst = larger (worst, worst_value (golden, "centre", x + centre * channels));
  }
  g_test_message ("%s: largest error %.2g of the standard deviation", stage, worst / unit);
  g_assert_cmpfloat (worst, <=, STAGE_LIMIT * unit);
}

/* Golden embeddings have unit length; @embedding has not yet. Returns its length. */
static double
check_embedding (const TowerFixture *fixture, const float *embedding, JsonObject *golden,
                 double limit)
{
  gsize n;
  g_autofree float *expected = golden_floats (golden, "embedding", &n);
  double squares = 0, worst = 0, cosine = 0;

  g_assert_cmpuint (n, ==, fixture->config.embed_dim);
  for (gsize i = 0; i < n; i++)
    squares += (double)embedding[i] * embedding[i];
  double norm = fmax (sqrt (squares), 1e-12);
  for (gsize i = 0; i < n; i++) {
    worst = larger (worst, fabs (embedding[i] / norm - expected[i]));
    cosine += embedding[i] / norm * expected[i];
  }
  g_test_message ("largest component error %.2g, 1 − cosine %.2g", worst, 1 - cosine);
  if (is_exact (fixture))
    g_assert_cmpfloat (worst, <=, limit);
  else
    g_assert_cmpfloat (cosine, >=, limit);
  return norm;
}

void
check_golden_image (TowerFixture *fixture, JsonObject *expected, guint64 seed)
{
  guint size = (guint)json_object_get_int_member (expected, "size");
  double golden_norm = json_object_get_double_member (expected, "norm");
  StageCheck check = {json_object_get_object_member (expected, "stages"), 0};
  g_autofree float *pixels = model_pixels (size, seed);
  g_autofree float *embedding = g_new (float, fixture->config.embed_dim);
  g_autoptr (GError) error = NULL;

  g_autoptr (ClipImageTower) tower = tower_fixture_image (fixture, size, &error);
  g_assert_no_error (error);
  tower->probe = is_exact (fixture) ? check_stage : NULL;
  tower->probe_data = &check;
  encode_pixels (fixture, tower, NULL, pixels, embedding, &error);
  g_assert_no_error (error);

  if (!is_exact (fixture)) {
    check_embedding (fixture, embedding, expected, cosine_limit (fixture, TRUE));
    return;
  }
  g_assert_cmpuint (check.compared, ==, json_object_get_size (check.stages));
  /* Scaling a short result to unit length scales its rounding errors with it. */
  double shrunk = fmin (golden_norm, 1.0);
  double norm = check_embedding (fixture, embedding, expected, COMPONENT_LIMIT / shrunk);
  g_assert_cmpfloat_with_epsilon (norm, golden_norm, STAGE_LIMIT * golden_norm / shrunk);
}

void
check_golden_text (TowerFixture *fixture, JsonObject *expected)
{
  gsize n_ids;
  g_autofree guint32 *ids = golden_ids (expected, "ids", &n_ids);
  g_autofree float *embedding = g_new (float, fixture->config.embed_dim);
  g_autoptr (GError) error = NULL;

  g_autoptr (ClipTextTower) tower = tower_fixture_text (fixture, &error);
  g_assert_no_error (error);
  encode_ids (fixture, tower, NULL, ids, n_ids, embedding, &error);
  g_assert_no_error (error);
  check_embedding (fixture, embedding, expected,
                   is_exact (fixture) ? COMPONENT_LIMIT : cosine_limit (fixture, FALSE));
}
