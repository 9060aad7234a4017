/* query-parse.c: the syntax of the search box.
 *
 * White space parts the text into items. An item is a filter (prefix:value), something to stay
 * away from (-value), or a word; a value or word in double quotes may hold spaces. All words
 * together are one description, since the models read sentences. Whatever is no well-formed
 * filter is words, so that nothing that can be typed is an error; a quote that is still open
 * while its owner types reaches to the end.
 */
#include "search/query.h"

/* Keyboards and pastes bring curly quotes as well. */
static gboolean
is_quote (gunichar c)
{
  return c == '"' || c == 0x201C || c == 0x201D;
}

/* The value at *text: up to the closing quote where it opens with one, else to the next white
 * space. Moves *text behind it. */
static char *
take_value (const char **text)
{
  const char *begin = *text;
  gboolean quoted = is_quote (g_utf8_get_char (begin));
  const char *end;

  if (quoted)
    begin = g_utf8_next_char (begin);
  end = begin;
  while (*end) {
    gunichar c = g_utf8_get_char (end);

    if (quoted ? is_quote (c) : g_unichar_isspace (c))
      break;
    end = g_utf8_next_char (end);
  }
  *text = quoted && *end ? g_utf8_next_char (end) : end;
  return g_strndup (begin, end - begin);
}

static gboolean
take_digits (const char **text, guint count, guint *number)
{
  *number = 0;
  for (guint i = 0; i < count; i++) {
    if (!g_ascii_isdigit (**text))
      return FALSE;
    *number = *number * 10 + g_ascii_digit_value (**text);
    (*text)++;
  }
  return TRUE;
}

/* YYYY, YYYY-MM or YYYY-MM-DD, completed to its first or, where @last, its last day. */
static char *
complete_date (const char *text, gboolean last)
{
  guint year, month = last ? 12 : 1, day = 0;

  if (!take_digits (&text, 4, &year) || year == 0)
    return NULL;
  if (*text == '-') {
    text++;
    if (!take_digits (&text, 2, &month) || month < 1 || month > 12)
      return NULL;
    if (*text == '-') {
      text++;
      if (!take_digits (&text, 2, &day) || !g_date_valid_dmy (day, month, year))
        return NULL;
    }
  }
  if (*text)
    return NULL;
  if (day == 0)
    day = last ? g_date_get_days_in_month (month, year) : 1;
  return g_strdup_printf ("%04u-%02u-%02u", year, month, day);
}

gboolean
ink_query_date_is_valid (const char *date)
{
  g_autofree char *completed = complete_date (date, FALSE);

  return completed && g_str_equal (completed, date);
}

char *
ink_query_normalise_type (const char *type)
{
  static const char *const names[][2] = {
      {"jpg", "jpeg"}, {"jpe", "jpeg"}, {"tif", "tiff"}, {"heic", "heif"}, {"avifs", "avif"}};
  char *lower = g_ascii_strdown (type, -1);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (lower, names[i][0])) {
      g_free (lower);
      return g_strdup (names[i][1]);
    }
  return lower;
}

static void
set_string (char **to, char *value)
{
  g_free (*to);
  *to = value;
}

static char *
expand_home (const char *path)
{
  if (g_str_equal (path, "~") || g_str_has_prefix (path, "~/"))
    return g_build_filename (g_get_home_dir (), path + 1, NULL);
  return g_strdup (path);
}

/* Sets the filter that @prefix names; FALSE where there is none or @value does not suit it. */
static gboolean
set_filter (InkQuery *query, const char *prefix, const char *value)
{
  if (*value == '\0')
    return FALSE;

  if (g_str_equal (prefix, "folder")) {
    set_string (&query->folder, expand_home (value));
  } else if (g_str_equal (prefix, "type")) {
    set_string (&query->type, ink_query_normalise_type (value));
  } else if (g_str_equal (prefix, "name")) {
    set_string (&query->name, g_strdup (value));
  } else if (g_str_equal (prefix, "after") || g_str_equal (prefix, "before")) {
    gboolean last = g_str_equal (prefix, "before");
    char *date = complete_date (value, last);

    if (!date)
      return FALSE;
    set_string (last ? &query->before : &query->after, date);
  } else {
    return FALSE;
  }
  return TRUE;
}

/* Takes a filter at *text; where there is none, leaves everything as it was. */
static gboolean
take_filter (InkQuery *query, const char **text)
{
  const char *rest = *text;
  g_autofree char *prefix = NULL;
  g_autofree char *value = NULL;

  while (g_ascii_isalpha (*rest))
    rest++;
  if (*rest != ':')
    return FALSE;
  prefix = g_ascii_strdown (*text, rest - *text);
  rest++;
  value = take_value (&rest);
  if (!set_filter (query, prefix, value))
    return FALSE;
  *text = rest;
  return TRUE;
}

/* Takes -word or -"some words" at *text; a dash by itself is a word like any other. */
static gboolean
take_negative (InkQuery *query, const char **text)
{
  const char *rest = *text + 1;
  char *value;

  if (**text != '-' || *rest == '-')
    return FALSE;
  value = g_strstrip (take_value (&rest));
  if (*value == '\0') {
    g_free (value);
    return FALSE;
  }
  g_ptr_array_add (query->negatives, value);
  *text = rest;
  return TRUE;
}

void
ink_query_parse (InkQuery *query, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GString) words = g_string_new (NULL);
  const char *at = valid;

  while (*at) {
    if (g_unichar_isspace (g_utf8_get_char (at))) {
      at = g_utf8_next_char (at);
    } else if (!take_filter (query, &at) && !take_negative (query, &at)) {
      g_autofree char *word = g_strstrip (take_value (&at));

      if (*word && words->len)
        g_string_append_c (words, ' ');
      g_string_append (words, word);
    }
  }
  if (words->len)
    g_ptr_array_add (query->words, g_string_free (g_steal_pointer (&words), FALSE));
}
