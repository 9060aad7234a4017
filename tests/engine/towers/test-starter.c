/* test-starter.c: the starter model through the public interface, from files to embeddings,
 * against what the reference implementation makes of the same files. */
#include <math.h>
#include <stdlib.h>
#include <vips/vips.h>

#include "clip.h"
#include "compute/cpu.h"
#include "support/golden.h"

/* The least cosine with the golden results. That of f32 comes with them: JPEG decoders may differ
 * by a level here and there, hence a cosine and no limit on each component. The image tower
 * computes in f32 always. */
typedef struct {
  ClipPrecision precision;
  double text, picture;
} Limits;

static const Limits limits[] = {
    {CLIP_PRECISION_F32, 0.99999, 0.99999},
    {CLIP_PRECISION_BF16, 0.9999, 0.9995},
    {CLIP_PRECISION_INT8, 0.999, 0.99},
};

#define DIMS 512

typedef struct {
  JsonParser *golden;
  ClipModel *model; /* NULL: this processor has no such precision */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = golden_path ("../../data/models/starter");
  g_autoptr (GError) error = NULL;

  const Limits *limit = data;

  fixture->golden = golden_load ("starter/golden.json");
  if (limit->precision == CLIP_PRECISION_BF16 && !(clip_cpu_flags () & CLIP_CPU_BF16))
    return;
  fixture->model = clip_model_open (folder, &(ClipOptions){.precision = limit->precision}, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->model, clip_model_unref);
  g_object_unref (fixture->golden);
}

/* Both have unit length, the golden one to seven digits. Returns their cosine. */
static double
compare (const char *what, const float *embedding, JsonObject *golden)
{
  gsize n;
  g_autofree float *expected = golden_floats (golden, "embedding", &n);
  double dot = 0, norm = 0;

  for (gsize i = 0; i < n; i++) {
    dot += (double)embedding[i] * expected[i];
    norm += (double)embedding[i] * embedding[i];
  }
  g_test_message ("%s: 1 − cosine %.2g", what, 1.0 - dot);
  g_assert_cmpfloat_with_epsilon (norm, 1.0, 1e-5);
  return dot;
}

static int
ascending (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static void
test_facts (Fixture *fixture, gconstpointer data)
{
  const ClipModelInfo *info = clip_model_get_info (fixture->model);
  double scale = json_object_get_double_member (golden_root (fixture->golden), "exp_logit_scale");

  g_assert_cmpuint (info->dims, ==, DIMS);
  g_assert_cmpuint (info->image_size, ==, 224);
  g_assert_cmpuint (info->context_length, ==, 77);
  g_assert_cmpfloat_with_epsilon (info->logit_scale, scale, 1e-3);
  g_assert_cmpstr (info->family, ==, "efficientnet");
  /* 383.9 M in convolutions, and 1.31 M and 0.52 M in the head. */
  g_assert_cmpfloat_with_epsilon ((double)info->image_macs / 1e6, 383.9 + 1.31 + 0.52, 0.06);
}

static void
test_texts (Fixture *fixture, gconstpointer data)
{
  const Limits *limit = data;
  JsonObject *root = golden_root (fixture->golden);
  guint n = golden_count (root, "texts");
  g_autofree const char **texts = g_new (const char *, n);
  g_autofree float *embeddings = g_new (float, (gsize)n *DIMS);
  g_autoptr (GError) error = NULL;

  if (fixture->model == NULL) {
    g_test_skip ("this processor does not compute in bf16");
    return;
  }

  for (guint i = 0; i < n; i++) {
    JsonObject *text = golden_element (root, "texts", i);
    gsize n_ids, n_expected;
    texts[i] = json_object_get_string_member (text, "text");
    g_autofree guint32 *expected = golden_ids (text, "ids", &n_expected);
    g_autofree guint32 *ids = clip_model_tokenize (fixture->model, texts[i], &n_ids, &error);
    g_assert_no_error (error);
    g_assert_cmpmem (ids, n_ids * sizeof *ids, expected, n_expected * sizeof *expected);
  }
  clip_model_encode_texts (fixture->model, texts, n, embeddings, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat (
        compare (texts[i], embeddings + (gsize)i * DIMS, golden_element (root, "texts", i)), >=,
        limit->text);
}

static void
test_pictures (Fixture *fixture, gconstpointer data)
{
  const Limits *limit = data;
  JsonObject *root = golden_root (fixture->golden);

  if (fixture->model == NULL) {
    g_test_skip ("this processor does not compute in bf16");
    return;
  }

  guint n = golden_count (root, "images");
  g_autofree double *cosines = g_new (double, n);
  for (guint i = 0; i < n; i++) {
    JsonObject *image = golden_element (root, "images", i);
    const char *file = json_object_get_string_member (image, "file");
    g_autofree char *name = g_build_filename ("starter", file, NULL);
    g_autofree char *path = golden_path (name);
    g_autoptr (GError) error = NULL;
    float embedding[DIMS];

    VipsImage *decoded = vips_image_new_from_file (path, NULL);
    if (decoded == NULL)
      g_error ("%s", vips_error_buffer ());
    g_assert_cmpint (vips_image_get_bands (decoded), ==, 3);
    g_assert_cmpint (vips_image_get_format (decoded), ==, VIPS_FORMAT_UCHAR);
    gsize size;
    g_autofree guint8 *rgb = vips_image_write_to_memory (decoded, &size);
    ClipPicture picture = {rgb, (guint)vips_image_get_width (decoded),
                           (guint)vips_image_get_height (decoded),
                           3 * (gsize)vips_image_get_width (decoded)};
    g_object_unref (decoded);

    clip_model_encode_pictures (fixture->model, &picture, 1, embedding, NULL, &error);
    g_assert_no_error (error);
    cosines[i] = compare (file, embedding, image);
  }
  qsort (cosines, n, sizeof *cosines, ascending);
  gsize decides = limit->precision == CLIP_PRECISION_F32 ? 0 : n / 2;
  g_assert_cmpfloat (cosines[decides], >=, limit->picture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (VIPS_INIT (argv[0]) != 0)
    g_error ("%s", vips_error_buffer ());
  g_test_add ("/starter/facts", Fixture, &limits[0], set_up, test_facts, tear_down);
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++) {
    const char *precision = clip_precision_to_string (limits[i].precision);
    g_autofree char *texts = g_strconcat ("/starter/texts/", precision, NULL);
    g_autofree char *pictures = g_strconcat ("/starter/pictures/", precision, NULL);
    g_test_add (texts, Fixture, &limits[i], set_up, test_texts, tear_down);
    g_test_add (pictures, Fixture, &limits[i], set_up, test_pictures, tear_down);
  }
  int status = g_test_run ();
  vips_shutdown ();
  return status;
}
