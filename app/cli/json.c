/* json.c: writes JSON for the command line. json-glib prints floats with 17 digits and no way to
 * choose, and the contract is nine; writing needs little else. */
#include "cli/json.h"

#include <math.h>

void
ink_json_init (InkJson *json)
{
  json->text = g_string_new (NULL);
  json->comma = FALSE;
}

static void
append_escaped (GString *text, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  g_string_append_c (text, '"');
  for (const char *c = valid; *c != '\0'; c++) {
    switch (*c) {
    case '"':
      g_string_append (text, "\\\"");
      break;
    case '\\':
      g_string_append (text, "\\\\");
      break;
    case '\n':
      g_string_append (text, "\\n");
      break;
    case '\t':
      g_string_append (text, "\\t");
      break;
    default:
      if ((guchar)*c < 0x20 || *c == 0x7f)
        g_string_append_printf (text, "\\u%04x", (guchar)*c);
      else
        g_string_append_c (text, *c);
    }
  }
  g_string_append_c (text, '"');
}

/* Begins a value: the comma after the one before it, and its key. */
static void
begin (InkJson *json, const char *key)
{
  if (json->comma)
    g_string_append_c (json->text, ',');
  if (key != NULL) {
    append_escaped (json->text, key);
    g_string_append_c (json->text, ':');
  }
  json->comma = TRUE;
}

void
ink_json_open (InkJson *json, char bracket)
{
  begin (json, NULL);
  g_string_append_c (json->text, bracket);
  json->comma = FALSE;
}

void
ink_json_close (InkJson *json, char bracket)
{
  g_string_append_c (json->text, bracket);
  json->comma = TRUE;
}

void
ink_json_key (InkJson *json, const char *key)
{
  begin (json, key);
  json->comma = FALSE;
}

void
ink_json_string (InkJson *json, const char *key, const char *value)
{
  begin (json, key);
  if (value != NULL)
    append_escaped (json->text, value);
  else
    g_string_append (json->text, "null");
}

void
ink_json_integer (InkJson *json, const char *key, gint64 value)
{
  begin (json, key);
  g_string_append_printf (json->text, "%" G_GINT64_FORMAT, value);
}

void
ink_json_number (InkJson *json, const char *key, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  begin (json, key);
  if (isfinite (value))
    g_string_append (json->text, g_ascii_formatd (digits, sizeof digits, "%.9g", value));
  else
    g_string_append (json->text, "null");
}

void
ink_json_boolean (InkJson *json, const char *key, gboolean value)
{
  begin (json, key);
  g_string_append (json->text, value ? "true" : "false");
}

void
ink_json_null (InkJson *json, const char *key)
{
  ink_json_string (json, key, NULL);
}

void
ink_json_strings (InkJson *json, const char *key, const char *const *values)
{
  ink_json_key (json, key);
  ink_json_open (json, '[');
  for (gsize i = 0; values != NULL && values[i] != NULL; i++)
    ink_json_string (json, NULL, values[i]);
  ink_json_close (json, ']');
}

void
ink_json_write (InkJson *json, FILE *file)
{
  g_string_append_c (json->text, '\n');
  fwrite (json->text->str, 1, json->text->len, file);
  g_string_free (g_steal_pointer (&json->text), TRUE);
}

void
ink_json_print (InkJson *json)
{
  ink_json_write (json, stdout);
  fflush (stdout);
}
