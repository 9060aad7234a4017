/* entities.c: HTML's character references (entities.h). */
#include "text/entities.h"

#include "text/unicode.h"

#include <stdlib.h>
#include <string.h>

#define MAX_NAME 31       /* longest name of the table */
#define MAX_BARE_NAME 6   /* longest that may lack its semicolon */
#define MAX_PLAIN_NAME 24 /* longest that ftfy looks for, with the # of a numeric one left out */
#define REPLACEMENT 0xfffd
#define SHARP_S 0xdf

typedef struct {
  const char *name;
  gsize length;
} Name;

static int
compare_name (gconstpointer key, gconstpointer element)
{
  const Name *name = key;
  const ClipEntity *entity = element;
  int order = strncmp (name->name, entity->name, name->length);

  return order != 0 ? order : -(entity->name[name->length] != '\0');
}

static const ClipEntity *
find_entity (const char *name, gsize length)
{
  Name key = {name, length};

  return bsearch (&key, clip_entities, CLIP_N_ENTITIES, sizeof *clip_entities, compare_name);
}

static void
append_entity (GString *out, const ClipEntity *entity)
{
  g_string_append_unichar (out, entity->first);
  if (entity->second != 0)
    g_string_append_unichar (out, entity->second);
}

static void
append_upper (GString *out, gunichar c)
{
  if (c == SHARP_S)
    g_string_append (out, "SS");
  else if (c != 0)
    g_string_append_unichar (out, g_unichar_toupper (c));
}

/* The longest name at @name that needs no semicolon. */
static const ClipEntity *
find_bare_entity (const char *name, gsize length)
{
  for (gsize n = MIN (length, MAX_BARE_NAME); n >= 2; n--) {
    const ClipEntity *entity = find_entity (name, n);

    if (entity != NULL && entity->bare)
      return entity;
  }
  return NULL;
}

/* Returns: how many letters and digits there are at @p, counted to one beyond the longest name */
static gsize
measure_name (const char *p)
{
  gsize n = 0;

  while (n <= MAX_NAME && g_ascii_isalnum (p[n]))
    n++;
  return n;
}

/* ---- Numeric references ------------------------------------------------------------------ */

/* Reads the number after "&#" at @p.
 *
 * Returns: where it ends, before its semicolon; %NULL where there is none */
static const char *
parse_number (const char *p, guint32 *number)
{
  gboolean hexadecimal = *p == 'x' || *p == 'X';
  const char *start = hexadecimal ? p + 1 : p;

  *number = 0;
  for (p = start; hexadecimal ? g_ascii_isxdigit (*p) : g_ascii_isdigit (*p); p++)
    if (*number <= 0x10ffff) /* beyond this it stays invalid, and must not wrap round */
      *number = *number * (hexadecimal ? 16 : 10) + (guint32)g_ascii_xdigit_value (*p);
  return p > start ? p : NULL;
}

/* Controls and non-characters that are dropped. Others are taken for Windows-1252 or, where they
 * are no characters at all, replaced. */
static gboolean
is_dropped (guint32 number)
{
  return (number >= 0x1 && number <= 0x8) || number == 0xb || (number >= 0xe && number <= 0x1f) ||
         number == 0x7f || (number >= 0xfdd0 && number <= 0xfdef) || (number & 0xfffe) == 0xfffe;
}

static void
append_number (GString *out, guint32 number)
{
  if (number == 0 || number > 0x10ffff || (number >= 0xd800 && number <= 0xdfff))
    g_string_append_unichar (out, REPLACEMENT);
  else if (!is_dropped (number))
    g_string_append_unichar (out, clip_unichar_from_windows_1252 (number));
}

/* ---- The two sets of rules --------------------------------------------------------------- */

/* Each of these appends what the reference at @p (after the ampersand) stands for.
 *
 * Returns: the end of the reference, or %NULL where there is none and nothing was appended */
static const char *
unescape_html (GString *out, const char *p)
{
  const ClipEntity *entity;
  guint32 number;
  gsize length;

  if (*p == '#') {
    const char *end = parse_number (p + 1, &number);

    if (end == NULL)
      return NULL;
    append_number (out, number);
    return *end == ';' ? end + 1 : end;
  }

  length = measure_name (p);
  entity = p[length] == ';' ? find_entity (p, length) : NULL;
  if (entity != NULL) {
    append_entity (out, entity);
    return p + length + 1;
  }
  entity = find_bare_entity (p, length);
  if (entity == NULL)
    return NULL;
  append_entity (out, entity);
  return p + strlen (entity->name);
}

/* A name in capitals that HTML does not know itself, not even the beginning of. */
static const ClipEntity *
find_upper_entity (const char *name, gsize length)
{
  char lower[MAX_PLAIN_NAME];

  if (find_bare_entity (name, length) != NULL)
    return NULL;
  for (gsize i = 0; i < length; i++) {
    if (g_ascii_islower (name[i]))
      return NULL;
    lower[i] = g_ascii_tolower (name[i]);
  }
  return find_entity (lower, length);
}

static const char *
unescape_plain_text (GString *out, const char *p)
{
  gboolean numeric = *p == '#';
  const char *name = numeric ? p + 1 : p;
  gsize length = measure_name (name);
  const char *end = name + length;
  const ClipEntity *entity;
  guint32 number;

  if (length == 0 || length > MAX_PLAIN_NAME || *end != ';')
    return NULL;
  if (numeric) {
    /* A reference to a semicolon is left for later, as ftfy leaves it. */
    if (parse_number (name, &number) != end || number == ';')
      return NULL;
    append_number (out, number);
  } else if ((entity = find_entity (name, length)) != NULL) {
    append_entity (out, entity);
  } else if ((entity = find_upper_entity (name, length)) != NULL) {
    append_upper (out, entity->first);
    append_upper (out, entity->second);
  } else {
    return NULL;
  }
  return end + 1;
}

char *
clip_unescape_entities (const char *text, ClipEntityRules rules)
{
  GString *out = g_string_new (NULL);
  const char *ampersand;

  while ((ampersand = strchr (text, '&')) != NULL) {
    const char *end;

    g_string_append_len (out, text, ampersand - text);
    end = rules == CLIP_ENTITIES_HTML ? unescape_html (out, ampersand + 1)
                                      : unescape_plain_text (out, ampersand + 1);
    if (end == NULL)
      g_string_append_c (out, '&');
    text = end != NULL ? end : ampersand + 1;
  }
  g_string_append (out, text);
  return g_string_free (out, FALSE);
}
