/* test-torch.c: PyTorch checkpoints whose pickle and records contradict each other. */
#include "clip.h"
#include "files/torch.h"
#include "support/expect.h"
#include "support/hostile.h"
#include "support/zip-writer.h"

#include <stdlib.h>
#include <string.h>

static gboolean
parse (const guint8 *data, gsize size, GError **error)
{
  g_autoptr (ClipTensors) tensors = clip_torch_parse (data, size, "x.pt", error);
  return tensors != NULL;
}

/* One record of an archive. */
typedef struct {
  const char *name;
  gconstpointer data;
  gsize size;
} Record;

static GByteArray *
make_archive (const Record *records, gsize n)
{
  char *data = NULL;
  size_t size = 0;
  FILE *file = open_memstream (&data, &size);
  ZipWriter *zip = zip_writer_new (file, FALSE);
  for (gsize i = 0; i < n; i++)
    if (records[i].name != NULL)
      zip_writer_add (zip, records[i].name, records[i].data, records[i].size);
  g_assert_true (zip_writer_finish (zip));
  fclose (file);
  GByteArray *archive = g_byte_array_new ();
  g_byte_array_append (archive, (const guint8 *)data, (guint)size);
  free (data);
  return archive;
}

/* ---- Pickles of one tensor --------------------------------------------------------------- */

static void
put (GByteArray *pickle, const char *text)
{
  g_byte_array_append (pickle, (const guint8 *)text, (guint)strlen (text));
}

static void
put_string (GByteArray *pickle, const char *text)
{
  guint32 length = (guint32)strlen (text);
  put (pickle, "X");
  g_byte_array_append (pickle, (const guint8 *)&length, 4);
  put (pickle, text);
}

static void
put_integer (GByteArray *pickle, gint64 value)
{
  put (pickle, "\x8a\x08"); /* LONG1 of eight bytes */
  g_byte_array_append (pickle, (const guint8 *)&value, 8);
}

/* {@key: tensor "w"} */
typedef struct {
  const char *storage, *record;
  gint64 elements, offset, shape[2], stride[2];
} View;

static GByteArray *
make_pickle (const View *view)
{
  GByteArray *pickle = g_byte_array_new ();
  put (pickle, "\x80\x02}");
  put_string (pickle, "w");
  put (pickle, "ctorch._utils\n_rebuild_tensor_v2\n((");
  put_string (pickle, "storage");
  put (pickle, "ctorch\n");
  put (pickle, view->storage);
  put (pickle, "\n");
  put_string (pickle, view->record);
  put_string (pickle, "cpu");
  put_integer (pickle, view->elements);
  put (pickle, "tQ");
  put_integer (pickle, view->offset);
  for (guint i = 0; i < 2; i++) {
    const gint64 *pair = i == 0 ? view->shape : view->stride;
    put_integer (pickle, pair[0]);
    put_integer (pickle, pair[1]);
    put (pickle, "\x86");
  }
  put (pickle, "\x89}tRs.");
  return pickle;
}

static GByteArray *
make_checkpoint (const View *view, gsize size)
{
  g_autoptr (GByteArray) pickle = make_pickle (view);
  g_autofree guint8 *data = g_malloc0 (size + 1);
  const Record records[] = {{"m/data.pkl", pickle->data, pickle->len},
                            {"m/byteorder", "little", 6},
                            {"m/data/0", data, size},
                            {"m/version", "3\n", 2}};
  return make_archive (records, G_N_ELEMENTS (records));
}

/* ---- Tests ------------------------------------------------------------------------------- */

static void
test_good (void)
{
  static const struct {
    View view;
    gsize size;
    ClipDtype dtype;
  } cases[] = {
      {{"FloatStorage", "0", 6, 0, {2, 3}, {3, 1}}, 24, CLIP_DTYPE_F32},
      {{"HalfStorage", "0", 6, 0, {2, 3}, {1, 2}}, 12, CLIP_DTYPE_F16}, /* transposed */
      {{"BFloat16Storage", "0", 6, 2, {2, 2}, {2, 1}}, 12, CLIP_DTYPE_BF16},
      {{"LongStorage", "0", 1, 0, {1, 1}, {9, 9}}, 8, CLIP_DTYPE_OTHER},
      {{"FloatStorage", "0", 1, 0, {9, 9}, {0, 0}}, 4, CLIP_DTYPE_F32}, /* expanded */
      {{"FloatStorage", "0", 0, 0, {0, 3}, {3, 1}}, 0, CLIP_DTYPE_F32},
      {{"FloatStorage", "0", 2, 2, {3, 0}, {1, 1}}, 8, CLIP_DTYPE_F32},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const View *view = &cases[i].view;
    g_autoptr (GByteArray) file = make_checkpoint (view, cases[i].size);
    g_autoptr (GError) error = NULL;
    g_autoptr (ClipTensors) tensors = clip_torch_parse (file->data, file->len, "x.pt", &error);
    g_assert_no_error (error);
    g_assert_cmpuint (tensors->n, ==, 1);
    const ClipTensor *tensor = &tensors->all[0];
    g_assert_cmpstr (tensor->name, ==, "w");
    g_assert_cmpint (tensor->dtype, ==, cases[i].dtype);
    g_assert_cmpuint (tensor->rank, ==, 2);
    g_assert_cmpmem (tensor->shape, 2 * sizeof (gsize), view->shape, 2 * sizeof (gsize));
    g_assert_cmpmem (tensor->stride, 2 * sizeof (gsize), view->stride, 2 * sizeof (gsize));
  }
}

static void
test_bad_view (void)
{
  static const struct {
    View view;
    gsize size;
    const char *what;
  } cases[] = {
      {{"FloatStorage", "0", 6, 0, {2, 3}, {3, 1}}, 23, "has not the size"},
      {{"FloatStorage", "0", 6, 0, {2, 3}, {3, 1}}, 25, "has not the size"},
      {{"HalfStorage", "0", 6, 0, {2, 3}, {3, 1}}, 24, "has not the size"},
      {{"FloatStorage", "0", -1, 0, {1, 1}, {1, 1}}, 4, "has not the size"},
      {{"LongStorage", "0", G_MAXINT64, 0, {1, 1}, {1, 1}}, 8, "has not the size"},
      {{"FloatStorage", "1", 6, 0, {2, 3}, {3, 1}}, 24, "data is missing"},
      {{"FloatStorage", "../0", 6, 0, {2, 3}, {3, 1}}, 24, "data is missing"},
      {{"FloatStorage", "", 6, 0, {2, 3}, {3, 1}}, 24, "data is missing"},
      {{"FloatStorage", "0", 6, 1, {2, 3}, {3, 1}}, 24, "beyond its storage"},
      {{"FloatStorage", "0", 6, 0, {2, 3}, {4, 1}}, 24, "beyond its storage"},
      {{"FloatStorage", "0", 6, 7, {0, 3}, {3, 1}}, 24, "beyond its storage"},
      {{"FloatStorage", "0", 6, G_MAXINT64, {1, 1}, {1, 1}}, 24, "beyond its storage"},
      {{"FloatStorage", "0", 0, 0, {1, 1}, {1, 1}}, 0, "beyond its storage"},
      {{"FloatStorage", "0", 6, -1, {2, 3}, {3, 1}}, 24, "impossible offset"},
      {{"FloatStorage", "0", 6, 0, {-2, 3}, {3, 1}}, 24, "impossible offset"},
      {{"FloatStorage", "0", 6, 3, {2, 3}, {-3, 1}}, 24, "impossible offset"},
      {{"FloatStorage", "0", 6, 0, {3, 1}, {G_MAXINT64, 1}}, 24, "beyond its storage"},
      {{"FloatStorage", "0", 6, 0, {4, 1}, {G_MAXINT64, 1}}, 24, "impossible offset"},
      {{"FloatStorage", "0", 6, 0, {3, 3}, {G_MAXINT64, G_MAXINT64}}, 24, "impossible offset"},
      {{"FloatStorage", "0", 6, 0, {G_MAXINT64, 3}, {0, 0}}, 24, "impossible offset"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GByteArray) file = make_checkpoint (&cases[i].view, cases[i].size);
    g_autoptr (GError) error = NULL;
    g_test_message ("case %zu", i);
    g_assert_false (hostile_parse (parse, file->data, file->len, &error));
    expect_clip_error (&error, CLIP_ERROR_INVALID, "x.pt: tensor “w”", cases[i].what);
  }
}

#define NOTHING "\x80\x02}."

static void
test_bad_archive (void)
{
  static const struct {
    Record records[3];
    int code;
    const char *what;
  } cases[] = {
      {{{"m/other", "", 0}}, CLIP_ERROR_INVALID, "no data.pkl"},
      {{{"data.pkl", NOTHING, 4}}, CLIP_ERROR_INVALID, "no data.pkl"},
      {{{"a/data.pkl", NOTHING, 4}, {"b/data.pkl", NOTHING, 4}},
       CLIP_ERROR_INVALID,
       "more than one"},
      {{{"m/data.pkl", NOTHING, 4}, {"m/constants.pkl", "", 0}},
       CLIP_ERROR_UNSUPPORTED,
       "TorchScript"},
      {{{"m/data.pkl", NOTHING, 4}, {"m/byteorder", "big", 3}},
       CLIP_ERROR_UNSUPPORTED,
       "little-endian"},
      {{{"m/data.pkl", "\x80\x02].", 4}}, CLIP_ERROR_UNSUPPORTED, "not a dictionary"},
      {{{"m/data.pkl", "\x80\x02}X\n\0\0\0state_dictNs.", 21}},
       CLIP_ERROR_UNSUPPORTED,
       "not a dictionary"},
      {{{"m/data.pkl",
         "\x80\x02"
         "cos\nsystem\n.",
         14}},
       CLIP_ERROR_UNSUPPORTED,
       "“os.system”"},
      {{{"m/data.pkl", "", 0}}, CLIP_ERROR_INVALID, "ends too early"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GByteArray) file = make_archive (cases[i].records, 3);
    g_autoptr (GError) error = NULL;
    g_test_message ("case %zu", i);
    g_assert_false (hostile_parse (parse, file->data, file->len, &error));
    expect_clip_error (&error, cases[i].code, "x.pt", cases[i].what);
  }
}

/* Marks the record at the end of the archive as compressed. */
static void
compress_last (GByteArray *archive)
{
  guint8 *at = archive->data + archive->len;
  while (memcmp (--at, "PK\001\002", 4) != 0)
    ;
  at[10] = 8;
}

static void
test_compressed (void)
{
  static const Record records[] = {
      {"m/data.pkl", NOTHING, 4}, {"m/constants.pkl", "", 0}, {"m/code/x.py", "x", 1}};
  g_autoptr (GByteArray) script = make_archive (records, 3);
  g_autoptr (GByteArray) weights = make_archive (records, 1);
  g_autoptr (GError) error = NULL;
  compress_last (script);
  g_assert_false (hostile_parse (parse, script->data, script->len, &error));
  expect_clip_error (&error, CLIP_ERROR_UNSUPPORTED, "x.pt", "TorchScript");
  compress_last (weights);
  g_assert_false (hostile_parse (parse, weights->data, weights->len, &error));
  expect_clip_error (&error, CLIP_ERROR_UNSUPPORTED, "x.pt", "compressed");
}

static void
test_not_zip (void)
{
  static const guint8 old[] = "\x80\x02\x8a\nl\xfc\x9c\x46\xf9 j\xa8P\x19.";
  g_autoptr (GError) error = NULL;
  g_assert_false (hostile_parse (parse, old, sizeof old - 1, &error));
  expect_clip_error (&error, CLIP_ERROR_UNSUPPORTED, "x.pt", "before 1.6");
  g_assert_false (hostile_parse (parse, (const guint8 *)"version https", 13, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, "x.pt", "zip");
  g_assert_false (hostile_parse (parse, NULL, 0, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, "x.pt", "zip");
}

static void
test_hostile (void)
{
  g_autoptr (GByteArray) file =
      make_checkpoint (&(View){"HalfStorage", "0", 6, 1, {2, 2}, {3, 1}}, 12);
  hostile_truncate (parse, file->data, file->len);
  hostile_mutate (parse, file->data, file->len);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torch/good", test_good);
  g_test_add_func ("/torch/bad-view", test_bad_view);
  g_test_add_func ("/torch/bad-archive", test_bad_archive);
  g_test_add_func ("/torch/compressed", test_compressed);
  g_test_add_func ("/torch/not-zip", test_not_zip);
  g_test_add_func ("/torch/hostile", test_hostile);
  return g_test_run ();
}
