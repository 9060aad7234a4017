/* filter.c: the filters of a query. */
#include "search/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/local-time.h"
#include "base/path.h"

#define SECONDS_A_DAY (24 * 60 * 60)

/* Text that is compared without regard to case. */
typedef struct {
  char *text;             /* folded */
  GPatternSpec *wildcard; /* nullable */
} NamePattern;

struct _InkFilter {
  const InkCatalogue *catalogue;
  GStrv below; /* nullable: for each folder of the catalogue, where in it photos may be; NULL
                * entries stand for nowhere, hence n_below */
  guint n_below;
  char *folder_name; /* nullable: folded */
  gint64 first, end; /* of the clock */
  char *type;        /* nullable */
  NamePattern *name; /* nullable */
};

static char *
fold (const char *name)
{
  g_autofree char *utf8 = ink_path_to_utf8 (name);
  g_autofree char *normal = g_utf8_normalize (utf8, -1, G_NORMALIZE_ALL_COMPOSE);

  return g_utf8_casefold (normal, -1);
}

static NamePattern *
name_pattern_new (const char *pattern)
{
  NamePattern *compiled = g_new0 (NamePattern, 1);

  compiled->text = fold (pattern);
  if (strpbrk (pattern, "*?"))
    compiled->wildcard = g_pattern_spec_new (compiled->text);
  return compiled;
}

static void
name_pattern_free (NamePattern *pattern)
{
  g_free (pattern->text);
  g_clear_pointer (&pattern->wildcard, g_pattern_spec_free);
  g_free (pattern);
}

static gboolean
name_pattern_matches (const NamePattern *pattern, const char *path)
{
  const char *slash = strrchr (path, '/');
  g_autofree char *name = fold (slash ? slash + 1 : path);

  if (pattern->wildcard)
    return g_pattern_spec_match_string (pattern->wildcard, name);
  return strstr (name, pattern->text) != NULL;
}

gboolean
ink_filter_name_matches (const char *path, const char *pattern)
{
  NamePattern *compiled = name_pattern_new (pattern);
  gboolean matches = name_pattern_matches (compiled, path);

  name_pattern_free (compiled);
  return matches;
}

static gboolean
parse_day (const char *date, gint64 *clock, GError **error)
{
  if (ink_query_date_is_valid (date) && ink_local_time_parse_clock (date, clock))
    return TRUE;
  g_set_error (error, INK_ERROR, INK_ERROR_USAGE, "“%s” is no date; write it as 2024-12-31", date);
  return FALSE;
}

/* Where in each of the library's folders lies what is below @folder? */
static void
locate (InkFilter *filter, const char *folder)
{
  const GPtrArray *folders = filter->catalogue->folders;
  g_autofree char *plain = g_canonicalize_filename (folder, NULL);
  /* The library knows its folders by their real path. */
  g_autofree char *real = realpath (plain, NULL);
  const char *path = real ? real : plain;

  filter->n_below = folders->len;
  filter->below = g_new0 (char *, folders->len + 1);
  for (guint i = 0; i < folders->len; i++) {
    const char *below = ink_path_get_below (path, folders->pdata[i]);

    if (below)
      filter->below[i] = g_strdup (below);
    else if (ink_path_get_below (folders->pdata[i], path))
      filter->below[i] = g_strdup ("");
  }
}

InkFilter *
ink_filter_new (const InkQuery *query, const InkCatalogue *catalogue, GError **error)
{
  g_autoptr (InkFilter) filter = g_new0 (InkFilter, 1);

  filter->catalogue = catalogue;
  filter->first = G_MININT64;
  filter->end = G_MAXINT64;
  if (query->folder && g_path_is_absolute (query->folder))
    locate (filter, query->folder);
  else if (query->folder)
    filter->folder_name = fold (query->folder);
  if (query->after && !parse_day (query->after, &filter->first, error))
    return NULL;
  if (query->before) {
    if (!parse_day (query->before, &filter->end, error))
      return NULL;
    filter->end += SECONDS_A_DAY;
  }
  if (query->type)
    filter->type = ink_query_normalise_type (query->type);
  if (query->name)
    filter->name = name_pattern_new (query->name);
  return g_steal_pointer (&filter);
}

void
ink_filter_free (InkFilter *filter)
{
  if (!filter)
    return;
  for (guint i = 0; i < filter->n_below; i++)
    g_free (filter->below[i]);
  g_free (filter->below);
  g_free (filter->folder_name);
  g_free (filter->type);
  g_clear_pointer (&filter->name, name_pattern_free);
  g_free (filter);
}

gboolean
ink_filter_is_empty (const InkFilter *filter)
{
  return !filter->below && !filter->folder_name && !filter->type && !filter->name &&
         filter->first == G_MININT64 && filter->end == G_MAXINT64;
}

static gboolean
is_below (const InkFilter *filter, const InkCatalogueEntry *entry)
{
  const char *below = filter->below[entry->folder];

  if (!below)
    return FALSE;
  return *below == '\0' || ink_path_get_below (entry->path, below) != NULL;
}

/* Whether one of the folders above the photo has the name that was asked for. */
static gboolean
is_in_folder_named (const InkFilter *filter, const InkCatalogueEntry *entry)
{
  g_autofree char *path = ink_catalogue_get_path (filter->catalogue, entry);
  g_autofree char *folded = fold (path);
  g_auto (GStrv) names = g_strsplit (folded, "/", -1);

  for (guint i = 0; names[i] && names[i + 1]; i++)
    if (g_str_equal (names[i], filter->folder_name))
      return TRUE;
  return FALSE;
}

gboolean
ink_filter_matches (const InkFilter *filter, const InkCatalogueEntry *entry)
{
  if (entry->clock < filter->first || entry->clock >= filter->end)
    return FALSE;
  if (filter->type && g_strcmp0 (filter->type, entry->type) != 0)
    return FALSE;
  if (filter->below && !is_below (filter, entry))
    return FALSE;
  if (filter->folder_name && !is_in_folder_named (filter, entry))
    return FALSE;
  return !filter->name || name_pattern_matches (filter->name, entry->path);
}
