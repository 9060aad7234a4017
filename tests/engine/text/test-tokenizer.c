/* test-tokenizer.c: text to ids against OpenCLIP's own tokenizer, on the vocabulary that ships
 * with the program. */
#include "clip.h"
#include "text/clean.h"
#include "text/tokenizer.h"

#include <json-glib/json-glib.h>
#include <string.h>

static ClipTokenizer *tokenizer;
static char *vocabulary;

static guint32 *
encode (const char *text, gsize context, gsize *n)
{
  g_autoptr (GError) error = NULL;
  guint32 *ids = clip_tokenizer_encode (tokenizer, text, context, n, &error);

  g_assert_no_error (error);
  g_assert_nonnull (ids);
  return ids;
}

/* The reference counts a row of ids up to the first end; a text that names the end token has
 * more than one. */
static void
check_case (const char *text, JsonArray *expected)
{
  gsize n, n_expected = json_array_get_length (expected);
  g_autofree guint32 *ids = encode (text, 77, &n);

  g_assert_cmpuint (n, >=, n_expected);
  for (gsize i = 0; i < n_expected; i++)
    g_assert_cmpint (ids[i], ==, json_array_get_int_element (expected, (guint)i));
  if (n > n_expected)
    g_assert_nonnull (strstr (text, "<end_of_text>"));
}

static void
test_reference (gconstpointer data)
{
  g_autofree char *path = g_build_filename (g_getenv ("INKLING_TEST_DATA"), data, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonArray *cases;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  cases =
      json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "cases");
  g_assert_cmpuint (json_array_get_length (cases), >, 50);
  for (guint i = 0; i < json_array_get_length (cases); i++) {
    JsonObject *object = json_array_get_object_element (cases, i);
    const char *text = json_object_get_string_member (object, "text");

    g_test_message ("%s", text);
    check_case (text, json_object_get_array_member (object, "ids"));
  }
}

/* Whatever the context, the ids are those of the whole text, cut, with the end as the last. */
static void
test_context (void)
{
  const char *text = "Word by word, a supercalifragilisticexpialidocious sentence of 12 words's";
  gsize n_all;
  g_autofree guint32 *all = encode (text, 1000, &n_all);

  g_assert_cmpuint (n_all, >, 10);
  for (gsize context = 1; context <= n_all + 2; context++) {
    gsize n;
    g_autofree guint32 *ids = encode (text, context, &n);

    g_assert_cmpuint (n, ==, MIN (context, n_all));
    g_assert_cmpmem (ids, (n - 1) * sizeof *ids, all, (n - 1) * sizeof *ids);
    g_assert_cmpuint (ids[n - 1], ==, CLIP_TOKEN_END);
  }
}

static void
test_special_tokens (void)
{
  const guint32 expected[] = {CLIP_TOKEN_START, CLIP_TOKEN_END, 343, CLIP_TOKEN_START,
                              CLIP_TOKEN_END};
  gsize n;
  g_autofree guint32 *ids = encode ("<end_of_text> x <START_OF_TEXT>", 77, &n);

  g_assert_cmpmem (ids, n * sizeof *ids, expected, sizeof expected);
}

static void
test_invalid_text (void)
{
  g_autofree char *too_long = g_strnfill (CLIP_TEXT_MAX_LENGTH + 1, 'a');
  g_autoptr (GError) error = NULL;
  gsize n;

  g_assert_null (clip_tokenizer_encode (tokenizer, "caf\xe9", 77, &n, &error));
  g_assert_error (error, CLIP_ERROR, CLIP_ERROR_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (clip_tokenizer_encode (tokenizer, too_long, 77, &n, &error));
  g_assert_error (error, CLIP_ERROR, CLIP_ERROR_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (clip_tokenizer_encode (tokenizer, "x", G_MAXSIZE, &n, &error));
  g_assert_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY);
}

/* A megabyte in one word, in many, in marks alone and in nothing but space. */
static void
test_megabytes (void)
{
  static const char *const pieces[] = {"a", "word ", "\u0301", "日本",   "😀",
                                       "1", " ",     "'s",     "x\u0345"};

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree guint32 *ids = NULL;
    gsize n;

    while (text->len + strlen (pieces[i]) <= CLIP_TEXT_MAX_LENGTH)
      g_string_append (text, pieces[i]);
    ids = encode (text->str, 77, &n);
    g_assert_cmpuint (n, ==, g_str_equal (pieces[i], " ") ? 2 : 77);
    g_assert_cmpuint (ids[n - 1], ==, CLIP_TOKEN_END);
    for (gsize j = 0; j < n; j++)
      g_assert_cmpuint (ids[j], <, CLIP_VOCABULARY);
  }
}

static gpointer
encode_often (gpointer text)
{
  gsize n_first;
  g_autofree guint32 *first = encode (text, 77, &n_first);

  for (guint i = 0; i < 200; i++) {
    gsize n;
    g_autofree guint32 *ids = encode (text, 77, &n);

    g_assert_cmpmem (ids, n * sizeof *ids, first, n_first * sizeof *first);
  }
  return NULL;
}

static void
test_threads (void)
{
  static char texts[][32] = {"a photo of a cat", "日本語の写真", "don't DON'T", "&amp; ﬁ"};
  GThread *threads[G_N_ELEMENTS (texts)];

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    threads[i] = g_thread_new ("encode", encode_often, texts[i]);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  vocabulary = g_build_filename (g_getenv ("INKLING_TEST_DATA"), "..", "..", "data", "models",
                                 "starter", "merges.txt", NULL);
  tokenizer = clip_tokenizer_open (NULL, vocabulary, &error);
  g_assert_no_error (error);
  g_test_add_data_func ("/text/tokenizer/golden", "golden/tokenizer.json", test_reference);
  g_test_add_data_func ("/text/tokenizer/more", "text/tokenizer-more.json", test_reference);
  g_test_add_func ("/text/tokenizer/context", test_context);
  g_test_add_func ("/text/tokenizer/special-tokens", test_special_tokens);
  g_test_add_func ("/text/tokenizer/invalid-text", test_invalid_text);
  g_test_add_func ("/text/tokenizer/megabytes", test_megabytes);
  g_test_add_func ("/text/tokenizer/threads", test_threads);
  status = g_test_run ();
  clip_tokenizer_free (tokenizer);
  g_free (vocabulary);
  return status;
}
