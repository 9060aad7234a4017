/* test-json.c: what the JSON reader takes, and where it finds fault with what it does not. */
#include "clip.h"
#include "files/json.h"
#include "support/expect.h"

#include <string.h>

/* Parses a copy that ends at the end of its allocation, so that sanitizers see an overrun. */
static ClipJson *
parse (const char *text, gsize size, GError **error)
{
  g_autofree guint8 *copy = g_memdup2 (text, size);
  return clip_json_parse (copy, size, "x.json", error);
}

static void
test_bad (void)
{
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"", "byte 0: a value"},
      {"  ", "byte 2: a value"},
      {"{", "byte 1: a string"},
      {"[", "byte 1: a value"},
      {"[1,]", "byte 3: a value"},
      {"[1 2]", "byte 3: “,”"},
      {"[1}", "byte 2: “,”"},
      {"{\"a\":1,}", "byte 7: a string"},
      {"{\"a\" 1}", "byte 5: “:”"},
      {"{a:1}", "byte 1: a string"},
      {"{\"a\":1}x", "byte 7: text after"},
      {"nul", "unknown word"},
      {"True", "a value"},
      {"fals", "unknown word"},
      {"NaN", "a value"},
      {"01", "byte 1: text after"},
      {"+1", "byte 0"},
      {"-", "byte 1: a value"},
      {".5", "byte 0"},
      {"1.", "byte 2: a number without"},
      {"1e+", "byte 3: a number without"},
      {"1e400", "out of range"},
      {"18446744073709551616", "more than 64 bits"},
      {"\"abc", "byte 4: a string does not end"},
      {"\"a\nb\"", "byte 2: control"},
      {"\"\\x41\"", "unknown escape"},
      {"\"\\u12g4\"", "four hexadecimal"},
      {"\"\\u0000\"", "NUL"},
      {"\"\\ud800\"", "surrogate"},
      {"\"\\ud800\\u0041\"", "surrogate"},
      {"\"\\udc00\\ud800\"", "surrogate"},
      {"\"\xff\"", "byte 1: not UTF-8"},
      {"\"\xc0\x80\"", "byte 1: not UTF-8"},
      {"\xef\xbb\xbf{}", "byte 0"}, /* a byte-order mark */
      {"{\"a\":1,\"b\":2,\"a\":3}", "“a” twice"},
      {"{\"x\":{\"\\u0061\":1,\"a\":2}}", "“a” twice"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_test_message ("case %zu", i);
    g_assert_null (parse (cases[i].text, strlen (cases[i].text), &error));
    expect_clip_error (&error, CLIP_ERROR_INVALID, "x.json", cases[i].message);
  }
  g_autoptr (GError) error = NULL;
  g_assert_null (parse ("{\"a\0b\":1}", 9, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, "x.json", "byte 3: not UTF-8");
}

static void
test_values (void)
{
  static const char text[] = " {\"n\":null,\"t\":true,\"f\":false,\"big\":18446744073709551615,"
                             "\"odd\":9007199254740993,\"minus\":-7,\"real\":-2.5e-3,"
                             "\"s\":\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\xc3\xa9\","
                             "\"a\":[1,[],{\"x\":[2]},\"y\"],\"o\":{}} \n";
  g_autoptr (GError) error = NULL;
  g_autoptr (ClipJson) json = parse (text, strlen (text), &error);
  g_assert_no_error (error);
  const ClipJsonValue *root = clip_json_get_root (json);
  g_assert_cmpint (root->kind, ==, CLIP_JSON_OBJECT);
  g_assert_cmpuint (root->count, ==, 10);
  g_assert_cmpint (clip_json_member (root, "n")->kind, ==, CLIP_JSON_NULL);
  g_assert_true (clip_json_member (root, "t")->boolean);
  g_assert_false (clip_json_member (root, "f")->boolean);
  guint64 natural = 0;
  g_assert_true (clip_json_get_natural (clip_json_member (root, "big"), &natural));
  g_assert_cmpuint (natural, ==, G_MAXUINT64);
  g_assert_true (clip_json_get_natural (clip_json_member (root, "odd"), &natural));
  g_assert_cmpuint (natural, ==, G_GUINT64_CONSTANT (9007199254740993)); /* no double has it */
  g_assert_false (clip_json_get_natural (clip_json_member (root, "minus"), &natural));
  double number = 0;
  g_assert_true (clip_json_get_number (clip_json_member (root, "minus"), &number));
  g_assert_true (number == -7);
  g_assert_true (clip_json_get_number (clip_json_member (root, "real"), &number));
  g_assert_true (number == -2.5e-3);
  g_assert_false (clip_json_get_number (clip_json_member (root, "s"), &number));
  g_assert_false (clip_json_get_number (NULL, &number));
  g_assert_cmpstr (clip_json_get_string (clip_json_member (root, "s")), ==,
                   "a\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80\xc3\xa9");
  g_assert_null (clip_json_member (root, "absent"));
}

static void
test_walk (void)
{
  static const char text[] = "[1,[2,3,[]],{\"x\":[4]},\"[,\"]";
  static const ClipJsonKind kinds[] = {CLIP_JSON_INTEGER, CLIP_JSON_ARRAY, CLIP_JSON_OBJECT,
                                       CLIP_JSON_STRING};
  g_autoptr (GError) error = NULL;
  g_autoptr (ClipJson) json = parse (text, strlen (text), &error);
  g_assert_no_error (error);
  const ClipJsonValue *root = clip_json_get_root (json);
  gsize n = 0;
  for (const ClipJsonValue *v = clip_json_first (root); v != NULL; v = clip_json_next (root, v))
    g_assert_cmpint (v->kind, ==, kinds[n++]);
  g_assert_cmpuint (n, ==, root->count);
  const ClipJsonValue *inner = clip_json_next (root, clip_json_first (root));
  g_assert_cmpuint (inner->count, ==, 3);
  g_assert_cmpuint (inner->span, ==, 4);
}

/* @depth arrays within each other. */
static char *
nested (gsize depth)
{
  char *text = g_malloc (2 * depth + 1);
  memset (text, '[', depth);
  memset (text + depth, ']', depth);
  text[2 * depth] = '\0';
  return text;
}

static void
test_depth (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *deep = nested (CLIP_JSON_MAX_DEPTH);
  g_autoptr (ClipJson) json = parse (deep, strlen (deep), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (clip_json_get_root (json)->span, ==, CLIP_JSON_MAX_DEPTH);
  for (gsize depth = CLIP_JSON_MAX_DEPTH + 1; depth < 10000000; depth = 100 * depth) {
    g_autofree char *deeper = nested (depth);
    g_assert_null (parse (deeper, strlen (deeper), &error));
    expect_clip_error (&error, CLIP_ERROR_INVALID, "x.json", "nested too deeply");
  }
}

static void
test_too_many (void)
{
  g_autoptr (GString) text = g_string_new ("[0");
  for (gsize i = 0; i < CLIP_JSON_MAX_VALUES; i++)
    g_string_append (text, ",0");
  g_string_append_c (text, ']');
  g_autoptr (GError) error = NULL;
  g_assert_null (parse (text->str, text->len, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, "x.json", "too many values");
}

/* Every beginning of a document is an error, and none reads beyond its end. */
static void
test_truncated (void)
{
  static const char text[] = "{\"a\":[1,2.5e1,\"\\u00e9\\ud83d\\ude00\",null,true,false],\"b\":{}}";
  for (gsize size = 0; size < strlen (text); size++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (parse (text, size, &error));
    expect_clip_error (&error, CLIP_ERROR_INVALID, "x.json", "JSON byte");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/values", test_values);
  g_test_add_func ("/json/walk", test_walk);
  g_test_add_func ("/json/bad", test_bad);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/too-many", test_too_many);
  g_test_add_func ("/json/truncated", test_truncated);
  return g_test_run ();
}
