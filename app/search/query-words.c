/* query-words.c: what the words of a query are, beyond a description: a file's name, or a language
 * that the models were not trained on. */
#include "search/query.h"

#include <string.h>

static const char *const picture_extensions[] = {
    ".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif", ".heic", ".heif", ".avif",
    ".jxl", ".dng",  ".cr2", ".cr3",  ".nef", ".arw",  ".orf", ".raf",  ".rw2",
};

static gboolean
has_picture_extension (const char *words)
{
  g_autofree char *lower = g_ascii_strdown (words, -1);

  for (guint i = 0; i < G_N_ELEMENTS (picture_extensions); i++)
    if (g_str_has_suffix (lower, picture_extensions[i]))
      return strlen (lower) > strlen (picture_extensions[i]);
  return FALSE;
}

/* Cameras and telephones number their pictures with four digits or more behind a few letters or
 * beside an underscore: IMG_1234, DSC01234, 20240131_180000. */
static gboolean
is_numbered (const char *words)
{
  guint digits = 0, longest = 0;

  for (const char *c = words; *c; c++) {
    digits = g_ascii_isdigit (*c) ? digits + 1 : 0;
    longest = MAX (longest, digits);
  }
  return longest >= 4 && (g_ascii_isalpha (*words) || strchr (words, '_'));
}

gboolean
ink_query_looks_like_name (const char *words)
{
  if (has_picture_extension (words))
    return TRUE;
  for (const char *c = words; *c; c = g_utf8_next_char (c))
    if (g_unichar_isspace (g_utf8_get_char (c)))
      return FALSE;
  return is_numbered (words);
}

gboolean
ink_query_is_foreign (const char *words)
{
  for (const char *c = words; *c; c = g_utf8_next_char (c)) {
    gunichar letter = g_utf8_get_char (c);
    GUnicodeScript script = g_unichar_get_script (letter);

    if (g_unichar_isalpha (letter) && script != G_UNICODE_SCRIPT_LATIN &&
        script != G_UNICODE_SCRIPT_COMMON && script != G_UNICODE_SCRIPT_INHERITED)
      return TRUE;
  }
  return FALSE;
}
