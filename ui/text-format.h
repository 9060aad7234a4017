/* text-format.h: numbers, times and sizes as people read them, in the user's language. */
#pragma once

#include "library/library.h"

G_BEGIN_DECLS

/* "45,120", grouped as the locale does. Returns: (transfer full) */
char *ink_format_count (guint64 count);

/* "about an hour left"; %NULL where nothing is known (negative seconds). */
char *ink_format_time_left (double seconds);

/* The whole status line: "Indexing 1,203 of 45,120 · 12 a second · about an hour left". */
char *ink_format_progress (const InkIndexProgress *progress);

/* The share that is done, 0 to 1; negative where it is not known yet. */
double ink_format_fraction (const InkIndexProgress *progress);

/* A date as the library has it (YYYY-MM-DDTHH:MM:SS with or without zone) in the locale's words;
 * %NULL where @taken is no date. */
char *ink_format_taken (const char *taken);

G_END_DECLS
