/* local-time.c: formatting and reading of local dates. */
#include "base/local-time.h"

#include <string.h>

char *
ink_local_time_format (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);
  return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S%:z") : g_strdup ("");
}

char *
ink_local_time_now (void)
{
  return ink_local_time_format (g_get_real_time () / G_USEC_PER_SEC);
}

gint64
ink_local_time_get_clock (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);
  return time != NULL ? seconds + g_date_time_get_utc_offset (time) / G_TIME_SPAN_SECOND : seconds;
}

/* Reads a number of exactly @digits digits, then the character @after unless that is NUL. */
static gboolean
read_number (const char **text, guint digits, char after, int *number)
{
  *number = 0;
  for (guint i = 0; i < digits; i++, (*text)++) {
    if (!g_ascii_isdigit (**text))
      return FALSE;
    *number = *number * 10 + (**text - '0');
  }
  if (after == '\0')
    return TRUE;
  return *(*text)++ == after;
}

/* What may follow the seconds: nothing, or a time zone. */
static gboolean
is_time_zone (const char *text)
{
  int hours, minutes;

  if (*text == '\0')
    return TRUE;
  if (*text != '+' && *text != '-')
    return FALSE;
  text++;
  return read_number (&text, 2, ':', &hours) && read_number (&text, 2, '\0', &minutes) &&
         *text == '\0';
}

gboolean
ink_local_time_parse_clock (const char *text, gint64 *clock)
{
  int year, month, day, hour = 0, minute = 0, second = 0;

  if (!read_number (&text, 4, '-', &year) || !read_number (&text, 2, '-', &month) ||
      !read_number (&text, 2, '\0', &day))
    return FALSE;
  if (*text != '\0' && (*text++ != 'T' || !read_number (&text, 2, ':', &hour) ||
                        !read_number (&text, 2, ':', &minute) ||
                        !read_number (&text, 2, '\0', &second) || !is_time_zone (text)))
    return FALSE;
  g_autoptr (GDateTime) time = g_date_time_new_utc (year, month, day, hour, minute, second);
  if (time == NULL)
    return FALSE;
  *clock = g_date_time_to_unix (time);
  return TRUE;
}
