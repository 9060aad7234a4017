/* json.c: a small, strict JSON reader (json.h).
 *
 * Recursive descent, as deep as CLIP_JSON_MAX_DEPTH. Two allocations hold everything: the values
 * in the order of the text, and the decoded strings, which are never longer than their source.
 * The text may lie in a mapping that another process changes meanwhile: every read is checked
 * against the end, and nothing relies on what an earlier pass saw.
 */
#include "files/json.h"
#include "clip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct _ClipJson {
  ClipJsonValue *values;
  char *text;
};

typedef struct {
  const guint8 *data;
  gsize size, at;
  const char *file;
  ClipJsonValue *values;
  gsize n_values, max_values;
  char *text; /* size + 1 bytes: a string's quotes leave room for its NUL */
  gsize text_at;
  guint depth;
} Parser;

static gboolean parse_value (Parser *parser, const char *name, GError **error);

static gboolean
fail (const Parser *parser, const char *what, GError **error)
{
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID, "%s: JSON byte %zu: %s", parser->file,
               parser->at, what);
  return FALSE;
}

/* ---- Characters -------------------------------------------------------------------------- */

/* The next byte, or −1 at the end. */
static int
peek (const Parser *parser)
{
  return parser->at < parser->size ? parser->data[parser->at] : -1;
}

static void
skip_space (Parser *parser)
{
  for (int c = peek (parser); c == ' ' || c == '\n' || c == '\r' || c == '\t'; c = peek (parser))
    parser->at++;
}

/* Takes the byte @c where it comes next. */
static gboolean
take (Parser *parser, char c)
{
  if (peek (parser) != c)
    return FALSE;
  parser->at++;
  return TRUE;
}

static gboolean
take_digits (Parser *parser)
{
  gsize start = parser->at;
  while (peek (parser) >= '0' && peek (parser) <= '9')
    parser->at++;
  return parser->at > start;
}

/* ---- Strings ----------------------------------------------------------------------------- */

/* Four hexadecimal digits. */
static gboolean
take_unit (Parser *parser, gunichar *unit)
{
  *unit = 0;
  for (int i = 0; i < 4; i++) {
    int c = peek (parser);
    if (c < 0 || !g_ascii_isxdigit ((char)c))
      return FALSE;
    *unit = *unit << 4 | (gunichar)g_ascii_xdigit_value ((char)c);
    parser->at++;
  }
  return TRUE;
}

/* What follows "\u". */
static gboolean
parse_code_point (Parser *parser, GError **error)
{
  gunichar unit, low;
  if (!take_unit (parser, &unit))
    return fail (parser, "“\\u” without four hexadecimal digits", error);
  if (unit >= 0xD800 && unit < 0xDC00) {
    if (!take (parser, '\\') || !take (parser, 'u') || !take_unit (parser, &low) || low < 0xDC00 ||
        low > 0xDFFF)
      return fail (parser, "half of a surrogate pair", error);
    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
  } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
    return fail (parser, "half of a surrogate pair", error);
  } else if (unit == 0) {
    return fail (parser, "a string with NUL", error);
  }
  parser->text_at += (gsize)g_unichar_to_utf8 (unit, parser->text + parser->text_at);
  return TRUE;
}

static gboolean
parse_escape (Parser *parser, GError **error)
{
  static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  if (take (parser, 'u'))
    return parse_code_point (parser, error);
  int c = peek (parser);
  const char *found = c > 0 ? strchr (escapes, c) : NULL;
  if (found == NULL)
    return fail (parser, "unknown escape", error);
  parser->text[parser->text_at++] = meanings[found - escapes];
  parser->at++;
  return TRUE;
}

static const char *
parse_string (Parser *parser, GError **error)
{
  const char *string = parser->text + parser->text_at;
  if (!take (parser, '"')) {
    fail (parser, "a string is missing", error);
    return NULL;
  }
  while (!take (parser, '"')) {
    int c = peek (parser);
    if (c < 0x20) {
      fail (parser, c < 0 ? "a string does not end" : "control character in a string", error);
      return NULL;
    }
    parser->at++;
    if (c != '\\')
      parser->text[parser->text_at++] = (char)c;
    else if (!parse_escape (parser, error))
      return NULL;
  }
  parser->text[parser->text_at++] = '\0';
  return string;
}

/* ---- Numbers ----------------------------------------------------------------------------- */

static gboolean
parse_integer (Parser *parser, ClipJsonValue *value, gsize start, GError **error)
{
  value->kind = CLIP_JSON_INTEGER;
  for (gsize i = start; i < parser->at; i++)
    if (!g_uint64_checked_mul (&value->magnitude, value->magnitude, 10) ||
        !g_uint64_checked_add (&value->magnitude, value->magnitude, parser->data[i] - '0'))
      return fail (parser, "an integer of more than 64 bits", error);
  return TRUE;
}

static gboolean
parse_number (Parser *parser, ClipJsonValue *value, GError **error)
{
  gsize start = parser->at;
  value->negative = take (parser, '-');
  gsize digits = parser->at;
  if (!take (parser, '0') && !take_digits (parser))
    return fail (parser, "a value is missing", error);
  gboolean real = FALSE;
  if (take (parser, '.')) {
    real = TRUE;
    if (!take_digits (parser))
      return fail (parser, "a number without digits after its point", error);
  }
  if (take (parser, 'e') || take (parser, 'E')) {
    real = TRUE;
    if (!take (parser, '+'))
      take (parser, '-');
    if (!take_digits (parser))
      return fail (parser, "a number without digits in its exponent", error);
  }
  if (!real)
    return parse_integer (parser, value, digits, error);
  char *copy = parser->text + parser->text_at; /* for its NUL, and soon overwritten */
  memcpy (copy, parser->data + start, parser->at - start);
  copy[parser->at - start] = '\0';
  value->kind = CLIP_JSON_REAL;
  value->real = g_ascii_strtod (copy, NULL);
  return isfinite (value->real) || fail (parser, "a number out of range", error);
}

/* ---- Containers -------------------------------------------------------------------------- */

static int
compare_names (const void *a, const void *b)
{
  return strcmp ((*(const ClipJsonValue *const *)a)->name,
                 (*(const ClipJsonValue *const *)b)->name);
}

/* Sorted rather than hashed: names chosen to collide can't make it slow. */
static gboolean
check_names_differ (const Parser *parser, const ClipJsonValue *object, GError **error)
{
  g_autofree const ClipJsonValue **members = g_try_new (const ClipJsonValue *, object->count + 1);
  if (members == NULL) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY, "%s: not enough memory", parser->file);
    return FALSE;
  }
  gsize n = 0;
  for (const ClipJsonValue *v = clip_json_first (object); v != NULL; v = clip_json_next (object, v))
    members[n++] = v;
  qsort (members, n, sizeof (const ClipJsonValue *), compare_names);
  for (gsize i = 1; i < n; i++)
    if (strcmp (members[i - 1]->name, members[i]->name) == 0) {
      g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID,
                   "%s: JSON byte %zu: the object that ends here has “%s” twice", parser->file,
                   parser->at, members[i]->name);
      return FALSE;
    }
  return TRUE;
}

/* One child, and what stands before it where it is a member of an object. */
static gboolean
parse_child (Parser *parser, ClipJsonKind kind, GError **error)
{
  const char *name = NULL;
  skip_space (parser);
  if (kind == CLIP_JSON_OBJECT) {
    if ((name = parse_string (parser, error)) == NULL)
      return FALSE;
    skip_space (parser);
    if (!take (parser, ':'))
      return fail (parser, "“:” is missing", error);
    skip_space (parser);
  }
  return parse_value (parser, name, error);
}

static gboolean
parse_container (Parser *parser, ClipJsonValue *value, ClipJsonKind kind, GError **error)
{
  char end = kind == CLIP_JSON_OBJECT ? '}' : ']';
  if (++parser->depth > CLIP_JSON_MAX_DEPTH)
    return fail (parser, "nested too deeply", error);
  value->kind = kind;
  parser->at++;
  skip_space (parser);
  if (!take (parser, end)) {
    do {
      if (!parse_child (parser, kind, error))
        return FALSE;
      value->count++;
      skip_space (parser);
    } while (take (parser, ','));
    if (!take (parser, end))
      return fail (parser, "“,” or the end of an array or object is missing", error);
  }
  value->span = (gsize)(parser->values + parser->n_values - value);
  parser->depth--;
  return kind != CLIP_JSON_OBJECT || check_names_differ (parser, value, error);
}

/* ---- Values ------------------------------------------------------------------------------ */

static gboolean
take_word (Parser *parser, const char *word)
{
  gsize length = strlen (word);
  if (parser->size - parser->at < length || memcmp (parser->data + parser->at, word, length) != 0)
    return FALSE;
  parser->at += length;
  return TRUE;
}

static gboolean
parse_value (Parser *parser, const char *name, GError **error)
{
  if (parser->n_values == parser->max_values)
    return fail (parser, "too many values", error);
  ClipJsonValue *value = &parser->values[parser->n_values++];
  *value = (ClipJsonValue){.name = name, .span = 1};
  switch (peek (parser)) {
  case '{':
    return parse_container (parser, value, CLIP_JSON_OBJECT, error);
  case '[':
    return parse_container (parser, value, CLIP_JSON_ARRAY, error);
  case '"':
    value->kind = CLIP_JSON_STRING;
    return (value->string = parse_string (parser, error)) != NULL;
  case 'n':
    return take_word (parser, "null") || fail (parser, "unknown word", error);
  case 't':
  case 'f':
    value->kind = CLIP_JSON_BOOLEAN;
    value->boolean = take_word (parser, "true");
    return value->boolean || take_word (parser, "false") || fail (parser, "unknown word", error);
  default:
    return parse_number (parser, value, error);
  }
}

/* Every value but the first follows a bracket or a comma; those within strings count in vain. */
static gsize
count_values_at_most (const guint8 *data, gsize size)
{
  gsize n = 1;
  for (gsize i = 0; i < size; i++)
    n += data[i] == ',' || data[i] == '[' || data[i] == '{';
  return MIN (n, CLIP_JSON_MAX_VALUES);
}

static gboolean
parse_document (Parser *parser, GError **error)
{
  const char *end;
  if (!g_utf8_validate_len ((const char *)parser->data, parser->size, &end)) {
    parser->at = (gsize)(end - (const char *)parser->data);
    return fail (parser, "not UTF-8", error);
  }
  skip_space (parser);
  if (!parse_value (parser, NULL, error))
    return FALSE;
  skip_space (parser);
  return parser->at == parser->size || fail (parser, "text after the end", error);
}

ClipJson *
clip_json_parse (const guint8 *data, gsize size, const char *file, GError **error)
{
  Parser parser = {.data = data, .size = size, .file = file};
  if (size > CLIP_JSON_MAX_SIZE) {
    fail (&parser, "too long", error);
    return NULL;
  }
  g_autoptr (ClipJson) json = g_new0 (ClipJson, 1);
  parser.max_values = count_values_at_most (data, size);
  parser.values = json->values = g_try_new (ClipJsonValue, parser.max_values);
  parser.text = json->text = g_try_malloc (size + 1);
  if (json->values == NULL || json->text == NULL) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY, "%s: not enough memory", file);
    return NULL;
  }
  return parse_document (&parser, error) ? g_steal_pointer (&json) : NULL;
}

void
clip_json_free (ClipJson *json)
{
  if (json == NULL)
    return;
  g_free (json->values);
  g_free (json->text);
  g_free (json);
}

/* ---- Looking ----------------------------------------------------------------------------- */

const ClipJsonValue *
clip_json_get_root (const ClipJson *json)
{
  return json->values;
}

const ClipJsonValue *
clip_json_first (const ClipJsonValue *parent)
{
  return parent->span > 1 ? parent + 1 : NULL;
}

const ClipJsonValue *
clip_json_next (const ClipJsonValue *parent, const ClipJsonValue *child)
{
  const ClipJsonValue *next = child + child->span;
  return next < parent + parent->span ? next : NULL;
}

const ClipJsonValue *
clip_json_member (const ClipJsonValue *value, const char *name)
{
  if (value->kind != CLIP_JSON_OBJECT)
    return NULL;
  for (const ClipJsonValue *v = clip_json_first (value); v != NULL; v = clip_json_next (value, v))
    if (strcmp (v->name, name) == 0)
      return v;
  return NULL;
}

gboolean
clip_json_get_natural (const ClipJsonValue *value, guint64 *natural)
{
  if (value == NULL || value->kind != CLIP_JSON_INTEGER || value->negative)
    return FALSE;
  *natural = value->magnitude;
  return TRUE;
}

gboolean
clip_json_get_number (const ClipJsonValue *value, double *number)
{
  if (value != NULL && value->kind == CLIP_JSON_INTEGER)
    *number = value->negative ? -(double)value->magnitude : (double)value->magnitude;
  else if (value != NULL && value->kind == CLIP_JSON_REAL)
    *number = value->real;
  else
    return FALSE;
  return TRUE;
}

const char *
clip_json_get_string (const ClipJsonValue *value)
{
  return value != NULL && value->kind == CLIP_JSON_STRING ? value->string : NULL;
}
