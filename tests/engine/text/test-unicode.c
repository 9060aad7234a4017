/* test-unicode.c: composition, lower case and white space. */
#include "text/unicode.h"

#include <string.h>

/* GLib's own composition is another implementation of the same annex. */
static void
assert_composed (const char *text)
{
  g_autofree char *composed = clip_utf8_compose (text);
  g_autofree char *expected = g_utf8_normalize (text, -1, G_NORMALIZE_DEFAULT_COMPOSE);

  g_assert_cmpstr (composed, ==, expected);
}

static void
test_compose_every_character (void)
{
  for (gunichar c = 1; c < 0x110000; c++) {
    char text[16] = "";

    if (!g_unichar_validate (c))
      continue;
    g_unichar_to_utf8 (c, text);
    assert_composed (text);
    strcat (text, "\u0301");
    assert_composed (text);
  }
}

static void
test_compose_random (void)
{
  static const gunichar alphabet[] = {'a',    'e',    0xe9,   0x1ea5, 0x300,  0x301,  0x302, 0x323,
                                      0x327,  0x308,  0x345,  0x3b1,  0x1fb3, 0xf71,  0xf72, 0xf73,
                                      0x1100, 0x1161, 0x11a8, 0xac00, 0x304b, 0x3099, 0x958, 0x93c};

  for (guint i = 0; i < 20000; i++) {
    g_autoptr (GString) text = g_string_new (NULL);

    for (gint n = g_test_rand_int_range (1, 12); n > 0; n--)
      g_string_append_unichar (
          text, alphabet[g_test_rand_int_range (0, (gint32)G_N_ELEMENTS (alphabet))]);
    assert_composed (text->str);
  }
}

static void
test_compose_known (void)
{
  static const struct {
    const char *text, *composed;
  } cases[] = {
      {"", ""},
      {"e\u0301", "é"},
      {"e\u0323\u0302", "ệ"},       /* two marks below and above, one character */
      {"e\u0302\u0323", "ệ"},       /* in the other order too */
      {"\u212b", "Å"},              /* the sign is a letter by another name */
      {"\u0958", "\u0915\u093c"},   /* excluded from composition */
      {"a\u0315\u0300", "à\u0315"}, /* a mark of another class does not block */
      {"\u1100\u1161\u11a8", "각"},
      {"\u0301", "\u0301"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *composed = clip_utf8_compose (cases[i].text);

    g_assert_cmpstr (composed, ==, cases[i].composed);
  }
}

/* Half a million marks in the worst order: a sort in quadratic time would not come back. */
static void
test_compose_many_marks (void)
{
  const guint n = 250000;
  g_autoptr (GString) text = g_string_new ("x");
  g_autofree char *composed = NULL;

  for (guint i = 0; i < n; i++)
    g_string_append (text, "\u0301\u0323"); /* of class 230, of class 220 */
  composed = clip_utf8_compose (text->str);
  g_assert_cmpuint (strlen (composed), ==, 1 + n * 4);
  g_assert_true (g_str_has_prefix (composed, "x\u0323\u0323"));
  g_assert_true (g_str_has_suffix (composed, "\u0301\u0301"));
}

/* What Python's str.lower() gives. */
static void
test_lower (void)
{
  static const struct {
    const char *text, *lower;
  } cases[] = {
      {"", ""},
      {"Hello", "hello"},
      {"ISTANBUL İ ı", "istanbul i\u0307 ı"},
      {"ẞ ß", "ß ß"},
      {"ΟΔΟΣ", "οδος"},
      {"Σ", "σ"},
      {"ΑΣ ΣΑ ΑΣΑ", "ας σα ασα"},
      {"ΑΣ.Α ΑΣ. ΑΣ'", "ασ.α ας. ας'"},
      {"Α\u0301Σ\u0301", "α\u0301ς\u0301"},
      {"1Σ 中Σ ªΣ ⅤΣ", "1σ 中σ ªς ⅴς"},
      {"ºΣ ⓐΣ 🄰Σ 🅐Σ 🅰Σ 🆐Σ", "ºς ⓐς 🄰ς 🅐ς 🅰ς 🆐σ"},
      {"ʰΣ aʰΣ Σ·Σ", "ʰσ aʰς σ·ς"},
      {"ⅧⅫ ⒶⓏ", "ⅷⅻ ⓐⓩ"},
      {"ЁЖ Ǆ Ǳ ᾈ", "ёж ǆ ǳ ᾀ"},
      {"\U00010400 \U0001E900", "\U00010428 \U0001E922"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *lower = clip_utf8_lower (cases[i].text);

    g_assert_cmpstr (lower, ==, cases[i].lower);
  }
}

static void
test_space (void)
{
  static const gunichar spaces[] = {
      0x9,    0xa,    0xb,    0xc,    0xd,    0x1c,   0x1d,   0x1e,   0x1f,   0x20,
      0x85,   0xa0,   0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006,
      0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
  };
  guint n = 0;

  for (gunichar c = 0; c < 0x110000; c++) {
    gboolean is_space = n < G_N_ELEMENTS (spaces) && c == spaces[n];

    g_assert_cmpint (clip_unichar_is_space (c), ==, is_space);
    n += is_space;
  }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (spaces));
}

static void
test_windows_1252 (void)
{
  g_assert_cmphex (clip_unichar_from_windows_1252 (0x7f), ==, 0x7f);
  g_assert_cmphex (clip_unichar_from_windows_1252 (0x80), ==, 0x20ac);
  g_assert_cmphex (clip_unichar_from_windows_1252 (0x81), ==, 0x81); /* unassigned */
  g_assert_cmphex (clip_unichar_from_windows_1252 (0x92), ==, 0x2019);
  g_assert_cmphex (clip_unichar_from_windows_1252 (0x9f), ==, 0x178);
  g_assert_cmphex (clip_unichar_from_windows_1252 (0xa0), ==, 0xa0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/unicode/compose/every-character", test_compose_every_character);
  g_test_add_func ("/text/unicode/compose/random", test_compose_random);
  g_test_add_func ("/text/unicode/compose/known", test_compose_known);
  g_test_add_func ("/text/unicode/compose/many-marks", test_compose_many_marks);
  g_test_add_func ("/text/unicode/lower", test_lower);
  g_test_add_func ("/text/unicode/space", test_space);
  g_test_add_func ("/text/unicode/windows-1252", test_windows_1252);
  return g_test_run ();
}
