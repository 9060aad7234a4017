/* clean.c: cleans text (clean.h). */
#include "text/clean.h"

#include "clip.h"
#include "text/entities.h"
#include "text/unicode.h"

#include <string.h>

/* Each round undoes one layer of quoting, such as "&amp;amp;". Text made to need more than this
 * many, in order to take long, stays as the last round left it. */
#define MAX_ROUNDS 16

/* ---- Repairs ----------------------------------------------------------------------------- */

/* Latin ligatures and digraphs, and the forms of other widths. */
static gboolean
is_presentation_form (gunichar c)
{
  return c == 0x132 || c == 0x133 || c == 0x149 || (c >= 0x1c4 && c <= 0x1cc) ||
         (c >= 0x1f1 && c <= 0x1f3) || (c >= 0xfb00 && c <= 0xfb06) || c == 0x3000 ||
         (c >= 0xff01 && c <= 0xffef);
}

static gunichar
straighten_quote (gunichar c)
{
  if (c == 0x2bc || (c >= 0x2018 && c <= 0x201b))
    return '\'';
  if (c >= 0x201c && c <= 0x201f)
    return '"';
  return c;
}

static char *
replace_characters (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
    gsize n = 1;

    parts[0] = clip_unichar_from_windows_1252 (g_utf8_get_char (p));
    if (parts[0] == 0xfb05) { /* "ſt", whose full decomposition would go on to "st" */
      parts[0] = 0x17f;
      parts[n++] = 't';
    } else if (is_presentation_form (parts[0])) {
      n = g_unichar_fully_decompose (parts[0], TRUE, parts, G_N_ELEMENTS (parts));
    }
    for (gsize i = 0; i < n; i++)
      g_string_append_unichar (out, straighten_quote (parts[i]));
  }
  return g_string_free (out, FALSE);
}

/* Controls that show nothing; not those that are white space or shape their neighbours. */
static gboolean
is_dropped (gunichar c)
{
  return c <= 0x8 || c == 0xb || (c >= 0xe && c <= 0x1f) || c == 0x7f ||
         (c >= 0x206a && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffc);
}

/* Returns: where the terminal escape at @p ends (ESC [ digits and semicolons, letter); @p itself
 *     where there is none */
static const char *
skip_terminal_escape (const char *p)
{
  const char *end = p;

  if (end[0] != '\033' || end[1] != '[')
    return p;
  for (end += 2; *end == ';' || g_unichar_isdigit (g_utf8_get_char (end));
       end = g_utf8_next_char (end))
    ;
  return g_ascii_isalpha (*end) ? end + 1 : p;
}

static char *
drop_controls (const char *text)
{
  GString *out = g_string_new (NULL);
  const char *p = text;

  while (*p != '\0') {
    const char *end = skip_terminal_escape (p);

    if (end == p) {
      end = g_utf8_next_char (p);
      if (!is_dropped (g_utf8_get_char (p)))
        g_string_append_len (out, p, end - p);
    }
    p = end;
  }
  return g_string_free (out, FALSE);
}

static char *
repair_once (const char *text, gboolean entities)
{
  g_autofree char *unescaped =
      entities ? clip_unescape_entities (text, CLIP_ENTITIES_PLAIN_TEXT) : NULL;
  g_autofree char *replaced = replace_characters (entities ? unescaped : text);
  g_autofree char *printable = drop_controls (replaced);

  return clip_utf8_compose (printable);
}

/* Takes @text.
 *
 * Returns: (transfer full) */
static char *
repair (char *text, gboolean entities)
{
  for (guint round = 0; round < MAX_ROUNDS; round++) {
    g_autofree char *previous = text;

    text = repair_once (previous, entities);
    if (strcmp (text, previous) == 0)
      break;
  }
  return text;
}

/* From the first line with a "<" on, character references are left as they are. */
static char *
repair_lines (const char *text)
{
  const char *bracket = strchr (text, '<');
  gsize n = bracket != NULL ? (gsize)(bracket - text) : strlen (text);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  if (bracket != NULL)
    while (n > 0 && text[n - 1] != '\n')
      n--;
  before = repair (g_strndup (text, n), TRUE);
  after = repair (g_strdup (text + n), FALSE);
  return g_strconcat (before, after, NULL);
}

/* ---- White space ------------------------------------------------------------------------- */

static char *
collapse_white_space (const char *text)
{
  GString *out = g_string_new (NULL);
  gboolean pending = FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (clip_unichar_is_space (c)) {
      pending = out->len > 0;
      continue;
    }
    if (pending)
      g_string_append_c (out, ' ');
    g_string_append_unichar (out, c);
    pending = FALSE;
  }
  return g_string_free (out, FALSE);
}

char *
clip_text_clean (const char *text, GError **error)
{
  g_autofree char *repaired = NULL;
  g_autofree char *once = NULL;
  g_autofree char *twice = NULL;
  g_autofree char *collapsed = NULL;
  gsize length = strlen (text);
  const char *end;

  if (length > CLIP_TEXT_MAX_LENGTH) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_ARGUMENT,
                 "the text has %" G_GSIZE_FORMAT " bytes; at most %d are taken", length,
                 CLIP_TEXT_MAX_LENGTH);
    return NULL;
  }
  if (!g_utf8_validate (text, (gssize)length, &end)) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_ARGUMENT,
                 "the text is not UTF-8: byte %" G_GSIZE_FORMAT " begins no character",
                 (gsize)(end - text));
    return NULL;
  }

  repaired = repair_lines (text);
  once = clip_unescape_entities (repaired, CLIP_ENTITIES_HTML);
  twice = clip_unescape_entities (once, CLIP_ENTITIES_HTML);
  collapsed = collapse_white_space (twice);
  return clip_utf8_lower (collapsed);
}
