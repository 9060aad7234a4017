/* test-weights.c: the same weights come out of every format, and what is wrong with a folder's
 * tensors is said with file and tensor. */
#include "clip.h"
#include "files/weights.h"
#include "files/widen.h"
#include "support/expect.h"
#include "support/folder.h"
#include "support/golden.h"
#include "support/make-model.h"
#include "support/model-case.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define CASE "tiny-convnext-mlp"

/* ---- Widening ---------------------------------------------------------------------------- */

static guint32
bits_of (float value)
{
  guint32 bits;
  memcpy (&bits, &value, sizeof bits);
  return bits;
}

/* The definition of float16, in double. */
static double
half_value (guint16 half)
{
  int exponent = half >> 10 & 0x1f, mantissa = half & 0x3ff;
  double magnitude = exponent == 0x1f ? INFINITY
                     : exponent == 0  ? ldexp (mantissa, -24)
                                      : ldexp (1024 + mantissa, exponent - 25);
  return (half & 0x8000) != 0 ? -magnitude : magnitude;
}

static void
test_widen (void)
{
  for (guint i = 0; i <= G_MAXUINT16; i++) {
    guint16 half = (guint16)i;
    guint32 bits = bits_of (clip_widen_f16 (half));
    if ((half & 0x7c00) == 0x7c00 && (half & 0x3ff) != 0) { /* NaN keeps sign and bits */
      guint32 expected = (half & 0x8000u) << 16 | 0x7f800000 | (half & 0x3ffu) << 13;
      g_assert_cmphex (bits, ==, expected);
    } else {
      g_assert_cmphex (bits, ==, bits_of ((float)half_value (half)));
      g_assert_cmphex (make_model_to_f16 (clip_widen_f16 (half)), ==, half);
    }
    g_assert_cmphex (bits_of (clip_widen_bf16 (half)), ==, (guint32)i << 16);
  }
}

/* A view of every rank and order of strides gives what an index computation gives. */
static void
test_views (void)
{
  static const struct {
    guint rank;
    gsize shape[4], stride[4];
    gboolean contiguous;
  } cases[] = {
      {0, {0}, {0}, TRUE},
      {1, {5}, {1}, TRUE},
      {1, {5}, {3}, FALSE},
      {2, {3, 4}, {4, 1}, TRUE},
      {2, {3, 4}, {1, 3}, FALSE},
      {2, {1, 4}, {99, 1}, TRUE},
      {3, {2, 3, 4}, {12, 4, 1}, TRUE},
      {3, {2, 3, 4}, {4, 8, 1}, FALSE},
      {4, {2, 1, 3, 2}, {0, 7, 2, 1}, FALSE},
      {4, {2, 2, 2, 2}, {1, 2, 4, 8}, FALSE},
      {2, {0, 4}, {4, 1}, TRUE},
      {2, {4, 0}, {1, 4}, FALSE},
  };
  guint8 data[1 + 64 * 4]; /* from the second byte on: unaligned */
  for (guint i = 0; i < 64; i++)
    memcpy (data + 1 + 4 * i, &(float){(float)i}, 4);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    ClipTensor tensor = {.name = "t", .rank = cases[i].rank, .data = data + 1};
    gsize count = 1;
    for (guint j = 0; j < tensor.rank; j++) {
      tensor.shape[j] = cases[i].shape[j];
      tensor.stride[j] = cases[i].stride[j];
      count *= tensor.shape[j];
    }
    g_test_message ("case %zu", i);
    g_assert_true (clip_tensor_is_contiguous (&tensor) == cases[i].contiguous);
    g_autofree float *values = g_new (float, count + 1);
    values[count] = -1;
    clip_widen (&tensor, count, values);
    for (gsize k = 0; k < count; k++) {
      gsize rest = k, offset = 0;
      for (guint j = tensor.rank; j-- > 0; rest /= tensor.shape[j])
        offset += rest % tensor.shape[j] * tensor.stride[j];
      g_assert_cmpfloat (values[k], ==, (float)offset);
    }
    g_assert_cmpfloat (values[count], ==, -1);
  }
}

/* ---- Whole models ------------------------------------------------------------------------ */

/* What the generator's values become on their way through a file of that type. */
static float
round_to (float value, ClipDtype dtype)
{
  if (dtype == CLIP_DTYPE_F16)
    return clip_widen_f16 (make_model_to_f16 (value));
  return dtype == CLIP_DTYPE_BF16 ? clip_widen_bf16 (make_model_to_bf16 (value)) : value;
}

static void
check_weights (ClipWeights *weights, ClipDtype dtype)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ModelCase) model = model_case_new (CASE, &error);
  g_assert_no_error (error);
  g_autoptr (GArray) tensors = model_case_get_tensors (model);
  for (guint i = 0; i < tensors->len; i++) {
    const ModelTensor *tensor = &g_array_index (tensors, ModelTensor, i);
    gsize n = model_tensor_count (tensor);
    const float *values =
        clip_weights_get (weights, tensor->name, tensor->rank, tensor->shape, &error);
    g_assert_no_error (error);
    g_assert_true (values ==
                   clip_weights_get (weights, tensor->name, tensor->rank, tensor->shape, NULL));
    g_autofree float *expected = g_new (float, n);
    model_tensor_fill (tensor, model->seed, 0, n, expected);
    for (gsize j = 0; j < n; j++)
      expected[j] = round_to (expected[j], dtype);
    g_assert_cmpint (memcmp (values, expected, n * sizeof *values), ==, 0);
  }
  g_assert_true (clip_weights_check (weights, &error));
}

static void
test_formats (void)
{
  static const MakeModelOptions cases[] = {
      {.dtype = CLIP_DTYPE_F32},
      {.dtype = CLIP_DTYPE_F16, .module = TRUE, .text = TRUE},
      {.dtype = CLIP_DTYPE_BF16, .file = "model.safetensors", .text = TRUE},
      {.dtype = CLIP_DTYPE_F32, .file = "open_clip_pytorch_model.bin"},
      {.dtype = CLIP_DTYPE_F16, .file = "model.pth", .state_dict = TRUE, .module = TRUE},
      {.dtype = CLIP_DTYPE_BF16, .file = "my.pt", .state_dict = TRUE, .text = TRUE},
      {.dtype = CLIP_DTYPE_F32, .file = "my.pt", .tinyclip = TRUE},
      {.dtype = CLIP_DTYPE_F16, .file = "my.pt", .tinyclip = TRUE, .module = TRUE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TestFolder) folder = test_folder_new ();
    g_autoptr (GError) error = NULL;
    make_model_with (CASE, folder, &cases[i], &error);
    g_assert_no_error (error);
    g_test_message ("case %zu", i);
    g_autoptr (ClipWeights) weights = clip_weights_open (folder, &error);
    g_assert_no_error (error);
    if (cases[i].file != NULL)
      g_assert_cmpstr (clip_weights_get_file (weights), ==, cases[i].file);
    check_weights (weights, cases[i].dtype);
  }
}

/* The generator is the reference's: this is the SHA-256 of what its script writes. */
static void
test_generator (void)
{
  static const char sum[] = "834645549c5279ee58cddf8bfdbb36eb2b91545ed0aed97add8fad85d4b5f627";
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  make_model (CASE, folder, CLIP_DTYPE_BF16, &error);
  g_assert_no_error (error);
  g_autofree char *path = g_build_filename (folder, "open_clip_model.safetensors", NULL);
  g_autofree char *data = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  g_autofree char *made = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *)data, size);
  g_assert_cmpstr (made, ==, sum);
}

static void
test_starter (void)
{
  g_autofree char *folder = golden_path ("../../data/models/starter");
  g_autoptr (GError) error = NULL;
  g_autoptr (ClipWeights) weights = clip_weights_open (folder, &error);
  g_assert_no_error (error);
  const float *scale = clip_weights_get_shape (weights, "logit_scale", &error, 0);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (exp (*scale), 17.6363, 5e-5); /* golden.json has six digits */
  clip_weights_get_shape (weights, "visual.trunk.blocks.6.0.conv_pwl.weight", &error, 4, 320, 1152,
                          1, 1);
  g_assert_no_error (error);
}

/* ---- Files ------------------------------------------------------------------------------- */

/* Writes FOLDER/x.safetensors: @header, then @n bytes 0, 1, 2 … */
static void
write_file (const TestFolder *folder, const char *header, guint n)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint64 length = strlen (header);
  g_byte_array_append (bytes, (const guint8 *)&length, 8);
  g_byte_array_append (bytes, (const guint8 *)header, (guint)length);
  for (guint i = 0; i < n; i++)
    g_byte_array_append (bytes, &(guint8){(guint8)i}, 1);
  test_folder_write (folder, "x.safetensors", bytes->data, bytes->len);
}

/* Each file of the list wins over those before it. */
static void
test_preference (void)
{
  static const char *const names[] = {
      "b.pt",
      "a.pt",
      "z.pth",
      "z.bin",
      "z.safetensors",
      "a.safetensors",
      "model.pth",
      "pytorch_model.pth",
      "pytorch_model.bin",
      "model.safetensors",
      "open_clip_pytorch_model.pth",
      "open_clip_pytorch_model.bin",
      "open_clip_pytorch_model.safetensors",
      "open_clip_model.safetensors",
  };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  g_assert_null (clip_weights_open (folder, &error));
  expect_clip_error (&error, CLIP_ERROR_IO, folder, "no weights");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    test_folder_write (folder, names[i], "broken", 6);
    g_autofree char *path = g_build_filename (folder, names[i], NULL);
    g_assert_null (clip_weights_open (folder, &error));
    expect_clip_error (&error, CLIP_ERROR_INVALID, path, NULL);
  }
}

static void
test_wrong_tensors (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  write_file (folder, "{\"odd\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8);
  g_autoptr (ClipWeights) weights = clip_weights_open (folder, &error);
  g_assert_no_error (error);
  g_assert_null (clip_weights_get_shape (weights, "even", &error, 1, 2));
  expect_clip_error (&error, CLIP_ERROR_INVALID, "x.safetensors", "“even” is missing");
  g_assert_null (clip_weights_get_shape (weights, "odd", &error, 1, 3));
  expect_clip_error (&error, CLIP_ERROR_INVALID, "x.safetensors",
                     "“odd” has the shape [2] where [3]");
  g_assert_null (clip_weights_get_shape (weights, "odd", &error, 2, 2, 1));
  expect_clip_error (&error, CLIP_ERROR_INVALID, "x.safetensors",
                     "“odd” has the shape [2] where [2, 1]");
  g_assert_null (clip_weights_get_shape (weights, "odd", &error, 1, 2));
  expect_clip_error (&error, CLIP_ERROR_UNSUPPORTED, "x.safetensors", "“odd” has a type");
}

static void
test_same_name (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  write_file (folder,
              "{\"module.a\":{\"dtype\":\"F16\",\"shape\":[],\"data_offsets\":[0,2]},"
              "\"text.a\":{\"dtype\":\"F16\",\"shape\":[],\"data_offsets\":[2,4]}}",
              4);
  g_assert_null (clip_weights_open (folder, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, "x.safetensors", "“a” is there twice");
}

/* Data at any address: in place where it is aligned, copied where not. */
static void
test_unaligned (void)
{
  for (guint space = 0; space < 4; space++) {
    g_autoptr (TestFolder) folder = test_folder_new ();
    g_autoptr (GError) error = NULL;
    g_autofree char *header = g_strdup_printf (
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}%*s}", (int)space, "");
    write_file (folder, header, 8);
    g_autoptr (ClipWeights) weights = clip_weights_open (folder, &error);
    g_assert_no_error (error);
    const guint8 *data = clip_weights_find (weights, "t")->data;
    const float *values = clip_weights_get_shape (weights, "t", &error, 1, 2);
    g_assert_no_error (error);
    g_assert_true (((const guint8 *)values == data) == ((guintptr)data % 4 == 0));
    g_assert_cmphex (bits_of (values[0]), ==, 0x03020100);
    g_assert_cmphex (bits_of (values[1]), ==, 0x07060504);
  }
}

/* logit_scale may be a vector of one. */
static void
test_scale (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  write_file (folder, "{\"logit_scale\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[0,2]}}",
              2);
  g_autoptr (ClipWeights) weights = clip_weights_open (folder, &error);
  g_assert_no_error (error);
  const float *value = clip_weights_get_shape (weights, "logit_scale", &error, 0);
  g_assert_no_error (error);
  g_assert_cmphex (bits_of (*value), ==, 0x01000000);
}

static void
test_shrinks (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  make_model (CASE, folder, CLIP_DTYPE_F16, &error);
  g_assert_no_error (error);
  g_autoptr (ClipWeights) weights = clip_weights_open (folder, &error);
  g_assert_no_error (error);
  g_autofree char *path = g_build_filename (folder, "open_clip_model.safetensors", NULL);
  g_assert_cmpint (truncate (path, 4096), ==, 0);
  g_assert_null (clip_weights_get_shape (weights, "token_embedding.weight", &error, 2, 49408, 64));
  expect_clip_error (&error, CLIP_ERROR_IO, path, "shorter");
  g_assert_false (clip_weights_check (weights, &error));
  expect_clip_error (&error, CLIP_ERROR_IO, path, "shorter");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/weights/widen", test_widen);
  g_test_add_func ("/weights/views", test_views);
  g_test_add_func ("/weights/generator", test_generator);
  g_test_add_func ("/weights/formats", test_formats);
  g_test_add_func ("/weights/starter", test_starter);
  g_test_add_func ("/weights/preference", test_preference);
  g_test_add_func ("/weights/wrong-tensors", test_wrong_tensors);
  g_test_add_func ("/weights/same-name", test_same_name);
  g_test_add_func ("/weights/unaligned", test_unaligned);
  g_test_add_func ("/weights/scale", test_scale);
  g_test_add_func ("/weights/shrinks", test_shrinks);
  return g_test_run ();
}
