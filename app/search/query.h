/* query.h: what a person looks for: words, pictures, what to leave out, and filters. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  INK_SORT_RELEVANCE,
  INK_SORT_NEWEST,
  INK_SORT_OLDEST,
} InkSort;

/* A part of a picture, as fractions of its width and height after orientation. */
typedef struct {
  double x, y, width, height;
} InkRegion;

/* A picture to search by: a file, or bytes that were dropped or pasted. */
typedef struct {
  GFile *file;   /* nullable */
  GBytes *bytes; /* nullable: an encoded picture */
  gboolean has_region;
  InkRegion region;
} InkQueryPicture;

/**
 * InkQuery:
 * @words: (element-type utf8): descriptions to look for
 * @negatives: (element-type utf8): descriptions to stay away from
 * @pictures: (element-type InkQueryPicture): pictures to look like
 * @weight_text: share of the words where there are pictures too, 0 to 1
 * @folder: (nullable): only photos below this absolute path, or, where it is not absolute, below
 *     any folder of this name (case does not count)
 * @after: (nullable): YYYY-MM-DD, first local day
 * @before: (nullable): YYYY-MM-DD, last local day
 * @type: (nullable): only this format, by content: jpeg, png, …
 * @name: (nullable): only file names that contain this, or match it where it has * or ?
 * @weak: also give the weak matches, after the strong ones
 * @group: collapse near-duplicates
 * @limit: at most so many hits; 0 for all
 * @exclude: (nullable): a photo that is left out of its own similar ones
 *
 * A query without words, negatives and pictures lists the photos that pass the filters, newest
 * first.
 */
typedef struct {
  GPtrArray *words;
  GPtrArray *negatives;
  GPtrArray *pictures;
  double weight_text;
  char *folder;
  char *after;
  char *before;
  char *type;
  char *name;
  InkSort sort;
  gboolean weak;
  gboolean group;
  guint limit;
  GFile *exclude;
} InkQuery;

InkQuery *ink_query_new (void);
InkQuery *ink_query_copy (const InkQuery *query);
void ink_query_free (InkQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkQuery, ink_query_free)

void ink_query_add_file (InkQuery *query, GFile *file, const InkRegion *region /* nullable */);
void ink_query_add_bytes (InkQuery *query, GBytes *bytes);

/* Reads what was typed into the search box: words, -word, -"two words", folder:, before:, after:,
 * type:, name:. All words together are one description. A date may be short: after:2023 means
 * from its first day, before:2023-06 until its last. Never fails: what is no filter is words.
 * The rest of @query is kept. */
void ink_query_parse (InkQuery *query, const char *text);

/* Whether it has neither words nor negatives nor pictures. */
gboolean ink_query_is_listing (const InkQuery *query);

/* Whether @date is a day as @after and @before hold it: YYYY-MM-DD, and in the calendar. */
gboolean ink_query_date_is_valid (const char *date);

/* A format's name as @type holds it: lower case, "jpeg" for "JPG".
 * Returns: (transfer full) */
char *ink_query_normalise_type (const char *type);

/* Whether @words are plainly a file's name, like IMG_1234 or beach.jpg. */
gboolean ink_query_looks_like_name (const char *words);

/* Whether @words have letters of a script that no English text is written in: the models know
 * English only. */
gboolean ink_query_is_foreign (const char *words);

G_END_DECLS
