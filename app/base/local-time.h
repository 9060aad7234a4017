/* local-time.h: dates as the command line and the library write them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: (transfer full): @seconds since 1970 (UTC) as YYYY-MM-DDTHH:MM:SS±HH:MM, local time */
char *ink_local_time_format (gint64 seconds);

/* Returns: (transfer full): ink_local_time_format() of now */
char *ink_local_time_now (void);

/**
 * ink_local_time_get_clock:
 * @seconds: since 1970, UTC
 *
 * What the clock on the wall shows: seconds since 1970 as if local time were UTC. Photos are
 * sorted and chosen by this, since a camera knows the day and the hour but seldom its time zone.
 */
gint64 ink_local_time_get_clock (gint64 seconds);

/**
 * ink_local_time_parse_clock:
 * @text: YYYY-MM-DDTHH:MM:SS, perhaps followed by ±HH:MM, or YYYY-MM-DD, which is its midnight
 * @clock: (out): as of ink_local_time_get_clock(), at the place that @text is about: its time zone
 *     is not used
 *
 * Returns: %FALSE where @text is no such date
 */
gboolean ink_local_time_parse_clock (const char *text, gint64 *clock);

G_END_DECLS
