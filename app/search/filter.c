/* filter.c: the filters of a query. */
#include "search/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/local-time.h"
#include "base/path.h"

#define SECONDS_A_DAY (24 * 60 * 60)

/* A square's longer side exceeds the shorter one by a twentieth at most. */
#define SQUARE_TOLERANCE 20

/* Text that is compared without regard to case. */
typedef struct {
  char *text;             /* folded */
  GPatternSpec *wildcard; /* nullable */
} NamePattern;

struct _InkFilter {
  const InkCatalogue *catalogue;
  GPtrArray *below;  /* nullable: for each folder of the catalogue, below which relative path photos
                      * may be; NULL for nowhere */
  char *folder_name; /* nullable: folded */
  gint64 first, end; /* of the clock */
  char *type;        /* nullable */
  NamePattern *name; /* nullable */
  InkOrientation orientation;
  InkLeastSize size;

  /* Photos of one folder follow each other: what was found out about the last one. */
  const InkCatalogueEntry *last;
  gsize last_length; /* of its path, without the file's name */
  gboolean last_is_in_folder;
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

  filter->below = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < folders->len; i++) {
    const char *below = ink_path_get_below (path, folders->pdata[i]);

    if (!below && ink_path_get_below (folders->pdata[i], path))
      below = ""; /* all of a folder that lies below */
    g_ptr_array_add (filter->below, g_strdup (below));
  }
}

static InkFilter *
filter_new (void)
{
  InkFilter *filter = g_new0 (InkFilter, 1);

  filter->first = G_MININT64;
  filter->end = G_MAXINT64;
  return filter;
}

InkFilter *
ink_filter_new_for_name (const char *pattern)
{
  InkFilter *filter = filter_new ();

  filter->name = name_pattern_new (pattern);
  return filter;
}

InkFilter *
ink_filter_new (const InkQuery *query, const InkCatalogue *catalogue, GError **error)
{
  g_autoptr (InkFilter) filter = filter_new ();

  filter->catalogue = catalogue;
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
  filter->orientation = query->orientation;
  if (query->size && !ink_query_parse_size (query->size, &filter->size)) {
    g_set_error (error, INK_ERROR, INK_ERROR_USAGE,
                 "“%s” is no size; write it as 12mp, 1920x1080 or 1920", query->size);
    return NULL;
  }
  return g_steal_pointer (&filter);
}

void
ink_filter_free (InkFilter *filter)
{
  if (!filter)
    return;
  g_clear_pointer (&filter->below, g_ptr_array_unref);
  g_free (filter->folder_name);
  g_free (filter->type);
  g_clear_pointer (&filter->name, name_pattern_free);
  g_free (filter);
}

static gboolean
has_least_size (const InkFilter *filter)
{
  return filter->size.longer > 0 || filter->size.pixels > 0;
}

gboolean
ink_filter_is_empty (const InkFilter *filter)
{
  return !filter->below && !filter->folder_name && !filter->type && !filter->name &&
         filter->first == G_MININT64 && filter->end == G_MAXINT64 &&
         filter->orientation == INK_ORIENTATION_ANY && !has_least_size (filter);
}

static InkOrientation
get_orientation (const InkCatalogueEntry *entry)
{
  guint longer = MAX (entry->width, entry->height), shorter = MIN (entry->width, entry->height);

  if (longer - shorter <= shorter / SQUARE_TOLERANCE)
    return INK_ORIENTATION_SQUARE;
  return entry->width > entry->height ? INK_ORIENTATION_LANDSCAPE : INK_ORIENTATION_PORTRAIT;
}

static gboolean
is_large_enough (const InkFilter *filter, const InkCatalogueEntry *entry)
{
  return MAX (entry->width, entry->height) >= filter->size.longer &&
         MIN (entry->width, entry->height) >= filter->size.shorter &&
         (double)entry->width * entry->height >= filter->size.pixels;
}

static gboolean
is_below (const InkFilter *filter, const InkCatalogueEntry *entry)
{
  const char *below = filter->below->pdata[entry->folder];

  if (!below)
    return FALSE;
  return *below == '\0' || ink_path_get_below (entry->path, below) != NULL;
}

static gboolean
has_folder_named (const InkFilter *filter, const InkCatalogueEntry *entry)
{
  g_autofree char *path = ink_catalogue_get_path (filter->catalogue, entry);
  g_autofree char *folded = fold (path);
  g_auto (GStrv) names = g_strsplit (folded, "/", -1);

  for (guint i = 0; names[i] && names[i + 1]; i++)
    if (g_str_equal (names[i], filter->folder_name))
      return TRUE;
  return FALSE;
}

/* Whether one of the folders above the photo has the name that was asked for. */
static gboolean
is_in_folder_named (InkFilter *filter, const InkCatalogueEntry *entry)
{
  const char *slash = strrchr (entry->path, '/');
  gsize length = slash ? (gsize)(slash - entry->path) : 0;

  if (!filter->last || filter->last->folder != entry->folder || filter->last_length != length ||
      memcmp (filter->last->path, entry->path, length) != 0) {
    filter->last = entry;
    filter->last_length = length;
    filter->last_is_in_folder = has_folder_named (filter, entry);
  }
  return filter->last_is_in_folder;
}

gboolean
ink_filter_matches (InkFilter *filter, const InkCatalogueEntry *entry)
{
  if (entry->clock < filter->first || entry->clock >= filter->end)
    return FALSE;
  if (filter->type && g_strcmp0 (filter->type, entry->type) != 0)
    return FALSE;
  if (filter->orientation != INK_ORIENTATION_ANY && get_orientation (entry) != filter->orientation)
    return FALSE;
  if (has_least_size (filter) && !is_large_enough (filter, entry))
    return FALSE;
  if (filter->below && !is_below (filter, entry))
    return FALSE;
  if (filter->folder_name && !is_in_folder_named (filter, entry))
    return FALSE;
  return !filter->name || name_pattern_matches (filter->name, entry->path);
}
