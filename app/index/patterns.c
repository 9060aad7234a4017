/* patterns.c: names that are left out of a scan (patterns.h). */
#include "index/patterns.h"

#include <string.h>

typedef struct {
  char *text;      /* without slashes at its ends */
  gboolean path;   /* is for paths rather than names */
  gboolean folder; /* is for folders alone */
} Pattern;

struct _InkPatterns {
  GPtrArray *list; /* Pattern */
};

static void
pattern_free (Pattern *pattern)
{
  g_free (pattern->text);
  g_free (pattern);
}

gboolean
ink_patterns_is_valid (const char *pattern)
{
  return pattern[strspn (pattern, "/")] != '\0';
}

static void
add_pattern (InkPatterns *patterns, const char *text)
{
  if (!ink_patterns_is_valid (text))
    return;
  Pattern *pattern = g_new0 (Pattern, 1);
  gsize length = strlen (text);
  gboolean anchored = text[0] == '/';

  pattern->folder = text[length - 1] == '/';
  while (text[length - 1] == '/')
    length--;
  text += anchored;
  pattern->text = g_strndup (text, length - anchored);
  pattern->path = anchored || strchr (pattern->text, '/') != NULL;
  g_ptr_array_add (patterns->list, pattern);
}

static InkPatterns *
patterns_new (void)
{
  InkPatterns *patterns = g_new0 (InkPatterns, 1);

  patterns->list = g_ptr_array_new_with_free_func ((GDestroyNotify)pattern_free);
  return patterns;
}

InkPatterns *
ink_patterns_new (const char *const *list)
{
  InkPatterns *patterns = patterns_new ();

  for (; list != NULL && *list != NULL; list++)
    add_pattern (patterns, *list);
  return patterns;
}

InkPatterns *
ink_patterns_new_from_text (const char *text)
{
  InkPatterns *patterns = patterns_new ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line != NULL; line++) {
    g_strchomp (*line);
    if (**line != '#' && **line != '!')
      add_pattern (patterns, *line);
  }
  return patterns;
}

void
ink_patterns_free (InkPatterns *patterns)
{
  g_ptr_array_unref (patterns->list);
  g_free (patterns);
}

/* Only the last star is ever tried anew, so that no pattern, which may come with a foreign drive,
 * takes longer than pattern times text; fnmatch() can take for ever. */
static gboolean
matches (const char *pattern, const char *text)
{
  const char *star = NULL, *retry = NULL;

  while (*text != '\0') {
    if (*pattern == '*') {
      star = ++pattern;
      retry = text;
    } else if (*pattern == '?' || *pattern == *text) {
      pattern++;
      text++;
    } else if (star != NULL) {
      pattern = star;
      text = ++retry;
    } else {
      return FALSE;
    }
  }
  return pattern[strspn (pattern, "*")] == '\0';
}

gboolean
ink_patterns_match (const InkPatterns *patterns, const char *path, gboolean is_folder)
{
  const char *slash = strrchr (path, '/');
  const char *name = slash != NULL ? slash + 1 : path;

  for (guint i = 0; i < patterns->list->len; i++) {
    const Pattern *pattern = g_ptr_array_index (patterns->list, i);
    if ((is_folder || !pattern->folder) && matches (pattern->text, pattern->path ? path : name))
      return TRUE;
  }
  return FALSE;
}
