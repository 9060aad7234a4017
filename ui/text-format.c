/* text-format.c: numbers, times and sizes as people read them. */
#include "config.h"

#include "text-format.h"

#include <glib/gi18n.h>
#include <math.h>

char *
ink_format_count (guint64 count)
{
  return g_strdup_printf ("%'" G_GUINT64_FORMAT, count);
}

char *
ink_format_time_left (double seconds)
{
  if (!(seconds >= 0))
    return NULL;
  if (seconds < 60)
    return g_strdup (_ ("less than a minute left"));

  guint minutes = (guint)MIN (ceil (seconds / 60), 1e6);
  if (minutes < 50)
    return g_strdup_printf (ngettext ("about %u minute left", "about %u minutes left", minutes),
                            minutes);
  guint hours = (minutes + 30) / 60;
  if (hours <= 1)
    return g_strdup (_ ("about an hour left"));
  return g_strdup_printf (ngettext ("about %u hour left", "about %u hours left", hours), hours);
}

static char *
format_rate (double rate)
{
  if (rate >= 1)
    /* Translators: speed of indexing, photos a second. */
    return g_strdup_printf (_ ("%.0f a second"), rate);
  if (rate * 60 >= 1)
    /* Translators: speed of indexing, photos a minute. */
    return g_strdup_printf (_ ("%.0f a minute"), rate * 60);
  return NULL;
}

char *
ink_format_progress (const InkIndexProgress *progress)
{
  g_autofree char *done = ink_format_count (progress->done);
  g_autofree char *total = ink_format_count (progress->total);
  g_autofree char *found = ink_format_count (progress->found);
  g_autofree char *rate = format_rate (progress->rate);
  g_autofree char *left = ink_format_time_left (progress->seconds_left);

  switch (progress->state) {
  case INK_INDEX_SCANNING:
    if (progress->found == 0)
      return g_strdup (_ ("Looking for photos…"));
    return g_strdup_printf (
        /* Translators: %s is a number. */
        ngettext ("Looking for photos · %s found", "Looking for photos · %s found",
                  progress->found),
        found);
  case INK_INDEX_PAUSED:
    if (progress->held)
      /* Translators: both are numbers: so many photos are done, of so many. Indexing goes on when
       * the computer is on mains power, or when nobody uses it. */
      return g_strdup_printf (_ ("Waiting at %s of %s for a better time"), done, total);
    /* Translators: both are numbers: so many photos are done, of so many. */
    return g_strdup_printf (_ ("Paused at %s of %s"), done, total);
  case INK_INDEX_INDEXING: {
    g_autoptr (GString) line = g_string_new (NULL);
    /* Translators: both are numbers: so many photos are done, of so many. */
    g_string_append_printf (line, _ ("Indexing %s of %s"), done, total);
    if (rate)
      g_string_append_printf (line, " · %s", rate);
    if (left)
      g_string_append_printf (line, " · %s", left);
    return g_string_free (g_steal_pointer (&line), FALSE);
  }
  case INK_INDEX_IDLE:
  default:
    if (progress->to_prepare > 0) {
      g_autofree char *prepared = ink_format_count (progress->prepared);
      g_autofree char *all = ink_format_count (progress->to_prepare);
      /* Translators: both are numbers: so many photos are done, of so many. */
      return g_strdup_printf (_ ("Making search ready · %s of %s photos"), prepared, all);
    }
    return g_strdup ("");
  }
}

double
ink_format_fraction (const InkIndexProgress *progress)
{
  if (progress->state == INK_INDEX_IDLE && progress->to_prepare > 0)
    return MIN (1.0, progress->prepared / (double)progress->to_prepare);
  if (progress->state == INK_INDEX_SCANNING || progress->total == 0)
    return -1;
  return MIN (1.0, progress->done / (double)progress->total);
}

char *
ink_format_taken (const char *taken)
{
  if (!taken)
    return NULL;

  /* A camera's clock seldom says its zone: such a time is shown as it stands. */
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (taken, zone);
  if (!time)
    return NULL;
  /* Translators: when a photo was taken, in the format of strftime(3): "4 May 2021, 16:05". */
  return g_date_time_format (time, _ ("%-d %B %Y, %H:%M"));
}
