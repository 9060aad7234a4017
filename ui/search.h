/* search.h: what the user looks for and what came back.
 *
 * The text in the entry is the query, all but the pictures that were handed over: chips, the
 * sidebar and the menu of orders edit that text. It is searched for with the next key's worth of
 * delay, pictures at once. A search that is overtaken by another is cancelled, and its answer, if
 * it comes all the same, is dropped.
 */
#pragma once

#include "picture-query.h"
#include "result-model.h"

G_BEGIN_DECLS

#define INK_TYPE_SEARCH (ink_search_get_type ())
G_DECLARE_FINAL_TYPE (InkSearch, ink_search, INK, SEARCH, GObject)

InkSearch *ink_search_new (void);

/* Signals:
 *   "query-changed"  the text or the pictures are others
 *   "finished" (gboolean fresh)  a search ended, with results in the model or an error; @fresh
 * unless it only brought the same search up to date
 * Property: "slow" (gboolean), an answer is awaited for longer than a person takes for none */

/* @library: (nullable): searches begin with the first library */
void ink_search_set_library (InkSearch *search, InkLibrary *library);

const char *ink_search_get_words (InkSearch *search);
void ink_search_set_words (InkSearch *search, const char *words);

/* What the text says, without the pictures that were handed over. Returns: (transfer full) */
InkQuery *ink_search_read (InkSearch *search);

/* Makes the text say what @query says. */
void ink_search_write (InkSearch *search, const InkQuery *query);

/* All of it, with the pictures that were handed over. Returns: (transfer full) */
InkQuery *ink_search_make_query (InkSearch *search);

/* The same as text: what is kept of a search. Returns: (transfer full) */
char *ink_search_to_text (InkSearch *search);

/* Does what the delay after the last key waits for, now. */
void ink_search_hurry (InkSearch *search);

/* The pictures to search by, a list of InkPictureQuery. Returns: (transfer none) */
GListModel *ink_search_get_pictures (InkSearch *search);

/* @pictures: (element-type InkPictureQuery): instead of those that there are */
void ink_search_set_pictures (InkSearch *search, GListModel *pictures);
void ink_search_remove_picture (InkSearch *search, InkPictureQuery *picture);

/* Photos that look like this one: its picture alone, without words. */
void ink_search_find_similar (InkSearch *search, InkPhotoItem *photo);
void ink_search_find_picture (InkSearch *search, InkPictureQuery *picture);

/* A search that was kept as text, and nothing but it. */
void ink_search_open_text (InkSearch *search, const char *text);

/* Back to the newest photos. */
void ink_search_clear (InkSearch *search);

/* Nothing is looked for: the results are the newest photos. */
gboolean ink_search_is_empty (InkSearch *search);

/* @photos: (nullable): set of gint64: not to be among the results from now on; asks for them anew
 * at once */
void ink_search_set_hidden (InkSearch *search, GHashTable *photos);

/* Brings the results up to date soon, after photos came or went. */
void ink_search_refresh (InkSearch *search);

gboolean ink_search_is_busy (InkSearch *search);
InkResultModel *ink_search_get_results (InkSearch *search);

/* Returns: (nullable): why the last search failed */
const GError *ink_search_get_error (InkSearch *search);

/* Returns: (nullable): what the user should know about the last search */
const char *ink_search_get_notice (InkSearch *search);

G_END_DECLS
