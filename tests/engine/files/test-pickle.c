/* test-pickle.c: the pickle machine builds what weights need and refuses everything else. */
#include "clip.h"
#include "files/pickle.h"
#include "support/expect.h"
#include "support/hostile.h"

#include <string.h>

/* A string literal's bytes, its NULs included, and their number. */
#define BYTES(text) text, sizeof text - 1

#define PROTO "\x80\2"
#define STRING(length, text) "X" length "\0\0\0" text
#define ORDERED_DICT "ccollections\nOrderedDict\n)R"
#define ID(type) "(" STRING ("\7", "storage") type STRING ("\1", "0") STRING ("\3", "cpu") "K\6t"
#define STORAGE ID ("ctorch\nFloatStorage\n") "Q"
#define REBUILD "ctorch._utils\n_rebuild_tensor_v2\n"
#define TENSOR REBUILD "(" STORAGE "K\1K\2K\1\x86K\1K\3\x86\x89" ORDERED_DICT "tR"
#define PARAMETER "ctorch._utils\n_rebuild_parameter\n" TENSOR "\x88" ORDERED_DICT "\x87R"

static gboolean
parse (const guint8 *data, gsize size, GError **error)
{
  g_autoptr (ClipPickle) pickle = clip_pickle_parse (data, size, "x.pkl", error);
  return pickle != NULL;
}

static ClipPickle *
parse_good (const char *text, gsize size)
{
  g_autoptr (GError) error = NULL;
  ClipPickle *pickle = clip_pickle_parse ((const guint8 *)text, size, "x.pkl", &error);
  g_assert_no_error (error);
  return pickle;
}

static void
test_integers (void)
{
  static const struct {
    const char *text;
    gsize size;
    gint64 value;
  } cases[] = {
      {BYTES (PROTO "K\xff."), 255},
      {BYTES (PROTO "M\xff\xff."), 65535},
      {BYTES (PROTO "J\xfe\xff\xff\xff."), -2},
      {BYTES (PROTO "J\xff\xff\xff\x7f."), G_MAXINT32},
      {BYTES (PROTO "\x8a\0."), 0},
      {BYTES (PROTO "\x8a\1\xff."), -1},
      {BYTES (PROTO "\x8a\2\xff\0."), 255},
      {BYTES (PROTO "\x8a\5\0\0\0\0\1."), G_GINT64_CONSTANT (1) << 32},
      {BYTES (PROTO "\x8a\x08\0\0\0\0\0\0\0\x80."), G_MININT64},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (ClipPickle) pickle = parse_good (cases[i].text, cases[i].size);
    const ClipPickleValue *root = clip_pickle_get_root (pickle);
    g_assert_cmpint (root->kind, ==, CLIP_PICKLE_INTEGER);
    g_assert_cmpint (root->integer, ==, cases[i].value);
  }
}

static void
test_kinds (void)
{
  static const struct {
    const char *text;
    gsize size;
    ClipPickleKind kind;
    gsize n; /* items of a container */
  } cases[] = {
      {BYTES (PROTO "N."), CLIP_PICKLE_NONE, 0},
      {BYTES (PROTO "\x88."), CLIP_PICKLE_BOOLEAN, 0},
      {BYTES (PROTO "G?\xf8\0\0\0\0\0\0."), CLIP_PICKLE_REAL, 0},
      {BYTES (PROTO STRING ("\2", "\xc3\xa9") "."), CLIP_PICKLE_STRING, 0},
      {BYTES (PROTO ")."), CLIP_PICKLE_TUPLE, 0},
      {BYTES (PROTO "N\x85."), CLIP_PICKLE_TUPLE, 1},
      {BYTES (PROTO "NN\x86."), CLIP_PICKLE_TUPLE, 2},
      {BYTES (PROTO "NNN\x87."), CLIP_PICKLE_TUPLE, 3},
      {BYTES (PROTO "(NNNNt."), CLIP_PICKLE_TUPLE, 4},
      {BYTES (PROTO "(t."), CLIP_PICKLE_TUPLE, 0},
      {BYTES (PROTO "]."), CLIP_PICKLE_LIST, 0},
      {BYTES (PROTO "]Na(NNe(e."), CLIP_PICKLE_LIST, 3},
      {BYTES (PROTO "}NNs(NNNNu(u."), CLIP_PICKLE_DICT, 6},
      {BYTES (PROTO ORDERED_DICT "}b."), CLIP_PICKLE_DICT, 0},
      {BYTES (PROTO "]q\0h\0a."), CLIP_PICKLE_LIST, 1}, /* holds itself */
      {BYTES (PROTO "Nr\2\0\0\0j\2\0\0\0\x86."), CLIP_PICKLE_TUPLE, 2},
      {BYTES (PROTO STORAGE "."), CLIP_PICKLE_STORAGE, 0},
      {BYTES (PROTO TENSOR "."), CLIP_PICKLE_TENSOR, 0},
      {BYTES (PROTO PARAMETER "."), CLIP_PICKLE_TENSOR, 0},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("case %zu", i);
    g_autoptr (ClipPickle) pickle = parse_good (cases[i].text, cases[i].size);
    const ClipPickleValue *root = clip_pickle_get_root (pickle);
    g_assert_cmpint (root->kind, ==, cases[i].kind);
    if (cases[i].n > 0)
      g_assert_cmpuint (root->n, ==, cases[i].n);
  }
}

static void
test_tensor (void)
{
  static const char text[] = PROTO "}(" STRING ("\1", "x") "N" STRING ("\1", "w") PARAMETER "u.";
  g_autoptr (ClipPickle) pickle = parse_good (BYTES (text));
  const ClipPickleValue *root = clip_pickle_get_root (pickle);
  const ClipPickleValue *tensor = clip_pickle_look_up (root, "w");
  g_assert_cmpint (tensor->kind, ==, CLIP_PICKLE_TENSOR);
  g_assert_cmpint (tensor->offset, ==, 1);
  g_assert_cmpuint (tensor->shape->n, ==, 2);
  g_assert_cmpint (tensor->shape->first->value->integer, ==, 2);
  g_assert_cmpint (tensor->stride->first->next->value->integer, ==, 3);
  g_assert_cmpint (tensor->storage->dtype, ==, CLIP_DTYPE_F32);
  g_assert_cmpint (tensor->storage->elements, ==, 6);
  g_assert_cmpstr (tensor->storage->key, ==, "0");
  g_assert_null (clip_pickle_look_up (root, "y"));
  g_assert_null (clip_pickle_look_up (tensor, "w"));
}

static void
test_bad (void)
{
  static const struct {
    const char *text;
    gsize size;
    int code;
    const char *what;
  } cases[] = {
      {BYTES (""), CLIP_ERROR_INVALID, "ends too early"},
      {BYTES ("\x80\4N."), CLIP_ERROR_UNSUPPORTED, "protocol 2"},
      {BYTES ("(dp0\n."), CLIP_ERROR_UNSUPPORTED, "protocol 2"},
      /* Globals and instructions that could do something. */
      {BYTES (PROTO "cposix\nsystem\n" STRING ("\2", "id") "\x85R."), CLIP_ERROR_UNSUPPORTED,
       "“posix.system”"},
      {BYTES (PROTO "cbuiltins\neval\n."), CLIP_ERROR_UNSUPPORTED, "“builtins.eval”"},
      {BYTES (PROTO "ctorch\nDoubleStorage\n."), CLIP_ERROR_UNSUPPORTED, "“torch.DoubleStorage”"},
      {BYTES (PROTO "ctorch\nFloatStorage2\n."), CLIP_ERROR_UNSUPPORTED, "“torch.FloatStorage2”"},
      {BYTES (PROTO "c\xff\n\n."), CLIP_ERROR_UNSUPPORTED, "asks Python"},
      {BYTES (PROTO "cposix"), CLIP_ERROR_UNSUPPORTED, "“posix."},
      {BYTES (PROTO "(iposix\nsystem\n."), CLIP_ERROR_UNSUPPORTED, "instruction 0x69"},
      {BYTES (PROTO "N)\x81."), CLIP_ERROR_UNSUPPORTED, "instruction 0x81"},
      {BYTES (PROTO "\x93."), CLIP_ERROR_UNSUPPORTED, "instruction 0x93"},
      {BYTES (PROTO "\x82\1."), CLIP_ERROR_UNSUPPORTED, "instruction 0x82"},
      {BYTES (PROTO PROTO "N."), CLIP_ERROR_UNSUPPORTED, "instruction 0x80"},
      /* Calls of what may be asked for, but not so. */
      {BYTES (PROTO "N)R."), CLIP_ERROR_INVALID, "a call"},
      {BYTES (PROTO "ccollections\nOrderedDict\nNR."), CLIP_ERROR_INVALID, "a call"},
      {BYTES (PROTO "ccollections\nOrderedDict\n]\x85R."), CLIP_ERROR_INVALID, "a call"},
      {BYTES (PROTO "ctorch\nFloatStorage\n)R."), CLIP_ERROR_INVALID, "a call"},
      {BYTES (PROTO REBUILD ")R."), CLIP_ERROR_INVALID, "a tensor that"},
      {BYTES (PROTO REBUILD "(NNNNNNtR."), CLIP_ERROR_INVALID, "a tensor that"},
      {BYTES (PROTO REBUILD "(" STORAGE "NK\2\x85K\1\x85\x89NtR."), CLIP_ERROR_INVALID,
       "a tensor that"},
      {BYTES (PROTO REBUILD "(" STORAGE "K\0K\2K\1\x85\x89NtR."), CLIP_ERROR_INVALID,
       "a tensor that"},
      {BYTES (PROTO REBUILD "(" STORAGE "K\0K\2\x85)\x89NtR."), CLIP_ERROR_INVALID,
       "a tensor that"},
      {BYTES (PROTO REBUILD "(" STORAGE "K\0N\x85K\1\x85\x89NtR."), CLIP_ERROR_INVALID,
       "a tensor that"},
      {BYTES (PROTO "ctorch._utils\n_rebuild_parameter\nNNN\x87R."), CLIP_ERROR_INVALID,
       "a parameter that"},
      {BYTES (PROTO ID ("N") "Q."), CLIP_ERROR_INVALID, "no storage"},
      {BYTES (PROTO ID (REBUILD) "Q."), CLIP_ERROR_INVALID, "no storage"},
      {BYTES (PROTO "NQ."), CLIP_ERROR_INVALID, "no storage"},
      {BYTES (PROTO "]Nb."), CLIP_ERROR_INVALID, "attributes"},
      /* A stack or memo that has not what is needed. */
      {BYTES (PROTO "."), CLIP_ERROR_INVALID, "lacks its operands"},
      {BYTES (PROTO "N\x86."), CLIP_ERROR_INVALID, "lacks its operands"},
      {BYTES (PROTO "N(\x85."), CLIP_ERROR_INVALID, "lacks its operands"},
      {BYTES (PROTO "(N\x86."), CLIP_ERROR_INVALID, "lacks its operands"},
      {BYTES (PROTO "(q\0."), CLIP_ERROR_INVALID, "lacks its operands"},
      {BYTES (PROTO "R."), CLIP_ERROR_INVALID, "lacks its operands"},
      {BYTES (PROTO "Nb."), CLIP_ERROR_INVALID, "lacks its operands"},
      {BYTES (PROTO "Na."), CLIP_ERROR_INVALID, "lacks its operands"},
      {BYTES (PROTO "(Nu."), CLIP_ERROR_INVALID, "lacks its operands"},
      {BYTES (PROTO "Nt."), CLIP_ERROR_INVALID, "a mark is missing"},
      {BYTES (PROTO "}NNu."), CLIP_ERROR_INVALID, "a mark is missing"},
      {BYTES (PROTO "}(NNNu."), CLIP_ERROR_INVALID, "can't hold"},
      {BYTES (PROTO "](NNu."), CLIP_ERROR_INVALID, "can't hold"},
      {BYTES (PROTO "}Na."), CLIP_ERROR_INVALID, "can't hold"},
      {BYTES (PROTO "N(Ne."), CLIP_ERROR_INVALID, "can't hold"},
      {BYTES (PROTO "h\0."), CLIP_ERROR_INVALID, "never set"},
      {BYTES (PROTO "j\xff\xff\xff\xff."), CLIP_ERROR_INVALID, "never set"},
      {BYTES (PROTO "Nr\xff\xff\xff\xff."), CLIP_ERROR_INVALID, "out of range"},
      /* Values. */
      {BYTES (PROTO "X\xff\xff\xff\xffz."), CLIP_ERROR_INVALID, "ends too early"},
      {BYTES (PROTO STRING ("\1", "\xff") "."), CLIP_ERROR_INVALID, "not UTF-8"},
      {BYTES (PROTO STRING ("\3", "a\0z") "."), CLIP_ERROR_INVALID, "NUL"},
      {BYTES (PROTO "\x8a\x09\0\0\0\0\0\0\0\0\1."), CLIP_ERROR_INVALID, "64 bits"},
      {BYTES (PROTO "NN."), CLIP_ERROR_INVALID, "goes on"},
      {BYTES (PROTO "N.N"), CLIP_ERROR_INVALID, "goes on"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_test_message ("case %zu", i);
    g_assert_false (hostile_parse (parse, (const guint8 *)cases[i].text, cases[i].size, &error));
    expect_clip_error (&error, cases[i].code, "x.pkl: pickle byte", cases[i].what);
  }
}

/* Small pickles must not become large values. */
static void
test_limits (void)
{
  const gsize n = 3 << 20;
  g_autofree char *pickle = g_strnfill (n, '(');
  g_autoptr (GError) error = NULL;
  memcpy (pickle, PROTO, 2);
  g_assert_false (parse ((const guint8 *)pickle, n, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, "x.pkl", "too many values");
  g_assert_false (parse ((const guint8 *)pickle, (gsize)1 << 40, &error)); /* not even looked at */
  expect_clip_error (&error, CLIP_ERROR_INVALID, "x.pkl", "too long");
}

static void
test_hostile (void)
{
  static const char text[] =
      PROTO "}q\0(" STRING ("\1", "x") "\x8a\2\1\1r\1\0\0\0" STRING ("\1", "w")
          PARAMETER STRING ("\1", "y") "](K\1j\1\0\0\0eu}b.";
  hostile_truncate (parse, (const guint8 *)BYTES (text));
  hostile_mutate (parse, (const guint8 *)BYTES (text));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pickle/integers", test_integers);
  g_test_add_func ("/pickle/kinds", test_kinds);
  g_test_add_func ("/pickle/tensor", test_tensor);
  g_test_add_func ("/pickle/bad", test_bad);
  g_test_add_func ("/pickle/limits", test_limits);
  g_test_add_func ("/pickle/hostile", test_hostile);
  return g_test_run ();
}
