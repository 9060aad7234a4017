/* test-places.c: rectangles and tiles, and the embeddings of places in a picture. */
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "engine/model/model-fixture.h"
#include "support/expect.h"

#define MERGES "../data/models/starter/merges.txt"

/* ---- A model in which no place sees another ---------------------------------------------- */

/* Zeroes what lets a place see its neighbours: depthwise kernels, and all of the stem of a 3 × 3
 * convolution but its centre. @tensor: a tensor's values in the file */
static void
cut_off (const char *name, JsonObject *facts, guint8 *tensor, gsize size)
{
  JsonArray *shape = json_object_get_array_member (facts, "shape");

  if (strstr (name, "conv_dw.weight")) {
    memset (tensor, 0, size);
  } else if (g_str_has_suffix (name, "conv_stem.weight")) {
    gsize n = (gsize)json_array_get_int_element (shape, 0) * 3 * 9, item = size / n;

    for (gsize i = 0; i < n; i++)
      if (i % 9 != 4)
        memset (tensor + i * item, 0, item);
  }
}

static void
cut_off_tensors (guint8 *file, gsize size)
{
  guint64 header = *(guint64 *)(gpointer)file;
  g_autoptr (JsonParser) parser = json_parser_new ();
  guint8 *data = file + sizeof header + header;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  g_assert_cmpuint (header, <, size);
  g_assert_true (
      json_parser_load_from_data (parser, (char *)file + sizeof header, (gssize)header, NULL));
  json_object_iter_init (&iter, json_node_get_object (json_parser_get_root (parser)));
  while (json_object_iter_next (&iter, &name, &node)) {
    JsonObject *facts = json_node_get_object (node);

    if (!json_object_has_member (facts, "data_offsets"))
      continue;
    JsonArray *offsets = json_object_get_array_member (facts, "data_offsets");
    gsize from = (gsize)json_array_get_int_element (offsets, 0);
    gsize to = (gsize)json_array_get_int_element (offsets, 1);
    cut_off (name, facts, data + from, to - from);
  }
}

static char *
read_file (const char *folder, const char *name, gsize *size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char *data;

  g_file_get_contents (path, &data, size, &error);
  g_assert_no_error (error);
  return data;
}

/* A copy of the model in @folder in which no place sees another, open. */
static ClipModel *
open_cut_off (const char *folder)
{
  g_autoptr (TestFolder) copy = test_folder_new ();
  g_autofree char *merges = g_test_build_filename (G_TEST_DIST, MERGES, NULL);
  const ClipOptions options = {
      .precision = CLIP_PRECISION_F32, .image_size = 96, .vocabulary = merges};
  static const char *const names[] = {"open_clip_config.json", "open_clip_model.safetensors"};
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    gsize size;
    g_autofree char *data = read_file (folder, names[i], &size);

    if (g_str_has_suffix (names[i], ".safetensors"))
      cut_off_tensors ((guint8 *)data, size);
    test_folder_write (copy, names[i], data, size);
  }
  ClipModel *model = clip_model_open (copy, &options, &error);
  g_assert_no_error (error);
  return model;
}

/* ---- Tests ------------------------------------------------------------------------------- */

/* @folder: (nullable): %NULL for the starter model's */
static ClipModel *
open_named (const char *case_name)
{
  if (g_str_equal (case_name, "starter")) {
    g_autofree char *starter =
        g_test_build_filename (G_TEST_DIST, "..", "data", "models", "starter", NULL);
    return open_cut_off (starter);
  }
  g_autoptr (ModelFixture) fixture = model_fixture_new (case_name);
  return open_cut_off (fixture->folder);
}

static void
assert_near (const float *a, const float *b, guint dims)
{
  for (guint i = 0; i < dims; i++)
    g_assert_cmpfloat_with_epsilon (a[i], b[i], 2e-5f);
}

/* A picture of one colour through such a model makes a feature map that is the same everywhere:
 * there each place has the embedding that the picture has. */
static void
test_even_map (gconstpointer case_name)
{
  g_autoptr (ClipModel) model = open_named (case_name);
  guint dims = clip_model_get_info (model)->dims;
  g_autofree guint8 *rgb = g_malloc (192 * 96 * 3);
  ClipPicture picture = {rgb, 192, 96, 192 * 3};
  g_autofree float *whole = g_new (float, dims);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < (gsize)192 * 96; i++)
    memcpy (rgb + 3 * i, (const guint8[]){200, 120, 30}, 3);
  clip_model_encode_tiles (model, &picture, 1, whole, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (ClipPlaces) places = clip_model_encode_places (model, &picture, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (places->columns, ==, 4);
  g_assert_cmpuint (places->rows, ==, 2);
  for (guint i = 0; i < places->columns * places->rows; i++)
    assert_near (places->embeddings + (gsize)i * dims, whole, dims);
}

/* Two colours side by side: the places of each half have its colour's embedding. */
static void
test_two_halves (gconstpointer case_name)
{
  g_autoptr (ClipModel) model = open_named (case_name);
  guint dims = clip_model_get_info (model)->dims;
  g_autofree guint8 *rgb = g_malloc (128 * 64 * 3);
  ClipPicture picture = {rgb, 128, 64, 128 * 3};
  ClipPicture halves[2] = {{rgb, 64, 64, 128 * 3}, {rgb + 64 * 3, 64, 64, 128 * 3}};
  g_autofree float *expected = g_new (float, 2 * (gsize)dims);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < (gsize)128 * 64; i++)
    memcpy (rgb + 3 * i,
            i % 128 < 64 ? (const guint8[]){200, 120, 30} : (const guint8[]){10, 60, 200}, 3);
  clip_model_encode_tiles (model, halves, 2, expected, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (ClipPlaces) places = clip_model_encode_places (model, &picture, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (places->columns, ==, 4);
  for (guint row = 0; row < places->rows; row++) {
    const float *line = places->embeddings + (gsize)row * places->columns * dims;
    assert_near (line, expected, dims);
    assert_near (line + 3 * (gsize)dims, expected + dims, dims);
  }
}

/* A ViT takes its square only, and says so. */
static void
test_vit (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ("tiny-vit");
  g_autoptr (ClipModel) model = model_fixture_open (fixture, 1);
  const ClipModelInfo *info = clip_model_get_info (model);
  g_autofree float *embeddings = g_new (float, 2 * (gsize)info->dims);
  g_autoptr (GError) error = NULL;
  ClipPicture picture, square;

  g_assert_false (info->takes_rectangles);
  model_picture_init (&picture, 2 * info->image_size, info->image_size, 1);
  g_assert_null (clip_model_encode_places (model, &picture, NULL, &error));
  expect_clip_error (&error, CLIP_ERROR_UNSUPPORTED, "where", NULL);
  g_assert_false (clip_model_encode_tiles (model, &picture, 1, embeddings, NULL, &error));
  expect_clip_error (&error, CLIP_ERROR_ARGUMENT, "as it is", NULL);

  square = picture;
  square.width = info->image_size;
  g_assert_true (clip_model_encode_tiles (model, &square, 1, embeddings, NULL, NULL));
  g_assert_true (
      clip_model_encode_pictures (model, &square, 1, embeddings + info->dims, NULL, NULL));
  g_assert_cmpmem (embeddings, info->dims * sizeof (float), embeddings + info->dims,
                   info->dims * sizeof (float));
  model_picture_clear (&picture);
}

/* Sides that are no multiples of a place's, and a picture without any. */
static void
test_refused (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ("tiny-convnext");
  g_autoptr (ClipModel) model = model_fixture_open (fixture, 1);
  const ClipModelInfo *info = clip_model_get_info (model);
  g_autofree float *embedding = g_new (float, info->dims);
  g_autoptr (GError) error = NULL;
  ClipPicture picture;

  model_picture_init (&picture, 96, 100, 1);
  g_assert_true (info->takes_rectangles);
  g_assert_false (clip_model_encode_tiles (model, &picture, 1, embedding, NULL, &error));
  expect_clip_error (&error, CLIP_ERROR_ARGUMENT, "96 × 100", NULL);
  picture.height = 0;
  g_assert_null (clip_model_encode_places (model, &picture, NULL, &error));
  expect_clip_error (&error, CLIP_ERROR_ARGUMENT, "side", NULL);
  model_picture_clear (&picture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/places/even-map/convnext", "tiny-convnext", test_even_map);
  g_test_add_data_func ("/places/even-map/convnext-mlp", "tiny-convnext-mlp", test_even_map);
  g_test_add_data_func ("/places/even-map/efficientnet", "starter", test_even_map);
  g_test_add_data_func ("/places/two-halves/convnext", "tiny-convnext", test_two_halves);
  g_test_add_data_func ("/places/two-halves/efficientnet", "starter", test_two_halves);
  g_test_add_func ("/places/vit", test_vit);
  g_test_add_func ("/places/refused", test_refused);
  return g_test_run ();
}
