/* json.h: writes JSON for the command line: one value a line, floats with nine digits. */
#pragma once

#include <stdio.h>

#include <glib.h>

G_BEGIN_DECLS

/* A value being written. Commas are put where they belong; that keys and values alternate, and
 * that what is opened is closed, is the caller's business. */
typedef struct {
  GString *text;
  gboolean comma; /* whether the next value needs one before it */
} InkJson;

void ink_json_init (InkJson *json);

/* Opens and closes an object ('{' and '}') or an array ('[' and ']'). */
void ink_json_open (InkJson *json, char bracket);
void ink_json_close (InkJson *json, char bracket);

/* The key of the value that comes next. */
void ink_json_key (InkJson *json, const char *key);

/* Each writes a value, after @key where it is not %NULL. Text that is not UTF-8 is made so, with
 * replacement characters; %NULL is null. A float that is no number is null too. */
void ink_json_string (InkJson *json, const char *key, const char *value);
void ink_json_integer (InkJson *json, const char *key, gint64 value);
void ink_json_number (InkJson *json, const char *key, double value);
void ink_json_boolean (InkJson *json, const char *key, gboolean value);
void ink_json_null (InkJson *json, const char *key);
void ink_json_strings (InkJson *json, const char *key, const char *const *values);

/* Writes the finished value on a line of its own to a file, and frees it. */
void ink_json_write (InkJson *json, FILE *file);

/* Prints the finished value on a line of its own to stdout, at once, and frees it. */
void ink_json_print (InkJson *json);

G_END_DECLS
