/* query-parse.c: the syntax of the search box.
 *
 * White space parts the text into items. An item is a filter (prefix:value), something to stay
 * away from (-value), or a word; a value or word in double quotes may hold spaces. All words
 * together are one description, since the models read sentences. Whatever is no well-formed
 * filter is words, so that nothing that can be typed is an error; a quote that is still open
 * while its owner types reaches to the end.
 */
#include "search/query.h"

#include <string.h>

/* Keyboards and pastes bring curly quotes as well. */
static gboolean
is_quote (gunichar c)
{
  return c == '"' || c == 0x201C || c == 0x201D;
}

/* The value at *text, which opens with a quote: up to the next one; a quote that is there twice is
 * part of the value. Moves *text behind it. */
static char *
take_quoted (const char **text)
{
  GString *value = g_string_new (NULL);
  const char *at = g_utf8_next_char (*text);

  while (*at) {
    gunichar c = g_utf8_get_char (at);

    at = g_utf8_next_char (at);
    if (is_quote (c)) {
      if (g_utf8_get_char (at) != c)
        break;
      at = g_utf8_next_char (at);
    }
    g_string_append_unichar (value, c);
  }
  *text = at;
  return g_string_free (value, FALSE);
}

/* The value at *text: a quoted one, else up to the next white space. Moves *text behind it. */
static char *
take_value (const char **text)
{
  const char *begin = *text, *end = begin;

  if (is_quote (g_utf8_get_char (begin)))
    return take_quoted (text);
  while (*end && !g_unichar_isspace (g_utf8_get_char (end)))
    end = g_utf8_next_char (end);
  *text = end;
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

/* ---- Names and numbers ------------------------------------------------------------------- */

static const char *const orientations[] = {NULL, "landscape", "portrait", "square"};
static const char *const sorts[] = {"relevance", "newest", "oldest"};

/* The index of @text in @names, without regard to case; -1 where it is not among them. */
static int
find_name (const char *text, const char *const *names, int n)
{
  for (int i = 0; i < n; i++)
    if (names[i] && g_ascii_strcasecmp (text, names[i]) == 0)
      return i;
  return -1;
}

gboolean
ink_query_parse_orientation (const char *text, InkOrientation *orientation)
{
  int found = find_name (text, orientations, G_N_ELEMENTS (orientations));

  if (found < 0)
    return FALSE;
  *orientation = (InkOrientation)found;
  return TRUE;
}

gboolean
ink_query_parse_sort (const char *text, InkSort *sort)
{
  int found = find_name (text, sorts, G_N_ELEMENTS (sorts));

  if (found < 0)
    return FALSE;
  *sort = (InkSort)found;
  return TRUE;
}

const char *
ink_query_orientation_to_string (InkOrientation orientation)
{
  return orientations[orientation];
}

const char *
ink_query_sort_to_string (InkSort sort)
{
  return sorts[sort];
}

/* A decimal number at *text, which is moved behind it; neither sign nor exponent nor words. */
static gboolean
take_number (const char **text, double *number)
{
  gsize length = strspn (*text, "0123456789.");
  g_autofree char *digits = g_strndup (*text, length);
  char *end;

  *number = g_ascii_strtod (digits, &end);
  *text += length;
  return length > 0 && *end == '\0';
}

gboolean
ink_query_parse_size (const char *text, InkLeastSize *size)
{
  double first, second;

  *size = (InkLeastSize){0};
  if (!take_number (&text, &first) || !(first > 0 && first < G_MAXUINT))
    return FALSE;
  if (g_ascii_strcasecmp (text, "mp") == 0) {
    size->pixels = 1e6 * first;
    return TRUE;
  }
  size->longer = (guint)first;
  if (*text == '\0')
    return TRUE;
  if (*text != 'x' && *text != 'X')
    return FALSE;
  text++;
  if (!take_number (&text, &second) || *text || !(second > 0 && second < G_MAXUINT))
    return FALSE;
  size->longer = (guint)MAX (first, second);
  size->shorter = (guint)MIN (first, second);
  return TRUE;
}

gboolean
ink_query_parse_region (const char *text, InkRegion *region)
{
  double values[4];

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    if (!take_number (&text, &values[i]) || *text++ != (i < 3 ? ',' : '\0'))
      return FALSE;
  *region = (InkRegion){values[0], values[1], values[2], values[3]};
  return region->width > 0 && region->height > 0 && region->x + region->width <= 1 + 1e-6 &&
         region->y + region->height <= 1 + 1e-6;
}

/* ---- Filters ----------------------------------------------------------------------------- */

static gboolean
set_string (char **to, char *value)
{
  g_free (*to);
  *to = value;
  return value != NULL;
}

/* The path of a file: URI or below the user's own folder; anything else as it is. */
static char *
expand_path (const char *path)
{
  if (g_str_equal (path, "~") || g_str_has_prefix (path, "~/"))
    return g_build_filename (g_get_home_dir (), path + 1, NULL);
  if (g_str_has_prefix (path, "file:")) {
    char *plain = g_filename_from_uri (path, NULL, NULL);

    if (plain)
      return plain;
  }
  return g_strdup (path);
}

static gboolean
set_folder (InkQuery *query, const char *value)
{
  return set_string (&query->folder, expand_path (value));
}

static gboolean
set_type (InkQuery *query, const char *value)
{
  return set_string (&query->type, ink_query_normalise_type (value));
}

static gboolean
set_name (InkQuery *query, const char *value)
{
  return set_string (&query->name, g_strdup (value));
}

static gboolean
set_after (InkQuery *query, const char *value)
{
  char *date = complete_date (value, FALSE);

  return date && set_string (&query->after, date);
}

static gboolean
set_before (InkQuery *query, const char *value)
{
  char *date = complete_date (value, TRUE);

  return date && set_string (&query->before, date);
}

static gboolean
set_orientation (InkQuery *query, const char *value)
{
  return ink_query_parse_orientation (value, &query->orientation);
}

static gboolean
set_size (InkQuery *query, const char *value)
{
  InkLeastSize size;

  return ink_query_parse_size (value, &size) &&
         set_string (&query->size, g_ascii_strdown (value, -1));
}

static gboolean
set_sort (InkQuery *query, const char *value)
{
  return ink_query_parse_sort (value, &query->sort);
}

static gboolean
add_like (InkQuery *query, const char *value)
{
  g_autofree char *path = expand_path (value);
  g_autoptr (GFile) file = g_path_is_absolute (path) ? g_file_new_for_path (path) : NULL;

  if (!file)
    return FALSE;
  ink_query_add_file (query, file, NULL);
  return TRUE;
}

static gboolean
set_region (InkQuery *query, const char *value)
{
  InkQueryPicture *last =
      query->pictures->len ? query->pictures->pdata[query->pictures->len - 1] : NULL;

  InkRegion region;

  if (!last || !ink_query_parse_region (value, &region))
    return FALSE;
  last->has_region = TRUE;
  last->region = region;
  return TRUE;
}

static gboolean
set_weight (InkQuery *query, const char *value)
{
  double weight;

  if (!take_number (&value, &weight) || *value || weight > 1)
    return FALSE;
  query->weight_text = weight;
  return TRUE;
}

/* Each sets its part of the query; FALSE, and nothing set, where the value does not suit it. */
static const struct {
  const char *prefix;
  gboolean (*set) (InkQuery *query, const char *value);
} filters[] = {
    {"folder", set_folder}, {"after", set_after},   {"before", set_before},
    {"type", set_type},     {"name", set_name},     {"orientation", set_orientation},
    {"size", set_size},     {"sort", set_sort},     {"like", add_like},
    {"region", set_region}, {"weight", set_weight},
};

static gboolean
set_filter (InkQuery *query, const char *prefix, const char *value)
{
  for (guint i = 0; *value && i < G_N_ELEMENTS (filters); i++)
    if (g_str_equal (prefix, filters[i].prefix))
      return filters[i].set (query, value);
  return FALSE;
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
