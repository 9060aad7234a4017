/* query-parts.h: what was typed, as the parts that the window shows as chips. The text and the
 * chips are two views of one query: a part that is taken away is taken out of the text.
 */
#pragma once

#include "library/library.h"

G_BEGIN_DECLS

typedef enum {
  INK_PART_WORDS,
  INK_PART_NEGATIVE,
  INK_PART_PICTURE, /* like: in the text */
  INK_PART_FOLDER,
  INK_PART_AFTER,
  INK_PART_BEFORE,
  INK_PART_TYPE,
  INK_PART_NAME,
  INK_PART_ORIENTATION,
  INK_PART_SIZE,
} InkPartKind;

/* @index: which one, of negatives and pictures */
typedef struct {
  InkPartKind kind;
  guint index;
  char *label; /* for people, translated */
} InkQueryPart;

void ink_query_part_free (InkQueryPart *part);

/* Returns: (transfer full) (element-type InkQueryPart): in the order in which they are shown */
GPtrArray *ink_query_parts_list (const InkQuery *query);

/* A symbolic icon for this kind of part. */
const char *ink_query_part_get_icon_name (const InkQueryPart *part);

/* Takes the part out of the query that it was listed from. */
void ink_query_part_remove (const InkQueryPart *part, InkQuery *query);

/* Whether it only chooses among photos, by what is known of their files. */
gboolean ink_query_part_is_filter (const InkQueryPart *part);

/* "4 May 2021" for YYYY-MM-DD. Returns: (transfer full) */
char *ink_query_parts_format_day (const char *day);

G_END_DECLS
