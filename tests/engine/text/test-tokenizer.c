/* test-tokenizer.c: text to ids against OpenCLIP's own tokenizer, on the vocabulary that ships
 * with the program. */
#include "clip.h"
#include "support/expect.h"
#include "support/golden.h"
#include "text/clean.h"
#include "text/tokenizer.h"

#include <string.h>

static ClipTokenizer *tokenizer;

static guint32 *
encode (const char *text, gsize context, gsize *n)
{
  g_autoptr (GError) error = NULL;
  guint32 *ids = clip_tokenizer_encode (tokenizer, text, context, n, &error);

  g_assert_no_error (error);
  g_assert_nonnull (ids);
  return ids;
}

/* The reference's ids go up to the first end: a text that itself names that token has another. */
static void
test_reference (gconstpointer name)
{
  g_autoptr (JsonParser) parser = golden_load (name);
  JsonObject *root = golden_root (parser);

  g_assert_cmpuint (golden_count (root, "cases"), >, 50);
  for (guint i = 0; i < golden_count (root, "cases"); i++) {
    JsonObject *object = golden_element (root, "cases", i);
    const char *text = json_object_get_string_member (object, "text");
    gsize n, n_expected;
    g_autofree guint32 *expected = golden_ids (object, "ids", &n_expected);
    g_autofree guint32 *ids = encode (text, 77, &n);

    g_test_message ("%s", text);
    if (strstr (text, "<end_of_text>") != NULL)
      n = MIN (n, n_expected);
    g_assert_cmpmem (ids, n * sizeof *ids, expected, n_expected * sizeof *expected);
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
test_invalid (void)
{
  g_autofree char *too_long = g_strnfill (CLIP_TEXT_MAX_LENGTH + 1, 'a');
  g_autoptr (GError) error = NULL;
  gsize n;

  g_assert_null (clip_tokenizer_encode (tokenizer, "caf\xe9", 77, &n, &error));
  expect_clip_error (&error, CLIP_ERROR_ARGUMENT, NULL, "UTF-8");
  g_assert_null (clip_tokenizer_encode (tokenizer, too_long, 77, &n, &error));
  expect_clip_error (&error, CLIP_ERROR_ARGUMENT, NULL, "bytes");
  g_assert_null (clip_tokenizer_encode (tokenizer, "x", G_MAXSIZE, &n, &error));
  expect_clip_error (&error, CLIP_ERROR_MEMORY, NULL, NULL);
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
  g_autofree char *vocabulary = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  vocabulary = golden_path ("../../data/models/starter/merges.txt");
  tokenizer = clip_tokenizer_open (NULL, vocabulary, &error);
  g_assert_no_error (error);
  g_test_add_data_func ("/text/tokenizer/golden", "golden/tokenizer.json", test_reference);
  g_test_add_data_func ("/text/tokenizer/more", "text/tokenizer-more.json", test_reference);
  g_test_add_func ("/text/tokenizer/context", test_context);
  g_test_add_func ("/text/tokenizer/special-tokens", test_special_tokens);
  g_test_add_func ("/text/tokenizer/invalid", test_invalid);
  g_test_add_func ("/text/tokenizer/megabytes", test_megabytes);
  g_test_add_func ("/text/tokenizer/threads", test_threads);
  status = g_test_run ();
  clip_tokenizer_free (tokenizer);
  return status;
}
