/* test-vocabulary.c: the files that vocabularies come in, whole and damaged. */
#include "clip.h"
#include "text/tokenizer.h"
#include "text/vocabulary.h"

#include <glib/gstdio.h>
#include <string.h>
#include <zlib.h>

static char *folder;      /* temporary */
static char *merges_path; /* the vocabulary that ships with the program */
static char *merges;      /* its text */
static gsize merges_length;

static char *
write_file (const char *name, const char *data, gssize length)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, data, length, &error);
  g_assert_no_error (error);
  return path;
}

static char *
write_gzip (const char *name, const char *data, gsize length)
{
  char *path = g_build_filename (folder, name, NULL);
  gzFile file = gzopen (path, "wb");

  g_assert_cmpint (gzwrite (file, data, (unsigned)length), ==, (int)length);
  g_assert_cmpint (gzclose (file), ==, Z_OK);
  return path;
}

/* As a JSON string, without the quotes. */
static char *
quote (const char *symbol)
{
  GString *quoted = g_string_new (symbol);

  g_string_replace (quoted, "\\", "\\\\", 0);
  g_string_replace (quoted, "\"", "\\\"", 0);
  return g_string_free (quoted, FALSE);
}

/* A tokenizer.json with the merges of merges.txt. */
static char *
make_json (gboolean pairs)
{
  GString *json = g_string_new ("{\"version\": \"1.0\", \"model\": {\"type\": \"BPE\", "
                                "\"end_of_word_suffix\": \"</w>\", \"merges\": [");
  g_auto (GStrv) lines = g_strsplit (merges, "\n", -1);

  for (guint i = 1; lines[i] != NULL && lines[i][0] != '\0'; i++) {
    g_auto (GStrv) halves = g_strsplit (lines[i], " ", 2);
    g_autofree char *left = quote (halves[0]);
    g_autofree char *right = quote (halves[1]);

    g_string_append_printf (json, pairs ? "%s[\"%s\", \"%s\"]" : "%s\"%s %s\"", i > 1 ? ",\n" : "",
                            left, right);
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
  g_autoptr (ClipVocabulary) expected = clip_vocabulary_read (merges_path, NULL);
  guint n = 0;

  g_assert_no_error (error);
  /* First and last merge, and everything that any byte makes with any token. */
  g_assert_cmpuint (
      clip_vocabulary_merge (read, clip_byte_token ('i', FALSE), clip_byte_token ('n', FALSE)), ==,
      512);
  for (guint32 left = 0; left < CLIP_N_BYTES; left++)
    for (guint32 right = 0; right < CLIP_VOCABULARY; right++) {
      guint32 merged = clip_vocabulary_merge (read, left, right);

      g_assert_cmpuint (merged, ==, clip_vocabulary_merge (expected, left, right));
      n += merged != 0;
    }
  g_assert_cmpuint (n, >, 1000);
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
  g_autofree char *json_strings = make_json (FALSE);
  g_autofree char *json_pairs = make_json (TRUE);
  g_auto (GStrv) lines = g_strsplit (merges, "\n", -1);
  g_autofree char *crlf = g_strjoinv ("\r\n", lines);
  const char *headless = strchr (merges, '\n') + 1;
  char *paths[] = {
      write_gzip ("vocabulary.txt.gz", merges, merges_length),
      write_gzip ("gzipped.json", json_pairs, strlen (json_pairs)),
      write_file ("crlf.txt", crlf, -1),
      write_file ("headless.txt", headless, -1),
      write_file ("unterminated.txt", merges, (gssize)merges_length - 1),
      write_file ("strings.json", json_strings, -1),
      write_file ("pairs.json", json_pairs, -1),
  };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_test_message ("%s", paths[i]);
    check_whole (paths[i]);
    g_unlink (paths[i]);
    g_free (paths[i]);
  }
}

/* OpenAI's file names itself in its first line and goes on after the merges that CLIP uses. */
static void
test_original (void)
{
  g_autoptr (GString) original = g_string_new ("\"bpe_simple_vocab_16e6.txt");
  g_autofree char *path = NULL;

  g_string_append (original, merges);
  for (guint i = CLIP_N_MERGES; i < 262144; i++)
    g_string_append (original, "not looked at\n");
  path = write_gzip ("bpe_simple_vocab_16e6.txt.gz", original->str, original->len);
  check_whole (path);
  g_unlink (path);
}

/* ---- Damaged files ----------------------------------------------------------------------- */

static void
check_error (const char *path, ClipError code, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ClipVocabulary) vocabulary = clip_vocabulary_read (path, &error);

  g_assert_null (vocabulary);
  g_assert_error (error, CLIP_ERROR, (gint)code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_damaged_text (void)
{
  static const struct {
    const char *text;
    ClipError code;
    const char *part; /* of the message */
  } cases[] = {
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

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = write_file ("merges.txt", cases[i].text, -1);

    check_error (path, cases[i].code, cases[i].part);
    g_unlink (path);
  }
}

static void
test_damaged_json (void)
{
  static const struct {
    const char *text;
    ClipError code;
    const char *part;
  } cases[] = {
      {"", CLIP_ERROR_INVALID, ""},
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
      {"{\"model\": {\"merges\": [\"i n\"", CLIP_ERROR_INVALID, ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = write_file ("tokenizer.json", cases[i].text, -1);

    check_error (path, cases[i].code, cases[i].part);
    g_unlink (path);
  }
}

/* A NUL, a deep tree, a line without end, and too much of everything. */
static void
test_hostile (void)
{
  static const char with_nul[] = "#version: 0.2\ni \0n\n";
  g_autofree char *nul = write_file ("nul.txt", with_nul, sizeof with_nul - 1);
  g_autoptr (GString) deep = g_string_new ("{\"model\": {\"merges\": ");
  g_autofree char *long_line = g_strnfill (1 << 20, 'x');
  gsize bomb_length = 33 << 20;
  g_autofree char *bomb = g_strnfill (bomb_length, '\n');
  g_autofree char *deep_path = NULL;
  g_autofree char *long_path = NULL;
  g_autofree char *bomb_path = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  deep_path = write_file ("deep.json", deep->str, -1);
  long_path = write_file ("long.txt", long_line, -1);
  bomb_path = write_gzip ("bomb.txt.gz", bomb, bomb_length);
  check_error (nul, CLIP_ERROR_INVALID, "line 2");
  check_error (deep_path, CLIP_ERROR_INVALID, "");
  check_error (long_path, CLIP_ERROR_INVALID, "line 1");
  check_error (bomb_path, CLIP_ERROR_INVALID, "too large");
  g_unlink (nul);
  g_unlink (deep_path);
  g_unlink (long_path);
  g_unlink (bomb_path);
}

/* A gzipped file cut at many places, and with a byte changed at many places, is an error or, where
 * the byte does not matter, CLIP's vocabulary. */
static void
test_damaged_gzip (void)
{
  g_autofree char *whole = write_gzip ("whole.txt.gz", merges, merges_length);
  g_autofree char *data = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (whole, &data, &length, NULL));
  for (guint i = 1; i < 40; i++) {
    gsize cut = length * i / 40;
    g_autofree char *path = write_file ("cut.txt.gz", data, (gssize)cut);

    check_error (path, CLIP_ERROR_INVALID, "");
    g_unlink (path);
  }
  for (guint i = 0; i < 40; i++) {
    gsize place = i < 10 ? i : length * i / 40;
    g_autofree char *path = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (ClipVocabulary) vocabulary = NULL;

    data[place] ^= 0x10;
    path = write_file ("changed.txt.gz", data, (gssize)length);
    data[place] ^= 0x10;
    vocabulary = clip_vocabulary_read (path, &error);
    if (vocabulary == NULL)
      g_assert_nonnull (strstr (error->message, path));
    else
      g_assert_cmpuint (place, <, 10); /* header: the time stamp and the like */
    g_unlink (path);
  }
  g_unlink (whole);
}

static void
test_unreadable (void)
{
  g_autofree char *missing = g_build_filename (folder, "missing.txt", NULL);

  check_error (missing, CLIP_ERROR_IO, "");
  check_error (folder, CLIP_ERROR_IO, "");
}

/* ---- Which file is read ------------------------------------------------------------------ */

static guint32
first_id (const char *model_folder, const char *fallback, GError **error)
{
  g_autoptr (ClipTokenizer) tokenizer = clip_tokenizer_open (model_folder, fallback, error);
  g_autofree guint32 *ids = NULL;
  gsize n;

  if (tokenizer == NULL)
    return 0;
  ids = clip_tokenizer_encode (tokenizer, "cat", 77, &n, error);
  g_assert_cmpuint (n, ==, 3);
  return ids[1];
}

static void
test_choice (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = make_json (FALSE);
  g_autofree char *path = NULL;

  /* A folder without a vocabulary. */
  g_assert_cmpuint (first_id (folder, NULL, &error), ==, 0);
  g_assert_error (error, CLIP_ERROR, CLIP_ERROR_IO);
  g_assert_nonnull (strstr (error->message, folder));
  g_clear_error (&error);
  g_assert_cmpuint (first_id (folder, merges_path, &error), ==, 2368);
  g_assert_cmpuint (first_id (NULL, merges_path, &error), ==, 2368);
  g_assert_no_error (error);

  /* Its own comes before the fallback, also when damaged. */
  path = write_file ("tokenizer.json", json, -1);
  g_assert_cmpuint (first_id (folder, "/nonexistent", &error), ==, 2368);
  g_assert_no_error (error);
  g_unlink (path);
  g_free (path);
  path = write_file ("merges.txt", "damaged", -1);
  g_assert_cmpuint (first_id (folder, merges_path, &error), ==, 0);
  g_assert_error (error, CLIP_ERROR, CLIP_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, path));
  g_unlink (path);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("inkling-vocabulary-XXXXXX", &error);
  g_assert_no_error (error);
  merges_path = g_build_filename (g_getenv ("INKLING_TEST_DATA"), "..", "..", "data", "models",
                                  "starter", "merges.txt", NULL);
  g_file_get_contents (merges_path, &merges, &merges_length, &error);
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
  g_rmdir (folder);
  g_free (folder);
  g_free (merges_path);
  g_free (merges);
  return status;
}
