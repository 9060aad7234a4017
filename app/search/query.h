/* query.h: what a person looks for: words, pictures, what to leave out, and filters. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  INK_SORT_RELEVANCE,
  INK_SORT_NEWEST,
  INK_SORT_OLDEST,
} InkSort;

/* How a photo stands, after orientation. A photo is exactly one of the last three. */
typedef enum {
  INK_ORIENTATION_ANY,
  INK_ORIENTATION_LANDSCAPE,
  INK_ORIENTATION_PORTRAIT,
  INK_ORIENTATION_SQUARE, /* its sides differ by a twentieth at most */
} InkOrientation;

/* The least size of a photo, each 0 where it does not count. */
typedef struct {
  guint longer, shorter; /* sides, in pixels */
  double pixels;         /* in all */
} InkLeastSize;

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

/* InkQuery.weight_text where nobody chose another. */
#define INK_WEIGHT_TEXT 0.5

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
 * @orientation: only photos that stand like this
 * @size: (nullable): only photos of at least this size, as of ink_query_parse_size()
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
  InkOrientation orientation;
  char *size;
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
 * type:, name:, orientation:, size:, sort:, and like: with a picture's path, region: of that
 * picture, weight: of the words beside pictures. All words together are one description. A date may
 * be short: after:2023 means from its first day, before:2023-06 until its last. Never fails: what
 * is no filter is words. The rest of @query is kept. */
void ink_query_parse (InkQuery *query, const char *text);

/**
 * ink_query_to_text:
 *
 * What ink_query_parse() would make this query of: the form in which queries are kept and shown.
 * File names are written exactly, as file: URIs where they are no text; fractions to six digits.
 * Pictures that are no files can't be written and are left out; nor are @weak, @group, @limit and
 * @exclude part of it.
 *
 * Returns: (transfer full): UTF-8
 */
char *ink_query_to_text (const InkQuery *query);

/* Whether it has neither words nor negatives nor pictures. */
gboolean ink_query_is_listing (const InkQuery *query);

/* Whether @date is a day as @after and @before hold it: YYYY-MM-DD, and in the calendar. */
gboolean ink_query_date_is_valid (const char *date);

/* "landscape", "portrait" or "square"; FALSE for anything else. */
gboolean ink_query_parse_orientation (const char *text, InkOrientation *orientation);

/* "relevance", "newest" or "oldest"; FALSE for anything else. */
gboolean ink_query_parse_sort (const char *text, InkSort *sort);

/* Their names, as those functions read them. @orientation: not any */
const char *ink_query_orientation_to_string (InkOrientation orientation);
const char *ink_query_sort_to_string (InkSort sort);

/* A least size: "12mp" in millions of pixels, "1920x1080" for both sides whichever way the photo
 * stands, or "1920" for the longer one. FALSE for anything else, also for nothing at all (0). */
gboolean ink_query_parse_size (const char *text, InkLeastSize *size);

/* "X,Y,W,H", fractions that lie within the picture. */
gboolean ink_query_parse_region (const char *text, InkRegion *region);

/* A format's name as @type holds it: lower case, "jpeg" for "JPG".
 * Returns: (transfer full) */
char *ink_query_normalise_type (const char *type);

/* Whether @words are plainly a file's name, like IMG_1234 or beach.jpg. */
gboolean ink_query_looks_like_name (const char *words);

/* Whether @words have letters of a script that no English text is written in: the models know
 * English only. */
gboolean ink_query_is_foreign (const char *words);

G_END_DECLS
