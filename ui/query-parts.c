/* query-parts.c: what was typed, as the parts that the window shows as chips. */
#include "config.h"

#include "query-parts.h"

#include <glib/gi18n.h>

void
ink_query_part_free (InkQueryPart *part)
{
  g_free (part->label);
  g_free (part);
}

/* @label: (transfer full) */
static void
add (GPtrArray *parts, InkPartKind kind, guint index, char *label)
{
  InkQueryPart *part = g_new0 (InkQueryPart, 1);

  part->kind = kind;
  part->index = index;
  part->label = label;
  g_ptr_array_add (parts, part);
}

char *
ink_query_parts_format_day (const char *day)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree char *midnight = g_strconcat (day, "T00:00:00Z", NULL);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (midnight, zone);

  /* Translators: a day, in the format of strftime(3): "4 May 2021". */
  return time ? g_date_time_format (time, _ ("%-d %B %Y")) : g_strdup (day);
}

static char *
folder_label (const char *folder)
{
  g_autofree char *name = g_path_get_basename (folder);

  return g_filename_display_name (name);
}

static char *
picture_label (const InkQueryPicture *picture)
{
  g_autofree char *name = g_file_get_basename (picture->file);
  g_autofree char *display = g_filename_display_name (name);

  if (picture->has_region)
    /* Translators: a part of a picture is searched by; %s is the picture's name. */
    return g_strdup_printf (_ ("Part of %s"), display);
  /* Translators: a picture that is searched by; %s is its name. */
  return g_strdup_printf (_ ("Looks like %s"), display);
}

static const char *
orientation_label (InkOrientation orientation)
{
  switch (orientation) {
  case INK_ORIENTATION_LANDSCAPE:
    /* Translators: photos that are wider than high. */
    return _ ("Landscape format");
  case INK_ORIENTATION_PORTRAIT:
    /* Translators: photos that are higher than wide. */
    return _ ("Portrait format");
  case INK_ORIENTATION_SQUARE:
  case INK_ORIENTATION_ANY:
  default:
    /* Translators: photos that are as wide as high. */
    return _ ("Square format");
  }
}

static void
add_filters (GPtrArray *parts, const InkQuery *query)
{
  g_autofree char *after = query->after ? ink_query_parts_format_day (query->after) : NULL;
  g_autofree char *before = query->before ? ink_query_parts_format_day (query->before) : NULL;

  if (query->folder)
    add (parts, INK_PART_FOLDER, 0, folder_label (query->folder));
  if (after)
    /* Translators: photos of this day and later ones; %s is a day. */
    add (parts, INK_PART_AFTER, 0, g_strdup_printf (_ ("From %s"), after));
  if (before)
    /* Translators: photos of this day and earlier ones; %s is a day. */
    add (parts, INK_PART_BEFORE, 0, g_strdup_printf (_ ("Until %s"), before));
  if (query->type)
    add (parts, INK_PART_TYPE, 0, g_ascii_strup (query->type, -1));
  if (query->name)
    /* Translators: photos whose file name has this in it. */
    add (parts, INK_PART_NAME, 0, g_strdup_printf (_ ("Named “%s”"), query->name));
  if (query->orientation != INK_ORIENTATION_ANY)
    add (parts, INK_PART_ORIENTATION, 0, g_strdup (orientation_label (query->orientation)));
  if (query->size)
    /* Translators: photos of at least this many pixels; %s is such as "12mp" or "1920x1080". */
    add (parts, INK_PART_SIZE, 0, g_strdup_printf (_ ("At least %s"), query->size));
}

GPtrArray *
ink_query_parts_list (const InkQuery *query)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_query_part_free);

  for (guint i = 0; i < query->words->len; i++)
    add (parts, INK_PART_WORDS, i, g_strdup (query->words->pdata[i]));
  for (guint i = 0; i < query->negatives->len; i++)
    /* Translators: photos that show this are not wanted. */
    add (parts, INK_PART_NEGATIVE, i,
         g_strdup_printf (_ ("Not “%s”"), (char *)query->negatives->pdata[i]));
  for (guint i = 0; i < query->pictures->len; i++) {
    const InkQueryPicture *picture = query->pictures->pdata[i];
    if (picture->file)
      add (parts, INK_PART_PICTURE, i, picture_label (picture));
  }
  add_filters (parts, query);
  return parts;
}

const char *
ink_query_part_get_icon_name (const InkQueryPart *part)
{
  static const char *const names[] = {
      [INK_PART_WORDS] = "inkling-words-symbolic",
      [INK_PART_NEGATIVE] = "inkling-without-symbolic",
      [INK_PART_PICTURE] = "inkling-similar-symbolic",
      [INK_PART_FOLDER] = "folder-symbolic",
      [INK_PART_AFTER] = "x-office-calendar-symbolic",
      [INK_PART_BEFORE] = "x-office-calendar-symbolic",
      [INK_PART_TYPE] = "image-x-generic-symbolic",
      [INK_PART_NAME] = "text-x-generic-symbolic",
      [INK_PART_ORIENTATION] = "inkling-frame-symbolic",
      [INK_PART_SIZE] = "inkling-frame-symbolic",
  };

  return names[part->kind];
}

gboolean
ink_query_part_is_filter (const InkQueryPart *part)
{
  return part->kind >= INK_PART_FOLDER;
}

/* The member of @query that holds a filter as text; %NULL for other kinds. */
static char **
find_text (InkPartKind kind, InkQuery *query)
{
  switch (kind) {
  case INK_PART_FOLDER:
    return &query->folder;
  case INK_PART_AFTER:
    return &query->after;
  case INK_PART_BEFORE:
    return &query->before;
  case INK_PART_TYPE:
    return &query->type;
  case INK_PART_NAME:
    return &query->name;
  case INK_PART_SIZE:
    return &query->size;
  case INK_PART_WORDS:
  case INK_PART_NEGATIVE:
  case INK_PART_PICTURE:
  case INK_PART_ORIENTATION:
  default:
    return NULL;
  }
}

void
ink_query_part_remove (const InkQueryPart *part, InkQuery *query)
{
  char **text = find_text (part->kind, query);

  if (text)
    g_clear_pointer (text, g_free);
  else if (part->kind == INK_PART_WORDS)
    g_ptr_array_remove_index (query->words, part->index);
  else if (part->kind == INK_PART_NEGATIVE)
    g_ptr_array_remove_index (query->negatives, part->index);
  else if (part->kind == INK_PART_PICTURE)
    g_ptr_array_remove_index (query->pictures, part->index);
  else
    query->orientation = INK_ORIENTATION_ANY;
}
