/* test-bpe.c: the encoder against the textbook algorithm. */
#include "support/golden.h"
#include "text/bpe.h"

#include <string.h>

static ClipVocabulary *vocabulary;

/* Byte-pair encoding as it is defined, in quadratic time: find the lowest pair, merge it wherever
 * it occurs, begin again. */
static GArray *
encode_naively (const char *word)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint32));
  gsize length = strlen (word);

  for (gsize i = 0; i < length; i++) {
    guint32 id = clip_byte_token ((guint8)word[i], i + 1 == length);

    g_array_append_val (ids, id);
  }
  for (;;) {
    guint32 *at = (guint32 *)(gpointer)ids->data;
    guint32 best = G_MAXUINT32;
    guint n = 0;

    for (guint i = 0; i + 1 < ids->len; i++) {
      guint32 merged = clip_vocabulary_merge (vocabulary, at[i], at[i + 1]);

      if (merged != 0)
        best = MIN (best, merged);
    }
    if (best == G_MAXUINT32)
      return ids;
    for (guint i = 0; i < ids->len; n++) {
      gboolean pair =
          i + 1 < ids->len && clip_vocabulary_merge (vocabulary, at[i], at[i + 1]) == best;

      at[n] = pair ? best : at[i];
      i += pair ? 2 : 1;
    }
    g_array_set_size (ids, n);
  }
}

static void
check_word (const char *word)
{
  g_autoptr (GArray) expected = encode_naively (word);
  gsize length = strlen (word), n;
  g_autofree guint32 *ids = g_new (guint32, length);
  g_autoptr (GError) error = NULL;

  g_assert_true (clip_bpe_encode (vocabulary, word, length, ids, length, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (ids, n * sizeof *ids, expected->data, expected->len * sizeof *ids);
}

static void
test_random_words (void)
{
  static const char *const alphabets[] = {"ab",
                                          "the",
                                          "aeinrst",
                                          "abcdefghijklmnopqrstuvwxyz",
                                          "!?.",
                                          "na",
                                          "\xc3\xa9\xe2\x80\xf0\x9f\x98"};

  for (guint i = 0; i < 3000; i++) {
    const char *alphabet = alphabets[i % G_N_ELEMENTS (alphabets)];
    char word[64];
    gint length = g_test_rand_int_range (1, sizeof word);

    for (gint j = 0; j < length; j++)
      word[j] = alphabet[g_test_rand_int_range (0, (gint32)strlen (alphabet))];
    word[length] = '\0';
    check_word (word);
  }
}

static void
test_known_words (void)
{
  static const char *const words[] = {"a", "cat", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                      "supercalifragilisticexpialidocious", "日本語の写真"};

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    check_word (words[i]);
}

/* Ids beyond those asked for are left out, the others are the same. */
static void
test_limit (void)
{
  const char *word = "supercalifragilisticexpialidocious";
  guint32 all[64], some[3];
  gsize n_all, n_some;

  g_assert_true (clip_bpe_encode (vocabulary, word, strlen (word), all, 64, &n_all, NULL));
  g_assert_true (clip_bpe_encode (vocabulary, word, strlen (word), some, 3, &n_some, NULL));
  g_assert_cmpuint (n_all, >, 3);
  g_assert_cmpuint (n_some, ==, 3);
  g_assert_cmpmem (all, sizeof some, some, sizeof some);
}

/* Words of a megabyte: quadratic time would not come back. */
static void
test_long_words (void)
{
  static const char *const pieces[] = {"a", "ab", "\xf0\x9f\x98\x80", "lo", "supercalifragilistic"};
  const gsize length = 1 << 20;

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autoptr (GString) word = g_string_new (NULL);
    g_autofree guint32 *ids = g_new (guint32, length);
    gsize n = 0;

    while (word->len + strlen (pieces[i]) <= length)
      g_string_append (word, pieces[i]);
    g_assert_true (clip_bpe_encode (vocabulary, word->str, word->len, ids, length, &n, NULL));
    g_assert_cmpuint (n, >, 0);
    g_assert_cmpuint (n, <, word->len);
  }
}

int
main (int argc, char *argv[])
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  path = golden_path ("../../data/models/starter/merges.txt");
  vocabulary = clip_vocabulary_read (path, &error);
  g_assert_no_error (error);
  g_test_add_func ("/text/bpe/known-words", test_known_words);
  g_test_add_func ("/text/bpe/random-words", test_random_words);
  g_test_add_func ("/text/bpe/limit", test_limit);
  g_test_add_func ("/text/bpe/long-words", test_long_words);
  status = g_test_run ();
  clip_vocabulary_free (vocabulary);
  return status;
}
