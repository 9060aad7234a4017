/* test-towers.c: what holds for every tower: results that do not depend on the threads, calls
 * from several threads at once, cancellation between layers, and inputs that are refused. */
#include <string.h>

#include "compute/gemm.h"
#include "support/expect.h"
#include "support/folder.h"
#include "support/make-model.h"
#include "support/model-case.h"
#include "tower-fixture.h"

#define SIZE 64
#define DIMS_MAX 512

static const guint32 ids[] = {49406, 320, 1125, 539, 320, 2368, 49407};

/* A picture's and a text's embedding, one after the other. */
static void
encode_both (TowerFixture *fixture, ClipImageTower *image, ClipTextTower *text, float *embeddings)
{
  g_autofree float *pixels = model_pixels (SIZE, 1);
  g_autoptr (GError) error = NULL;

  encode_pixels (fixture, image, NULL, pixels, embeddings, &error);
  g_assert_no_error (error);
  encode_ids (fixture, text, NULL, ids, G_N_ELEMENTS (ids), embeddings + fixture->config.embed_dim,
              &error);
  g_assert_no_error (error);
}

static void
test_threads (gconstpointer data)
{
  float expected[2 * DIMS_MAX] = {0}, embeddings[2 * DIMS_MAX] = {0};

  for (guint threads = 1; threads <= 3; threads++) {
    g_autoptr (TowerFixture) fixture = tower_fixture_new_named (data, threads);
    g_autoptr (ClipImageTower) image = tower_fixture_image (fixture, SIZE, NULL);
    g_autoptr (ClipTextTower) text = tower_fixture_text (fixture, NULL);
    encode_both (fixture, image, text, threads == 1 ? expected : embeddings);
    if (threads > 1)
      g_assert_cmpmem (embeddings, sizeof embeddings, expected, sizeof expected);
  }
}

typedef struct {
  TowerFixture *fixture;
  ClipImageTower *image;
  ClipTextTower *text;
  float embeddings[2 * DIMS_MAX];
} Caller;

static gpointer
call (gpointer data)
{
  Caller *caller = data;

  encode_both (caller->fixture, caller->image, caller->text, caller->embeddings);
  return NULL;
}

static void
test_callers (gconstpointer data)
{
  g_autoptr (TowerFixture) fixture = tower_fixture_new_named (data, 2);
  g_autoptr (ClipImageTower) image = tower_fixture_image (fixture, SIZE, NULL);
  g_autoptr (ClipTextTower) text = tower_fixture_text (fixture, NULL);
  Caller alone = {fixture, image, text, {0}};
  Caller callers[3] = {alone, alone, alone};
  GThread *threads[3];

  call (&alone);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("caller", call, &callers[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_thread_join (threads[i]);
    g_assert_cmpmem (callers[i].embeddings, sizeof alone.embeddings, alone.embeddings,
                     sizeof alone.embeddings);
  }
}

/* ---- Cancellation ------------------------------------------------------------------------ */

typedef struct {
  guint asked, stop_at; /* stops at the question of this number; 0 never */
} Patience;

static gboolean
out_of_patience (gpointer data)
{
  Patience *patience = data;

  return ++patience->asked == patience->stop_at;
}

static gboolean
encode_one (TowerFixture *fixture, ClipImageTower *image, ClipTextTower *text, Patience *patience,
            float *embedding, GError **error)
{
  const ClipCall stoppable = {out_of_patience, patience};
  g_autofree float *pixels = image != NULL ? model_pixels (SIZE, 1) : NULL;

  patience->asked = 0;
  return image != NULL
             ? encode_pixels (fixture, image, &stoppable, pixels, embedding, error)
             : encode_ids (fixture, text, &stoppable, ids, G_N_ELEMENTS (ids), embedding, error);
}

/* Stops at every question in turn; then nothing stops, and the result is as if nothing ever had. */
static void
check_cancellation (TowerFixture *fixture, ClipImageTower *image, ClipTextTower *text, guint layers)
{
  float expected[DIMS_MAX] = {0}, embedding[DIMS_MAX] = {0};
  g_autoptr (GError) error = NULL;
  Patience patience = {0};

  encode_one (fixture, image, text, &patience, expected, &error);
  g_assert_no_error (error);
  guint questions = patience.asked;
  g_assert_cmpuint (questions, >=, layers);
  for (guint i = 1; i <= questions; i++) {
    patience.stop_at = i;
    g_assert_false (encode_one (fixture, image, text, &patience, embedding, &error));
    expect_clip_error (&error, CLIP_ERROR_CANCELLED, NULL, NULL);
    g_assert_cmpuint (patience.asked, ==, i);
  }
  patience.stop_at = 0;
  encode_one (fixture, image, text, &patience, embedding, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (embedding, sizeof embedding, expected, sizeof expected);
}

typedef struct {
  const char *name;
  guint image_layers, text_layers;
} Model;

static void
test_cancellation (gconstpointer data)
{
  const Model *model = data;
  g_autoptr (TowerFixture) fixture = tower_fixture_new_named (model->name, 2);
  g_autoptr (ClipImageTower) image = tower_fixture_image (fixture, SIZE, NULL);
  g_autoptr (ClipTextTower) text = tower_fixture_text (fixture, NULL);

  check_cancellation (fixture, image, NULL, model->image_layers);
  check_cancellation (fixture, NULL, text, model->text_layers);
}

/* ---- Texts ------------------------------------------------------------------------------- */

/* The first end of the text is what counts: more ids after it change nothing. */
static void
test_end_of_text (void)
{
  g_autoptr (TowerFixture) fixture = tower_fixture_new_named ("tiny-vit", 2);
  g_autoptr (ClipTextTower) text = tower_fixture_text (fixture, NULL);
  const guint32 once[] = {49406, 320, 49407};
  const guint32 more[] = {49406, 320, 49407, 343, 49407, 0};
  float expected[DIMS_MAX] = {0}, embedding[DIMS_MAX] = {0};
  g_autoptr (GError) error = NULL;

  encode_ids (fixture, text, NULL, once, G_N_ELEMENTS (once), expected, &error);
  g_assert_no_error (error);
  encode_ids (fixture, text, NULL, more, G_N_ELEMENTS (more), embedding, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (embedding, sizeof embedding, expected, sizeof expected);
}

static void
check_batch (TowerFixture *fixture)
{
  g_autoptr (ClipTextTower) text = tower_fixture_text (fixture, NULL);
  gsize dims = fixture->config.embed_dim;
  guint32 long_text[77] = {49406};
  float together[4 * DIMS_MAX] = {0}, alone[DIMS_MAX] = {0};
  g_autoptr (GError) error = NULL;
  ClipRun run;

  for (guint32 i = 1; i < G_N_ELEMENTS (long_text); i++)
    long_text[i] = 300 + i;
  long_text[76] = 49407;
  const ClipTokens texts[] = {{ids, G_N_ELEMENTS (ids)}, {long_text, 77}, {ids, 1}, {ids, 5}};

  clip_run_begin (&run, fixture->memories, NULL, &error);
  g_assert_no_error (error);
  clip_text_tower_encode (text, &run, texts, G_N_ELEMENTS (texts), together, &error);
  g_assert_no_error (error);
  clip_run_end (&run);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    encode_ids (fixture, text, NULL, texts[i].ids, texts[i].n_ids, alone, &error);
    g_assert_no_error (error);
    g_assert_cmpmem (together + i * dims, dims * sizeof (float), alone, dims * sizeof (float));
  }
}

/* A text's embedding is the same to the last bit, alone and among others. */
static void
test_batch (gconstpointer data)
{
  if (!clip_linear_rows_are_apart ()) {
    g_test_skip ("by OpenBLAS, other rows may change the last bits");
    return;
  }

  g_autoptr (TowerFixture) fixture = tower_fixture_new_named (data, 2);
  for (ClipPrecision p = CLIP_PRECISION_F32; p <= CLIP_PRECISION_INT8; p++) {
    fixture->precision = p;
    check_batch (fixture);
  }
}

/* Matrices of 16 bits are packed as they lie in the file: opening widens only vectors, and the
 * tables of positions, that are used as they are. */
static void
test_half_floats (gconstpointer data)
{
  static const ClipDtype dtypes[] = {CLIP_DTYPE_F32, CLIP_DTYPE_F16, CLIP_DTYPE_BF16};
  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++) {
    g_autoptr (TestFolder) folder = test_folder_new ();
    g_autoptr (GError) error = NULL;
    g_assert_true (make_model (data, folder, dtypes[i], &error));
    g_autoptr (TowerFixture) fixture = tower_fixture_new (folder, 1);
    g_autoptr (ClipImageTower) image = tower_fixture_image (fixture, SIZE, NULL);
    g_autoptr (ClipTextTower) text = tower_fixture_text (fixture, NULL);
    gsize positions = (gsize)fixture->config.context_length * fixture->config.text_width;
    gsize widened = clip_weights_get_widened (fixture->weights);
    g_test_message ("%zu bytes are widened", widened);
    if (dtypes[i] == CLIP_DTYPE_F32)
      g_assert_cmpuint (widened, ==, 0);
    else
      g_assert_cmpuint (widened, <, 3 * positions * sizeof (float)); /* a matrix has more */
  }
}

static void
test_bad_texts (void)
{
  g_autoptr (TowerFixture) fixture = tower_fixture_new_named ("tiny-vit", 2);
  g_autoptr (ClipTextTower) text = tower_fixture_text (fixture, NULL);
  const guint32 unknown[] = {49406, 49408, 49407};
  const guint32 long_text[78] = {49406};
  float embedding[DIMS_MAX];
  g_autoptr (GError) error = NULL;

  g_assert_false (encode_ids (fixture, text, NULL, ids, 0, embedding, &error));
  expect_clip_error (&error, CLIP_ERROR_ARGUMENT, NULL, "0 tokens");
  g_assert_false (encode_ids (fixture, text, NULL, long_text, 78, embedding, &error));
  expect_clip_error (&error, CLIP_ERROR_ARGUMENT, NULL, "78 tokens");
  g_assert_false (encode_ids (fixture, text, NULL, unknown, 3, embedding, &error));
  expect_clip_error (&error, CLIP_ERROR_ARGUMENT, NULL, "49408");
}

int
main (int argc, char **argv)
{
  static const Model models[] = {
      {"tiny-convnext", 5, 2},
      {"tiny-convnext-mlp", 5, 1},
      {"tiny-vit", 2, 2},
      {"starter", 16, 4},
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (models); i++) {
    g_autofree char *threads = g_strconcat ("/towers/threads/", models[i].name, NULL);
    g_autofree char *callers = g_strconcat ("/towers/callers/", models[i].name, NULL);
    g_autofree char *batch = g_strconcat ("/towers/text/batch/", models[i].name, NULL);
    g_autofree char *cancel = g_strconcat ("/towers/cancellation/", models[i].name, NULL);
    g_test_add_data_func (threads, models[i].name, test_threads);
    g_test_add_data_func (callers, models[i].name, test_callers);
    g_test_add_data_func (cancel, &models[i], test_cancellation);
    g_test_add_data_func (batch, models[i].name, test_batch);
    if (g_str_equal (models[i].name, "starter")) /* is of F16 already */
      continue;
    g_autofree char *halves = g_strconcat ("/towers/half-floats/", models[i].name, NULL);
    g_test_add_data_func (halves, models[i].name, test_half_floats);
  }
  g_test_add_func ("/towers/text/end", test_end_of_text);
  g_test_add_func ("/towers/text/bad", test_bad_texts);
  return g_test_run ();
}
