/* query-text.c: a query written as it could have been typed. */
#include "search/query.h"

#include <string.h>

static gboolean
is_quote (gunichar c)
{
  return c == '"' || c == 0x201C || c == 0x201D;
}

/* Whether the parser takes @value for more or less than one value. */
static gboolean
needs_quotes (const char *value)
{
  for (const char *c = value; *c; c = g_utf8_next_char (c))
    if (g_unichar_isspace (g_utf8_get_char (c)) || is_quote (g_utf8_get_char (c)))
      return TRUE;
  return *value == '\0' || *value == '-';
}

/* A quote within quotes is written twice. */
static void
append_quoted (GString *text, const char *value)
{
  g_string_append_c (text, '"');
  for (const char *c = value; *c; c = g_utf8_next_char (c)) {
    gunichar letter = g_utf8_get_char (c);

    g_string_append_unichar (text, letter);
    if (is_quote (letter))
      g_string_append_unichar (text, letter);
  }
  g_string_append_c (text, '"');
}

/* @value: (nullable) */
static void
append (GString *text, const char *prefix, const char *value)
{
  g_autofree char *valid = value ? g_utf8_make_valid (value, -1) : NULL;

  if (!valid)
    return;
  if (text->len)
    g_string_append_c (text, ' ');
  g_string_append (text, prefix);
  if (needs_quotes (valid))
    append_quoted (text, valid);
  else
    g_string_append (text, valid);
}

/* A name that is no text, or would be taken for another form of one, is written as a URI. */
static void
append_path (GString *text, const char *prefix, const char *path)
{
  g_autofree char *uri = NULL;

  if (g_path_is_absolute (path) && !g_utf8_validate (path, -1, NULL))
    uri = g_filename_to_uri (path, NULL, NULL);
  append (text, prefix, uri ? uri : path);
}

static gboolean
has_quotes (const char *value)
{
  for (const char *c = value; *c; c = g_utf8_next_char (c))
    if (is_quote (g_utf8_get_char (c)))
      return TRUE;
  return FALSE;
}

/* Whether @words, as they are, would be read as just these words, whatever comes after them: a
 * quote could reach into that. */
static gboolean
are_plain (const char *words)
{
  g_autoptr (InkQuery) query = ink_query_new ();

  if (has_quotes (words))
    return FALSE;
  ink_query_parse (query, words);
  return query->words->len == 1 && g_str_equal (query->words->pdata[0], words);
}

/* All words together are one description, and what is read back is one. */
static void
append_words (GString *text, const GPtrArray *words)
{
  for (guint i = 0; i < words->len; i++) {
    if (text->len)
      g_string_append_c (text, ' ');
    if (are_plain (words->pdata[i]))
      g_string_append (text, words->pdata[i]);
    else
      append_quoted (text, words->pdata[i]);
  }
}

static void
append_number (GString *text, const char *before, double number)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (text, before);
  g_string_append (text, g_ascii_formatd (digits, sizeof digits, "%.6g", number));
}

static void
append_picture (GString *text, const InkQueryPicture *picture)
{
  g_autofree char *path = picture->file ? g_file_get_path (picture->file) : NULL;

  if (!path)
    return;
  append_path (text, "like:", path);
  if (!picture->has_region)
    return;
  append_number (text, " region:", picture->region.x);
  append_number (text, ",", picture->region.y);
  append_number (text, ",", picture->region.width);
  append_number (text, ",", picture->region.height);
}

char *
ink_query_to_text (const InkQuery *query)
{
  GString *text = g_string_new (NULL);

  append_words (text, query->words);
  for (guint i = 0; i < query->negatives->len; i++)
    append (text, "-", query->negatives->pdata[i]);
  for (guint i = 0; i < query->pictures->len; i++)
    append_picture (text, query->pictures->pdata[i]);
  if (query->weight_text != INK_WEIGHT_TEXT)
    append_number (text, text->len ? " weight:" : "weight:", query->weight_text);
  if (query->folder)
    append_path (text, "folder:", query->folder);
  append (text, "after:", query->after);
  append (text, "before:", query->before);
  append (text, "type:", query->type);
  append (text, "name:", query->name);
  if (query->orientation != INK_ORIENTATION_ANY)
    append (text, "orientation:", ink_query_orientation_to_string (query->orientation));
  append (text, "size:", query->size);
  if (query->sort != INK_SORT_RELEVANCE)
    append (text, "sort:", ink_query_sort_to_string (query->sort));
  return g_string_free (text, FALSE);
}
