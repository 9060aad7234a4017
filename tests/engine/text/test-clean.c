/* test-clean.c: the cleaning of text, and what becomes of hostile text. */
#include "clip.h"
#include "support/expect.h"
#include "text/clean.h"

#include <string.h>

/* What OpenCLIP's cleaning makes of each. */
static void
test_known (void)
{
  static const struct {
    const char *text, *cleaned;
  } cases[] = {
      {"", ""},
      {" \t\n\u3000 ", ""},
      {"  A  Photo\nof\u00a0a CAT ", "a photo of a cat"},
      {"“curly” ‘quotes’ it’s", "\"curly\" 'quotes' it's"},
      {"oﬃce ﬆ ﬅ ŉ Ĳ Ǆ", "office st ſt 'n ij dž"},
      {"ＬＯＵＤ　Ｎｏｉｓｅ！ ｶﾞ ￣", "loud noise! ガ ̄"},
      {"e\u0301 E\u0301", "é é"},
      {"\ufeffbom\ufffc\x01\x7f\u206a", "bom"},
      {"zero\u200bwidth", "zero\u200bwidth"},
      {"\x1b[1;31mred\x1b[0m \x1b[x", "red"},
      {"it\xc2\x92s \xc2\x93quoted\xc2\x94", "it's \"quoted\""},
      {"&amp;amp;amp;amp;amp;lt;", "<"},
      {"it&rsquo;s &EACUTE;t&eacute;", "it's été"},
      {"<it&rsquo;s &EACUTE;>", "<it’s &eacute;>"},
      {"&rsquo;\n&rsquo; <\n&rsquo;", "' ’ < ’"},
      {"&#x3c;b&#x3e; &copy 2020", "<b> © 2020"},
      {"İSTANBUL ΟΔΟΣ", "i̇stanbul οδος"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *cleaned = clip_text_clean (cases[i].text, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (cleaned, ==, cases[i].cleaned);
  }
}

static void
test_invalid (void)
{
  static const char *const texts[] = {
      "\xff",             /* never occurs */
      "ok \x80",          /* continuation without a beginning */
      "caf\xe9",          /* Latin-1 */
      "\xc3",             /* cut short */
      "\xe2\x82",         /* cut short */
      "\xc0\x80",         /* overlong NUL */
      "\xe0\x80\xaf",     /* overlong */
      "\xed\xa0\x80",     /* surrogate */
      "\xf4\x90\x80\x80", /* beyond U+10FFFF */
      "\xfe\xff\0a",      /* UTF-16 */
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (clip_text_clean (texts[i], &error));
    expect_clip_error (&error, CLIP_ERROR_ARGUMENT, NULL, "UTF-8");
  }
}

static void
test_too_long (void)
{
  g_autofree char *text = g_strnfill (CLIP_TEXT_MAX_LENGTH + 1, 'a');
  g_autofree char *cleaned = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (clip_text_clean (text, &error));
  expect_clip_error (&error, CLIP_ERROR_ARGUMENT, NULL, "bytes");
  text[CLIP_TEXT_MAX_LENGTH] = '\0';
  cleaned = clip_text_clean (text, NULL);
  g_assert_cmpstr (cleaned, ==, text);
}

/* As much text as is taken, made of whatever might take long: the test's time limit is the
 * judge of it. */
static void
test_megabytes (void)
{
  static const struct {
    const char *start, *repeat;
  } cases[] = {
      {"&", "amp;"},        /* one layer of quoting in each round */
      {"", "&"},            /* references that are none */
      {"&#", "9"},          /* one very long number */
      {"&#x", "f"},         /* the same */
      {"", "&#x"},          /* many that are none */
      {"\x1b[", "1;"},      /* a terminal escape that never ends */
      {"", "\x1b["},        /* many that don't */
      {"A", "Σ'"},          /* sigmas that look far for their neighbours */
      {"AΣ", "''"},         /* the same */
      {"", "\u0301\u0323"}, /* marks in the wrong order */
      {"", "\u0f73"},       /* a mark that falls apart into two */
      {"", "\u0344"},       /* the same */
      {"x", "\n<"},         /* lines of markup */
      {"", " "},            /* nothing at all */
      {"", "\u3000"},       /* the same */
      {"", "ﷺ"},            /* the longest compatibility form, which stays as it is */
      {"", "\U0001D160"},   /* the longest canonical decomposition */
      {"", "İ"},            /* grows in lower case */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) text = g_string_new (cases[i].start);
    g_autofree char *cleaned = NULL;
    g_autoptr (GError) error = NULL;

    while (text->len + strlen (cases[i].repeat) <= CLIP_TEXT_MAX_LENGTH)
      g_string_append (text, cases[i].repeat);
    cleaned = clip_text_clean (text->str, &error);
    g_assert_no_error (error);
    g_assert_true (g_utf8_validate (cleaned, -1, NULL));
  }
}

/* Cleaning random bytes that are UTF-8 gives UTF-8 without spaces at its ends or two together. */
static void
test_random (void)
{
  static const char pieces[][8] = {"&",      "&#", "x",  ";",        "amp;",   "lt;",    "\x1b[",
                                   "0m",     " ",  "\n", "<",        "\u0301", "é",      "\u0323",
                                   "Σ",      "Ａ", "ﬁ",  "\xc2\x92", "가",     "\u11a8", "9",
                                   "\u3000", "日", "😀",  "\1",       "\ufeff", "A",      "’"};

  for (guint i = 0; i < 20000; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree char *cleaned = NULL;
    g_autoptr (GError) error = NULL;

    for (gint n = g_test_rand_int_range (0, 20); n > 0; n--)
      g_string_append (text, pieces[g_test_rand_int_range (0, (gint32)G_N_ELEMENTS (pieces))]);
    cleaned = clip_text_clean (text->str, &error);
    g_assert_no_error (error);
    g_assert_true (g_utf8_validate (cleaned, -1, NULL));
    g_assert_null (strstr (cleaned, "  "));
    g_assert_false (g_str_has_prefix (cleaned, " ") || g_str_has_suffix (cleaned, " "));
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/clean/known", test_known);
  g_test_add_func ("/text/clean/invalid", test_invalid);
  g_test_add_func ("/text/clean/too-long", test_too_long);
  g_test_add_func ("/text/clean/megabytes", test_megabytes);
  g_test_add_func ("/text/clean/random", test_random);
  return g_test_run ();
}
