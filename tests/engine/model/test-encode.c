/* test-encode.c: an embedding depends on its input and the model alone: not on the batch, the
 * number of threads, or who else encodes at the same time; and a call can be stopped. */
#include <math.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "engine/model/model-fixture.h"

#define PICTURES 4
#define TEXTS 4
#define CALLERS 4
#define ROUNDS 5

static const char *const case_names[] = {"tiny-convnext", "tiny-convnext-mlp", "tiny-vit"};

static const char *const texts[TEXTS] = {
    "a diagram",
    "a photo of a dog that runs on the grass behind a house, with a long, long tail",
    "",
    "naïve café",
};

/* ---- Inputs and results ------------------------------------------------------------------ */

static void
pictures_init (ClipPicture pictures[PICTURES])
{
  static const guint sizes[PICTURES][2] = {{96, 96}, {200, 130}, {33, 150}, {1, 1}};
  for (guint i = 0; i < PICTURES; i++)
    model_picture_init (&pictures[i], sizes[i][0], sizes[i][1], i);
}

static void
pictures_clear (ClipPicture pictures[PICTURES])
{
  for (guint i = 0; i < PICTURES; i++)
    model_picture_clear (&pictures[i]);
}

static float *
encode_pictures (ClipModel *model, const ClipPicture *pictures, gsize n)
{
  g_autoptr (GError) error = NULL;
  float *embeddings = g_new (float, n *clip_model_get_info (model)->dims);
  clip_model_encode_pictures (model, pictures, n, embeddings, NULL, &error);
  g_assert_no_error (error);
  return embeddings;
}

static float *
encode_texts (ClipModel *model, const char *const *strings, gsize n)
{
  g_autoptr (GError) error = NULL;
  float *embeddings = g_new (float, n *clip_model_get_info (model)->dims);
  clip_model_encode_texts (model, strings, n, embeddings, NULL, &error);
  g_assert_no_error (error);
  return embeddings;
}

static void
assert_unit_length (const float *embeddings, gsize n, gsize dims)
{
  for (gsize i = 0; i < n; i++) {
    double squares = 0;
    for (gsize k = 0; k < dims; k++)
      squares += (double)embeddings[i * dims + k] * embeddings[i * dims + k];
    g_assert_cmpfloat_with_epsilon (squares, 1, 1e-6);
  }
}

/* ---- Batches and threads ----------------------------------------------------------------- */

/* @batch was encoded together: each input alone must give the same bits. */
static void
assert_alone (ClipModel *model, const ClipPicture *pictures, const float *image_batch,
              const float *text_batch)
{
  gsize dims = clip_model_get_info (model)->dims, bytes = dims * sizeof (float);
  for (guint i = 0; i < PICTURES; i++) {
    g_autofree float *alone = encode_pictures (model, &pictures[i], 1);
    g_assert_cmpmem (alone, bytes, image_batch + i * dims, bytes);
  }
  for (guint i = 0; i < TEXTS; i++) {
    g_autofree float *alone = encode_texts (model, &texts[i], 1);
    g_assert_cmpmem (alone, bytes, text_batch + i * dims, bytes);
  }
}

static void
test_batches_and_threads (void)
{
  ClipPicture pictures[PICTURES];
  pictures_init (pictures);
  for (guint c = 0; c < G_N_ELEMENTS (case_names); c++) {
    g_autoptr (ModelFixture) fixture = model_fixture_new (case_names[c]);
    g_autofree float *images = NULL, *words = NULL;
    for (guint threads = 1; threads <= 3; threads++) {
      g_autoptr (ClipModel) model = model_fixture_open (fixture, threads);
      gsize dims = clip_model_get_info (model)->dims, bytes = PICTURES * dims * sizeof (float);
      g_autofree float *image_batch = encode_pictures (model, pictures, PICTURES);
      g_autofree float *text_batch = encode_texts (model, texts, TEXTS);
      assert_unit_length (image_batch, PICTURES, dims);
      assert_unit_length (text_batch, TEXTS, dims);
      assert_alone (model, pictures, image_batch, text_batch);
      if (images) {
        g_assert_cmpmem (image_batch, bytes, images, bytes);
        g_assert_cmpmem (text_batch, bytes, words, bytes);
      } else {
        images = g_steal_pointer (&image_batch);
        words = g_steal_pointer (&text_batch);
      }
    }
  }
  pictures_clear (pictures);
}

/* Different inputs have different embeddings: the comparisons above are not of constants. */
static void
test_inputs_matter (void)
{
  ClipPicture pictures[PICTURES];
  pictures_init (pictures);
  g_autoptr (ModelFixture) fixture = model_fixture_new ("tiny-convnext");
  g_autoptr (ClipModel) model = model_fixture_open (fixture, 2);
  gsize dims = clip_model_get_info (model)->dims;
  g_autofree float *images = encode_pictures (model, pictures, PICTURES);
  g_autofree float *words = encode_texts (model, texts, TEXTS);
  for (guint i = 1; i < PICTURES; i++)
    g_assert_cmpint (memcmp (images, images + i * dims, dims * sizeof (float)), !=, 0);
  for (guint i = 1; i < TEXTS; i++)
    g_assert_cmpint (memcmp (words, words + i * dims, dims * sizeof (float)), !=, 0);
  pictures_clear (pictures);
}

/* ---- Several callers --------------------------------------------------------------------- */

typedef struct {
  ClipModel *model;
  const ClipPicture *pictures;
  const float *images, *words;
  guint start; /* each caller begins with another input */
} Caller;

static void *
caller_main (void *data)
{
  const Caller *caller = data;
  gsize dims = clip_model_get_info (caller->model)->dims, bytes = dims * sizeof (float);
  for (guint i = 0; i < ROUNDS * PICTURES; i++) {
    guint k = (caller->start + i) % PICTURES;
    g_autofree float *image = encode_pictures (caller->model, &caller->pictures[k], 1);
    g_autofree float *word = encode_texts (caller->model, &texts[k], 1);
    g_assert_cmpmem (image, bytes, caller->images + k * dims, bytes);
    g_assert_cmpmem (word, bytes, caller->words + k * dims, bytes);
  }
  return NULL;
}

/* The first encode call prepares what later ones use, so the callers meet there too. */
static void
test_callers (void)
{
  ClipPicture pictures[PICTURES];
  pictures_init (pictures);
  for (guint c = 0; c < G_N_ELEMENTS (case_names); c++) {
    g_autoptr (ModelFixture) fixture = model_fixture_new (case_names[c]);
    g_autoptr (ClipModel) calm = model_fixture_open (fixture, 1);
    g_autofree float *images = encode_pictures (calm, pictures, PICTURES);
    g_autofree float *words = encode_texts (calm, texts, TEXTS);

    g_autoptr (ClipModel) busy = model_fixture_open (fixture, 3);
    pthread_t threads[CALLERS];
    Caller callers[CALLERS];
    for (guint i = 0; i < CALLERS; i++) {
      callers[i] = (Caller){busy, pictures, images, words, i};
      g_assert_cmpint (pthread_create (&threads[i], NULL, caller_main, &callers[i]), ==, 0);
    }
    for (guint i = 0; i < CALLERS; i++)
      pthread_join (threads[i], NULL);
  }
  pictures_clear (pictures);
}

/* ---- Stopping ---------------------------------------------------------------------------- */

typedef struct {
  guint asked, stop_at; /* 0: never */
} Stopper;

static gboolean
stop (gpointer data)
{
  Stopper *stopper = data;
  return ++stopper->asked == stopper->stop_at;
}

/* Stops at every question in turn: each time the call ends there, and the next one is unharmed. */
static void
test_cancel (void)
{
  ClipPicture picture;
  model_picture_init (&picture, 80, 60, 1);
  for (guint c = 0; c < G_N_ELEMENTS (case_names); c++) {
    g_autoptr (ModelFixture) fixture = model_fixture_new (case_names[c]);
    g_autoptr (ClipModel) model = model_fixture_open (fixture, 2);
    gsize dims = clip_model_get_info (model)->dims;
    g_autofree float *expected = encode_pictures (model, &picture, 1);
    g_autofree float *embedding = g_new (float, dims);
    Stopper never = {0};
    ClipCall call = {.cancelled = stop, .data = &never};
    g_assert_true (clip_model_encode_pictures (model, &picture, 1, embedding, &call, NULL));
    g_assert_cmpuint (never.asked, >=, 3); /* before the picture, and between layers */

    for (guint k = 1; k <= never.asked; k++) {
      g_autoptr (GError) error = NULL;
      Stopper stopper = {.stop_at = k};
      call.data = &stopper;
      g_assert_false (clip_model_encode_pictures (model, &picture, 1, embedding, &call, &error));
      g_assert_error (error, CLIP_ERROR, CLIP_ERROR_CANCELLED);
      g_assert_cmpuint (stopper.asked, ==, k);
    }
    g_autofree float *again = encode_pictures (model, &picture, 1);
    g_assert_cmpmem (again, dims * sizeof (float), expected, dims * sizeof (float));
  }
  model_picture_clear (&picture);
}

static void
test_cancel_text (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ("tiny-vit");
  g_autoptr (ClipModel) model = model_fixture_open (fixture, 2);
  g_autofree float *embeddings = g_new (float, TEXTS *clip_model_get_info (model)->dims);
  g_autoptr (GError) error = NULL;
  Stopper stopper = {.stop_at = 3};
  ClipCall call = {.cancelled = stop, .data = &stopper};
  g_assert_false (clip_model_encode_texts (model, texts, TEXTS, embeddings, &call, &error));
  g_assert_error (error, CLIP_ERROR, CLIP_ERROR_CANCELLED);
}

/* ---- Bad input --------------------------------------------------------------------------- */

static void
assert_picture_refused (ClipModel *model, const ClipPicture *picture)
{
  g_autoptr (GError) error = NULL;
  g_autofree float *embedding = g_new (float, clip_model_get_info (model)->dims);
  g_assert_false (clip_model_encode_pictures (model, picture, 1, embedding, NULL, &error));
  g_assert_error (error, CLIP_ERROR, CLIP_ERROR_ARGUMENT);
}

static void
test_bad_input (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ("tiny-convnext");
  g_autoptr (ClipModel) model = model_fixture_open (fixture, 1);
  ClipPicture picture;
  model_picture_init (&picture, 20, 20, 1);
  ClipPicture flat = picture, narrow = picture;
  flat.height = 0;
  narrow.stride = 59;
  assert_picture_refused (model, &flat);
  assert_picture_refused (model, &narrow);
  model_picture_clear (&picture);

  static const char *const broken[] = {"caf\xe9"};
  g_autofree float *embedding = g_new (float, clip_model_get_info (model)->dims);
  g_autoptr (GError) error = NULL;
  gsize n;
  g_assert_false (clip_model_encode_texts (model, broken, 1, embedding, NULL, &error));
  g_assert_error (error, CLIP_ERROR, CLIP_ERROR_ARGUMENT);
  g_assert_null (clip_model_tokenize (model, broken[0], &n, NULL));
}

static void
test_nothing (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ("tiny-convnext");
  g_autoptr (ClipModel) model = model_fixture_open (fixture, 1);
  g_assert_true (clip_model_encode_pictures (model, NULL, 0, NULL, NULL, NULL));
  g_assert_true (clip_model_encode_texts (model, NULL, 0, NULL, NULL, NULL));
}

static void
test_tokenize (void)
{
  static const guint32 expected[] = {49406, 320, 22697, 49407};
  g_autoptr (ModelFixture) fixture = model_fixture_new ("tiny-convnext");
  g_autoptr (ClipModel) model = model_fixture_open (fixture, 1);
  gsize n;
  g_autofree guint32 *ids = clip_model_tokenize (model, texts[0], &n, NULL);
  g_assert_cmpmem (ids, n * sizeof *ids, expected, sizeof expected);

  g_autofree char *many = g_strnfill (400, 'x');
  for (guint i = 1; i < 400; i += 2)
    many[i] = ' ';
  g_autofree guint32 *cut = clip_model_tokenize (model, many, &n, NULL);
  g_assert_cmpuint (n, ==, 77);
  g_assert_cmpuint (cut[76], ==, 49407);
}

/* ---- Damage ------------------------------------------------------------------------------ */

/* A weight that is not a number must not end as an embedding that is none. */
static void
test_not_a_number (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ("tiny-convnext");
  g_autofree char *path = model_fixture_weights (fixture);
  g_autofree char *contents = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  memset (contents + size - 4 * 200, 0xff, 4 * 200); /* the last tensors are the image tower's */
  g_assert_true (g_file_set_contents (path, contents, (gssize)size, NULL));

  g_autoptr (ClipModel) model = model_fixture_open (fixture, 1);
  g_autofree float *embedding = g_new (float, clip_model_get_info (model)->dims);
  g_autoptr (GError) error = NULL;
  ClipPicture picture;
  model_picture_init (&picture, 96, 96, 1);
  g_assert_false (clip_model_encode_pictures (model, &picture, 1, embedding, NULL, &error));
  g_assert_error (error, CLIP_ERROR, CLIP_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "open_clip_model.safetensors"));
  model_picture_clear (&picture);
}

/* The weights file shrinks while the model is in use: an error, not a crash, and not an embedding
 * made of what is no longer there. */
static void
test_shrinking_file (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ("tiny-convnext");
  g_autofree char *path = model_fixture_weights (fixture);
  g_autoptr (ClipModel) model = model_fixture_open (fixture, 2);
  g_assert_cmpint (truncate (path, 4096), ==, 0);

  g_autofree float *embedding = g_new (float, clip_model_get_info (model)->dims);
  for (guint i = 0; i < 2; i++) { /* and it stays an error */
    g_autoptr (GError) error = NULL;
    g_assert_false (clip_model_encode_texts (model, texts, 1, embedding, NULL, &error));
    g_assert_error (error, CLIP_ERROR, CLIP_ERROR_IO);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/encode/batches-and-threads", test_batches_and_threads);
  g_test_add_func ("/encode/inputs-matter", test_inputs_matter);
  g_test_add_func ("/encode/callers", test_callers);
  g_test_add_func ("/encode/cancel", test_cancel);
  g_test_add_func ("/encode/cancel-text", test_cancel_text);
  g_test_add_func ("/encode/bad-input", test_bad_input);
  g_test_add_func ("/encode/nothing", test_nothing);
  g_test_add_func ("/encode/tokenize", test_tokenize);
  g_test_add_func ("/encode/not-a-number", test_not_a_number);
  g_test_add_func ("/encode/shrinking-file", test_shrinking_file);
  return g_test_run ();
}
