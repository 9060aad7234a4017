/* test-vocabulary.c: the files that vocabularies come in, whole and damaged. */
#include "clip.h"
#include "support/expect.h"
#include "support/folder.h"
#include "support/golden.h"
#include "text/bpe.h"
#include "text/tokenizer.h"
#include "text/vocabulary.h"

#include <string.h>
#include <zlib.h>

static char *merges_path; /* the vocabulary that ships with the program */
static char *merges;      /* its text */
static gsize merges_length;
static ClipVocabulary *expected; /* read from merges_path */

static char *
write_gzip (const TestFolder *folder, const char *name, const char *data, gsize length)
{
  char *path = g_build_filename (folder, name, NULL);
  gzFile file = gzopen (path, "wb");

  g_assert_cmpint (gzwrite (file, data, (unsigned)length), ==, (int)length);
  g_assert_cmpint (gzclose (file), ==, Z_OK);
  return path;
}

/* A tokenizer.json with the merges of merges.txt. */
static char *
make_json (gboolean pairs)
{
  GString *json = g_string_new ("{\"version\": \"1.0\", \"model\": {\"type\": \"BPE\", "
                                "\"end_of_word_suffix\": \"</w>\", \"merges\": [");
  const char *start = pairs ? "[\"" : "\"";
  const char *middle = pairs ? "\", \"" : " ";
  const char *end = pairs ? "\"]" : "\"";

  g_string_append (json, start);
  for (const char *p = strchr (merges, '\n') + 1; *p != '\0'; p++) {
    if (*p == ' ') {
      g_string_append (json, middle);
    } else if (*p != '\n') {
      if (*p == '"' || *p == '\\')
        g_string_append_c (json, '\\');
      g_string_append_c (json, *p);
    } else {
      g_string_append (json, end);
      if (p[1] != '\0')
        g_string_append_printf (json, ",\n%s", start);
    }
  }
  g_string_append (json, "]}}");
  return g_string_free (json, FALSE);
}

/* The vocabulary of @path is CLIP's. */
static void
check_whole (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ClipVocabulary) read = clip_vocabulary_read (path, &error);
  guint32 ids[6], n_merges = 0;
  gsize n_ids;

  g_assert_no_error (error);
  for (guint32 left = 0; left < CLIP_N_BYTES; left++)
    for (guint32 right = 0; right < 4096; right++) {
      guint32 merged = clip_vocabulary_merge (read, left, right);

      g_assert_cmpuint (merged, ==, clip_vocabulary_merge (expected, left, right));
      n_merges += merged != 0;
    }
  g_assert_cmpuint (n_merges, >, 1000);

  /* The first merge and the last. */
  g_assert_cmpuint (
      clip_vocabulary_merge (read, clip_byte_token ('i', FALSE), clip_byte_token ('n', FALSE)), ==,
      512);
  g_assert_true (clip_bpe_encode (read, "jekyll", 6, ids, 6, &n_ids, NULL));
  g_assert_cmpuint (n_ids, ==, 1);
  g_assert_cmpuint (ids[0], ==, CLIP_TOKEN_START - 1);
}

static void
check_text (const TestFolder *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  test_folder_write (folder, name, text, strlen (text));
  check_whole (path);
}

static void
test_byte_tokens (void)
{
  gboolean seen[2 * CLIP_N_BYTES] = {FALSE};

  g_assert_cmpuint (clip_byte_token ('!', FALSE), ==, 0);
  g_assert_cmpuint (clip_byte_token ('~', FALSE), ==, 93);
  g_assert_cmpuint (clip_byte_token (0xa1, FALSE), ==, 94);
  g_assert_cmpuint (clip_byte_token (0xae, FALSE), ==, 106);
  g_assert_cmpuint (clip_byte_token (0xff, FALSE), ==, 187);
  g_assert_cmpuint (clip_byte_token (0x00, FALSE), ==, 188);
  g_assert_cmpuint (clip_byte_token (' ', FALSE), ==, 220);
  g_assert_cmpuint (clip_byte_token (0x7f, FALSE), ==, 221);
  g_assert_cmpuint (clip_byte_token (0xad, FALSE), ==, 255);
  g_assert_cmpuint (clip_byte_token (0xad, TRUE), ==, 511);
  for (guint i = 0; i < G_N_ELEMENTS (seen); i++)
    seen[clip_byte_token ((guint8)i, i >= CLIP_N_BYTES)] = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (seen); i++)
    g_assert_true (seen[i]);
}

static void
test_formats (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *strings = make_json (FALSE);
  g_autofree char *pairs = make_json (TRUE);
  g_auto (GStrv) lines = g_strsplit (merges, "\n", -1);
  g_autofree char *crlf = g_strjoinv ("\r\n", lines);
  g_autofree char *unterminated = g_strndup (merges, merges_length - 1);
  g_autofree char *gzipped = write_gzip (folder, "merges.txt.gz", merges, merges_length);
  g_autofree char *gzipped_json = write_gzip (folder, "gzipped.json", pairs, strlen (pairs));

  check_whole (gzipped);
  check_whole (gzipped_json);
  check_text (folder, "crlf.txt", crlf);
  check_text (folder, "headless.txt", strchr (merges, '\n') + 1);
  check_text (folder, "unterminated.txt", unterminated);
  check_text (folder, "strings.json", strings);
  check_text (folder, "pairs.json", pairs);
}

/* OpenAI's file names itself in its first line and goes on after the merges that CLIP uses. */
static void
test_original (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GString) original = g_string_new ("\"bpe_simple_vocab_16e6.txt");
  g_autofree char *path = NULL;

  g_string_append (original, merges);
  for (guint i = CLIP_N_MERGES; i < 262144; i++)
    g_string_append (original, "not looked at\n");
  path = write_gzip (folder, "bpe_simple_vocab_16e6.txt.gz", original->str, original->len);
  check_whole (path);
}

/* ---- Damaged files ----------------------------------------------------------------------- */

static void
check_error (const char *path, int code, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ClipVocabulary) vocabulary = clip_vocabulary_read (path, &error);

  g_assert_null (vocabulary);
  expect_clip_error (&error, code, path, part);
}

typedef struct {
  const char *text;
  int code;
  const char *part; /* of the message; nullable */
} Damage;

static void
check_damages (const char *name, const Damage *damages, gsize n)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, name, NULL);

  for (gsize i = 0; i < n; i++) {
    test_folder_write (folder, name, damages[i].text, strlen (damages[i].text));
    check_error (path, damages[i].code, damages[i].part);
  }
}

static void
test_damaged_text (void)
{
  static const Damage damages[] = {
      {"", CLIP_ERROR_UNSUPPORTED, "has 0 merges"},
      {"#version: 0.2\n", CLIP_ERROR_UNSUPPORTED, "has 0 merges"},
      {"#version: 0.2\ni n\nt h\n", CLIP_ERROR_UNSUPPORTED, "has 2 merges"},
      {"#version: 0.2\ni n\n\nt h\n", CLIP_ERROR_INVALID, "line 3"},
      {"#version: 0.2\nin\n", CLIP_ERROR_INVALID, "line 2"},
      {"#version: 0.2\ni n\nin t h\n", CLIP_ERROR_INVALID, "line 3"},
      {"#version: 0.2\ni n\nth e\n", CLIP_ERROR_INVALID, "line 3"},
      {"#version: 0.2\ni n\ni n\n", CLIP_ERROR_INVALID, "line 3"},
      {"#version: 0.2\ni n\nin t\nn t\ni nt\n", CLIP_ERROR_INVALID, "line 5"},
      {"#version: 0.2\n i n\n", CLIP_ERROR_INVALID, "line 2"},
      {"#version: 0.2\ni n \n", CLIP_ERROR_INVALID, "line 2"},
      {"#version: 0.2\ni\tn\n", CLIP_ERROR_INVALID, "line 2"},
      {"#version: 0.2\n\xff \xfe\n", CLIP_ERROR_INVALID, "line 2"},
      {"#version: 0.2\n日 本\n", CLIP_ERROR_INVALID, "line 2"},
      {"{\"model\": {}}", CLIP_ERROR_INVALID, "line 1"},
      {"version https://git-lfs.github.com/spec/v1\n", CLIP_ERROR_INVALID, "line 1"},
  };

  check_damages ("merges.txt", damages, G_N_ELEMENTS (damages));
}

static void
test_damaged_json (void)
{
  static const Damage damages[] = {
      {"", CLIP_ERROR_INVALID, NULL},
      {"[]", CLIP_ERROR_UNSUPPORTED, "merges"},
      {"{}", CLIP_ERROR_UNSUPPORTED, "merges"},
      {"{\"model\": []}", CLIP_ERROR_UNSUPPORTED, "merges"},
      {"{\"model\": {\"type\": \"Unigram\", \"vocab\": []}}", CLIP_ERROR_UNSUPPORTED, "merges"},
      {"{\"model\": {\"merges\": {}}}", CLIP_ERROR_UNSUPPORTED, "merges"},
      {"{\"model\": {\"merges\": []}}", CLIP_ERROR_UNSUPPORTED, "has 0 merges"},
      {"{\"model\": {\"merges\": [\"i n\", \"t h\"]}}", CLIP_ERROR_UNSUPPORTED, "has 2 merges"},
      {"{\"model\": {\"merges\": [\"i n\", 5]}}", CLIP_ERROR_INVALID, "merges[1]"},
      {"{\"model\": {\"merges\": [[\"i\"]]}}", CLIP_ERROR_INVALID, "merges[0]"},
      {"{\"model\": {\"merges\": [[\"i\", \"n\", \"g\"]]}}", CLIP_ERROR_INVALID, "merges[0]"},
      {"{\"model\": {\"merges\": [[\"i\", 1]]}}", CLIP_ERROR_INVALID, "merges[0]"},
      {"{\"model\": {\"merges\": [[[\"i\"], \"n\"]]}}", CLIP_ERROR_INVALID, "merges[0]"},
      {"{\"model\": {\"merges\": [\"in\"]}}", CLIP_ERROR_INVALID, "merges[0]"},
      {"{\"model\": {\"merges\": [\"\"]}}", CLIP_ERROR_INVALID, "merges[0]"},
      {"{\"model\": {\"merges\": [\"th e\"]}}", CLIP_ERROR_INVALID, "merges[0]"},
      {"{\"model\": {\"merges\": [\"i n\"", CLIP_ERROR_INVALID, NULL},
  };

  check_damages ("tokenizer.json", damages, G_N_ELEMENTS (damages));
}

/* A NUL, a deep tree, a line without end, and too much of everything. */
static void
test_hostile (void)
{
  static const char with_nul[] = "#version: 0.2\ni \0n\n";
  const gsize deep_length = 100000, line_length = 1 << 20, bomb_length = 33 << 20;
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *deep = g_strnfill (deep_length, '[');
  g_autofree char *line = g_strnfill (line_length, 'x');
  g_autofree char *bomb = g_strnfill (bomb_length, '\n');
  g_autofree char *nul_path = g_build_filename (folder, "nul.txt", NULL);
  g_autofree char *deep_path = g_build_filename (folder, "deep.json", NULL);
  g_autofree char *line_path = g_build_filename (folder, "line.txt", NULL);
  g_autofree char *bomb_path = write_gzip (folder, "bomb.txt.gz", bomb, bomb_length);

  test_folder_write (folder, "nul.txt", with_nul, sizeof with_nul - 1);
  test_folder_write (folder, "deep.json", deep, deep_length);
  test_folder_write (folder, "line.txt", line, line_length);
  check_error (nul_path, CLIP_ERROR_INVALID, "line 2");
  check_error (deep_path, CLIP_ERROR_INVALID, NULL);
  check_error (line_path, CLIP_ERROR_INVALID, "line 1");
  check_error (bomb_path, CLIP_ERROR_INVALID, "too large");
}

/* A gzipped file cut at many places, and with a bit changed at many places, is an error; but for
 * bits of its header that say nothing about the contents. */
static void
test_damaged_gzip (void)
{
  const guint n_places = 40, header_size = 10;
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = write_gzip (folder, "merges.txt.gz", merges, merges_length);
  g_autofree char *data = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  for (guint i = 1; i < n_places; i++) {
    gsize place = header_size + (length - header_size) * i / n_places;

    test_folder_write (folder, "merges.txt.gz", data, place);
    check_error (path, CLIP_ERROR_INVALID, NULL);
    data[place] ^= 0x10;
    test_folder_write (folder, "merges.txt.gz", data, length);
    data[place] ^= 0x10;
    check_error (path, CLIP_ERROR_INVALID, NULL);
  }
  for (guint i = 0; i < header_size; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (ClipVocabulary) vocabulary = NULL;

    data[i] ^= 0x10;
    test_folder_write (folder, "merges.txt.gz", data, length);
    data[i] ^= 0x10;
    vocabulary = clip_vocabulary_read (path, &error);
    if (vocabulary == NULL)
      expect_clip_error (&error, CLIP_ERROR_INVALID, path, NULL);
  }
}

static void
test_unreadable (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *missing = g_build_filename (folder, "missing.txt", NULL);

  check_error (missing, CLIP_ERROR_IO, NULL);
  check_error (folder, CLIP_ERROR_IO, NULL);
}

/* ---- Which file is read ------------------------------------------------------------------ */

/* Opens the tokenizer that is to be found, and checks it by a word that CLIP has a token for. */
static void
check_found (const char *folder, const char *fallback)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ClipTokenizer) tokenizer = clip_tokenizer_open (folder, fallback, &error);
  g_autofree guint32 *ids = NULL;
  gsize n;

  g_assert_no_error (error);
  ids = clip_tokenizer_encode (tokenizer, "cat", 77, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpuint (ids[1], ==, 2368);
}

static void
test_choice (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *json = make_json (FALSE);
  g_autofree char *gzipped = NULL;
  g_autoptr (GError) error = NULL;

  /* A folder without a vocabulary. */
  g_assert_null (clip_tokenizer_open (folder, NULL, &error));
  expect_clip_error (&error, CLIP_ERROR_IO, folder, "merges.txt");
  check_found (folder, merges_path);
  check_found (NULL, merges_path);

  /* Its own comes before the fallback, each of the three. */
  gzipped = write_gzip (folder, "bpe_simple_vocab_16e6.txt.gz", merges, merges_length);
  check_found (folder, "/nonexistent");
  test_folder_write (folder, "bpe_simple_vocab_16e6.txt.gz", "damaged", 7);
  test_folder_write (folder, "tokenizer.json", json, strlen (json));
  check_found (folder, "/nonexistent");
  test_folder_write (folder, "tokenizer.json", "damaged", 7);
  test_folder_write (folder, "merges.txt", merges, merges_length);
  check_found (folder, "/nonexistent");

  /* A damaged one is not passed over. */
  test_folder_write (folder, "merges.txt", "damaged", 7);
  g_assert_null (clip_tokenizer_open (folder, merges_path, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, "merges.txt", "line 1");
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  merges_path = golden_path ("../../data/models/starter/merges.txt");
  g_file_get_contents (merges_path, &merges, &merges_length, &error);
  g_assert_no_error (error);
  expected = clip_vocabulary_read (merges_path, &error);
  g_assert_no_error (error);

  g_test_add_func ("/text/vocabulary/byte-tokens", test_byte_tokens);
  g_test_add_func ("/text/vocabulary/formats", test_formats);
  g_test_add_func ("/text/vocabulary/original", test_original);
  g_test_add_func ("/text/vocabulary/damaged-text", test_damaged_text);
  g_test_add_func ("/text/vocabulary/damaged-json", test_damaged_json);
  g_test_add_func ("/text/vocabulary/hostile", test_hostile);
  g_test_add_func ("/text/vocabulary/damaged-gzip", test_damaged_gzip);
  g_test_add_func ("/text/vocabulary/unreadable", test_unreadable);
  g_test_add_func ("/text/vocabulary/choice", test_choice);
  status = g_test_run ();
  clip_vocabulary_free (expected);
  g_free (merges_path);
  g_free (merges);
  return status;
}
