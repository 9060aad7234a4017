/* unicode.c: white space, composition and lower case (unicode.h). */
#include "text/unicode.h"

#define CAPITAL_I_WITH_DOT 0x130
#define CAPITAL_SIGMA 0x3a3
#define SMALL_SIGMA 0x3c3
#define FINAL_SIGMA 0x3c2

gboolean
clip_unichar_is_space (gunichar c)
{
  switch (g_unichar_type (c)) {
  case G_UNICODE_SPACE_SEPARATOR:
  case G_UNICODE_LINE_SEPARATOR:
  case G_UNICODE_PARAGRAPH_SEPARATOR:
    return TRUE;
  default:
    return (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f) || c == 0x85;
  }
}

gunichar
clip_unichar_from_windows_1252 (gunichar c)
{
  static const guint16 windows_1252[32] = {
      0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
      0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
      0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178,
  };

  return c >= 0x80 && c < 0xa0 ? windows_1252[c - 0x80] : c;
}

/* ---- Composition ------------------------------------------------------------------------- */

/* The full canonical decomposition, its marks not in order yet. */
static GArray *
decompose (const char *text)
{
  GArray *chars = g_array_new (FALSE, FALSE, sizeof (gunichar));

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
    gsize n = g_unichar_fully_decompose (g_utf8_get_char (p), FALSE, parts, G_N_ELEMENTS (parts));

    g_array_append_vals (chars, parts, (guint)n);
  }
  return chars;
}

static int
compare_combining_classes (gconstpointer a, gconstpointer b, gpointer unused)
{
  return g_unichar_combining_class (*(const gunichar *)a) -
         g_unichar_combining_class (*(const gunichar *)b);
}

/* Puts each run of marks into the order of their combining classes (the sort is stable). */
static void
order_marks (gunichar *chars, guint n)
{
  for (guint start = 0, end; start < n; start = end + 1) {
    for (end = start; end < n && g_unichar_combining_class (chars[end]) != 0; end++)
      ;
    if (end - start > 1)
      g_qsort_with_data (chars + start, (gint)(end - start), sizeof *chars,
                         compare_combining_classes, NULL);
  }
}

/* Composes in place.
 *
 * Returns: how many characters are left */
static guint
compose (gunichar *chars, guint n)
{
  guint length = 0, starter = G_MAXUINT;

  for (guint i = 0; i < n; i++) {
    gint class = g_unichar_combining_class (chars[i]);
    gunichar composed;

    /* A character of the same class in between, or another starter, would block it. */
    if (starter != G_MAXUINT &&
        (starter == length - 1 || g_unichar_combining_class (chars[length - 1]) < class) &&
        g_unichar_compose (chars[starter], chars[i], &composed)) {
      chars[starter] = composed;
      continue;
    }
    if (class == 0)
      starter = length;
    chars[length++] = chars[i];
  }
  return length;
}

char *
clip_utf8_compose (const char *text)
{
  g_autoptr (GArray) array = decompose (text);
  gunichar *chars = (gunichar *)(gpointer)array->data;

  order_marks (chars, array->len);
  return g_ucs4_to_utf8 (chars, compose (chars, array->len), NULL, NULL, NULL);
}

/* ---- Lower case -------------------------------------------------------------------------- */

/* Unicode's derived property Cased, but for characters that are Case_Ignorable too. */
static gboolean
is_cased (gunichar c)
{
  switch (g_unichar_type (c)) {
  case G_UNICODE_LOWERCASE_LETTER:
  case G_UNICODE_UPPERCASE_LETTER:
  case G_UNICODE_TITLECASE_LETTER:
    return TRUE;
  default: /* ordinals, Roman numerals, circled and squared letters */
    return c == 0xaa || c == 0xba || (c >= 0x2160 && c <= 0x217f) || (c >= 0x24b6 && c <= 0x24e9) ||
           (c >= 0x1f130 && c <= 0x1f149) || (c >= 0x1f150 && c <= 0x1f169) ||
           (c >= 0x1f170 && c <= 0x1f189);
  }
}

/* Unicode's derived property Case_Ignorable. */
static gboolean
is_case_ignorable (gunichar c)
{
  /* Word_Break of MidLetter, MidNumLet and Single_Quote */
  static const guint16 inside_words[] = {'\'',   '.',    ':',    0xb7,   0x387,  0x55f,
                                         0x5f4,  0x2018, 0x2019, 0x2024, 0x2027, 0xfe13,
                                         0xfe52, 0xfe55, 0xff07, 0xff0e, 0xff1a};

  switch (g_unichar_type (c)) {
  case G_UNICODE_NON_SPACING_MARK:
  case G_UNICODE_ENCLOSING_MARK:
  case G_UNICODE_FORMAT:
  case G_UNICODE_MODIFIER_LETTER:
  case G_UNICODE_MODIFIER_SYMBOL:
    return TRUE;
  default:
    for (guint i = 0; i < G_N_ELEMENTS (inside_words); i++)
      if (c == inside_words[i])
        return TRUE;
    return FALSE;
  }
}

/* Whether the sigma at @p ends a word: after a cased letter and not before one, each perhaps with
 * case-ignorable characters in between (Final_Sigma of SpecialCasing.txt). */
static gboolean
is_final_sigma (const char *text, const char *p)
{
  const char *before = p, *after = g_utf8_next_char (p);

  do
    before = g_utf8_find_prev_char (text, before);
  while (before != NULL && is_case_ignorable (g_utf8_get_char (before)));
  if (before == NULL || !is_cased (g_utf8_get_char (before)))
    return FALSE;

  while (is_case_ignorable (g_utf8_get_char (after)))
    after = g_utf8_next_char (after);
  return !is_cased (g_utf8_get_char (after));
}

/* The simple mapping, of letters and of what is cased without being a letter. */
static gunichar
lower_character (gunichar c)
{
  if (c >= 0x2160 && c <= 0x216f) /* Roman numerals */
    return c + 0x10;
  if (c >= 0x24b6 && c <= 0x24cf) /* circled letters */
    return c + 0x1a;
  return g_unichar_tolower (c);
}

char *
clip_utf8_lower (const char *text)
{
  GString *lower = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c == CAPITAL_I_WITH_DOT)
      g_string_append (lower, "i\u0307");
    else if (c == CAPITAL_SIGMA)
      g_string_append_unichar (lower, is_final_sigma (text, p) ? FINAL_SIGMA : SMALL_SIGMA);
    else
      g_string_append_unichar (lower, lower_character (c));
  }
  return g_string_free (lower, FALSE);
}
