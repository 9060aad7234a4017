/* test-safetensors.c: what the safetensors reader takes and what it refuses. */
#include "clip.h"
#include "files/safetensors.h"
#include "support/expect.h"
#include "support/hostile.h"

#include <string.h>

#define TENSOR(name, dtype, shape, begin, end)                                                     \
  "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":[" shape "],\"data_offsets\":[" #begin "," #end \
  "]}"

static gboolean
parse (const guint8 *data, gsize size, GError **error)
{
  g_autoptr (ClipTensors) tensors = clip_safetensors_parse (data, size, "x.safetensors", error);
  return tensors != NULL;
}

/* A file with that header and @n bytes of data: 0, 1, 2 … */
static GByteArray *
make_file (const char *header, gsize n)
{
  GByteArray *file = g_byte_array_new ();
  guint64 length = strlen (header);
  g_byte_array_append (file, (const guint8 *)&length, sizeof length);
  g_byte_array_append (file, (const guint8 *)header, (guint)length);
  for (gsize i = 0; i < n; i++)
    g_byte_array_append (file, &(guint8){(guint8)i}, 1);
  return file;
}

static void
test_good (void)
{
  /* Out of order, unaligned, empty, of rank 0 and 9, and of types that nobody computes with. */
  static const char header[] =
      "{\"__metadata__\":{\"format\":\"pt\"}," TENSOR ("last", "F32", "2,1", 24, 32) ","  //
      TENSOR ("scalar", "F16", "", 0, 2) "," TENSOR ("empty", "BF16", "3,0", 2, 2) ","    //
      TENSOR ("none", "F32", "0", 2, 2) "," TENSOR ("count", "I64", "", 2, 10) ","        //
      TENSOR ("tiny", "F4", "2,3", 10, 13) "," TENSOR ("six", "F6_E2M3", "4", 13, 16) "," //
      TENSOR ("deep", "C64", "1,1,1,1,1,1,1,1,1", 16, 24) "}   ";
  g_autoptr (GByteArray) file = make_file (header, 32);
  g_autoptr (GError) error = NULL;
  g_autoptr (ClipTensors) tensors =
      clip_safetensors_parse (file->data, file->len, "x.safetensors", &error);
  g_assert_no_error (error);
  clip_tensors_sort (tensors, "x.safetensors", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tensors->n, ==, 8);

  const guint8 *data = file->data + 8 + strlen (header);
  const ClipTensor *last = clip_tensors_find (tensors, "last");
  g_assert_true (last->data == data + 24);
  g_assert_cmpint (last->dtype, ==, CLIP_DTYPE_F32);
  g_assert_cmpuint (last->rank, ==, 2);
  g_assert_cmpuint (last->shape[0], ==, 2);
  g_assert_cmpuint (last->stride[0], ==, 1);
  g_assert_cmpuint (clip_tensors_find (tensors, "scalar")->rank, ==, 0);
  g_assert_cmpint (clip_tensors_find (tensors, "scalar")->dtype, ==, CLIP_DTYPE_F16);
  g_assert_cmpint (clip_tensors_find (tensors, "empty")->dtype, ==, CLIP_DTYPE_BF16);
  g_assert_cmpint (clip_tensors_find (tensors, "count")->dtype, ==, CLIP_DTYPE_OTHER);
  g_assert_cmpuint (clip_tensors_find (tensors, "deep")->rank, ==, 9);
  g_assert_null (clip_tensors_find (tensors, "__metadata__"));

  g_autoptr (GByteArray) empty = make_file ("{}", 0);
  g_assert_true (hostile_parse (parse, empty->data, empty->len, &error));
}

static void
test_bad_header (void)
{
  static const struct {
    const char *header;
    gsize data;
    const char *what;
  } cases[] = {
      {"", 0, "begin with"},
      {" {}", 0, "begin with"},
      {"[]", 0, "begin with"},
      {"{}", 1, "belong to no tensor"},
      {"{\"__metadata__\":{\"a\":1}}", 0, "__metadata__"},
      {"{\"__metadata__\":\"a\"}", 0, "__metadata__"},
      {"{\"t\":3}", 0, "“t”: unknown or missing “dtype”"},
      {"{" TENSOR ("t", "F33", "1", 0, 4) "}", 4, "“t”: unknown or missing “dtype”"},
      {"{\"t\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "“t”: “shape”"},
      {"{" TENSOR ("t", "F32", "-1", 0, 4) "}", 4, "“t”: “shape”"},
      {"{" TENSOR ("t", "F32", "1.0", 0, 4) "}", 4, "“t”: “shape”"},
      {"{" TENSOR ("t", "F32", "4294967296,4294967296,0", 0, 0) "}", 0, "“t”: “shape”"},
      {"{" TENSOR ("t", "F64", "576460752303423488", 0, 0) "}", 0, "“t”: “shape”"},
      {"{\"t\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "“t”: “data_offsets”"},
      {"{" TENSOR ("t", "F32", "1", 4, 0) "}", 4, "“t”: “data_offsets”"},
      {"{" TENSOR ("t", "F32", "0", 4, 0) "}", 4, "“t”: “data_offsets”"},
      {"{" TENSOR ("t", "F32", "1", 0, 18446744073709551616) "}", 4, "64 bits"},
      {"{" TENSOR ("t", "F32", "1", 0, 8) "}", 8, "“t”: “data_offsets” don't fit"},
      {"{" TENSOR ("t", "F4", "1", 0, 1) "}", 1, "“t”: “data_offsets” don't fit"},
      {"{" TENSOR ("t", "F32", "1", 0, 4) "}", 3, "“t”: the file ends before"},
      {"{" TENSOR ("t", "F32", "1", 18446744073709551608, 18446744073709551612) "}", 4,
       "“t”: the file ends before"},
      {"{" TENSOR ("a", "F32", "2", 0, 8) "," TENSOR ("b", "F32", "2", 4, 12) "}", 12,
       "“b”: overlaps"},
      {"{" TENSOR ("a", "F32", "1", 0, 4) "," TENSOR ("b", "F32", "1", 0, 4) "}", 4, "overlaps"},
      {"{" TENSOR ("a", "F32", "1", 0, 4) "," TENSOR ("b", "F32", "1", 5, 9) "}", 9,
       "“b”: there is a hole"},
      {"{" TENSOR ("a", "F32", "1", 1, 5) "}", 5, "“a”: there is a hole"},
      {"{" TENSOR ("a", "F32", "1", 0, 4) "}", 5, "belong to no tensor"},
      {"{" TENSOR ("a", "F32", "1", 0, 4) "," TENSOR ("a", "F32", "1", 4, 8) "}", 8, "“a” twice"},
      {"{" TENSOR ("a\\u0000b", "F32", "1", 0, 4) "}", 4, "NUL"},
      {"{" TENSOR ("a", "F32", "1", 0, 4), 4, "JSON byte"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GByteArray) file = make_file (cases[i].header, cases[i].data);
    g_autoptr (GError) error = NULL;
    g_test_message ("case %zu", i);
    g_assert_false (hostile_parse (parse, file->data, file->len, &error));
    expect_clip_error (&error, CLIP_ERROR_INVALID, "x.safetensors", cases[i].what);
  }
}

static void
test_bad_length (void)
{
  static const struct {
    guint64 length;
    gsize size;
    const char *what;
  } cases[] = {
      {2, 0, "too short"},
      {2, 7, "too short"},
      {3, 10, "ends within its header"},
      {2, 9, "ends within its header"},
      {100000000, 10, "ends within its header"},
      {100000001, 10, "longer than"},
      {G_GUINT64_CONSTANT (1) << 63, 10, "longer than"},
      {G_MAXUINT64 - 7, 10, "longer than"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GByteArray) file = make_file ("{}", 0);
    g_autoptr (GError) error = NULL;
    memcpy (file->data, &cases[i].length, 8);
    g_assert_false (hostile_parse (parse, file->data, cases[i].size, &error));
    expect_clip_error (&error, CLIP_ERROR_INVALID, "x.safetensors", cases[i].what);
  }
}

static void
test_deep (void)
{
  g_autofree char *brackets = g_strnfill (100000, '[');
  g_autofree char *header = g_strconcat ("{\"a\":", brackets, NULL);
  g_autoptr (GByteArray) file = make_file (header, 0);
  g_autoptr (GError) error = NULL;
  g_assert_false (hostile_parse (parse, file->data, file->len, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, "x.safetensors", "nested too deeply");
}

static void
test_hostile (void)
{
  g_autoptr (GByteArray) file =
      make_file ("{\"__metadata__\":{\"a\":\"b\"}," TENSOR ("a", "F32", "2,1", 0, 8) "," //
                 TENSOR ("b", "F16", "3", 8, 14) "}",
                 14);
  hostile_truncate (parse, file->data, file->len);
  hostile_mutate (parse, file->data, file->len);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/safetensors/good", test_good);
  g_test_add_func ("/safetensors/bad-header", test_bad_header);
  g_test_add_func ("/safetensors/bad-length", test_bad_length);
  g_test_add_func ("/safetensors/deep", test_deep);
  g_test_add_func ("/safetensors/hostile", test_hostile);
  return g_test_run ();
}
