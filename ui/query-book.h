/* query-book.h: the searches that were saved and those that were made lately, as the window lives
 * with them: kept in memory, read and written in threads.
 */
#pragma once

#include "session.h"

G_BEGIN_DECLS

#define INK_TYPE_QUERY_BOOK (ink_query_book_get_type ())
G_DECLARE_FINAL_TYPE (InkQueryBook, ink_query_book, INK, QUERY_BOOK, GObject)

/* Signals:
 *   "saved-changed"     other saved searches, or other counts of them
 *   "message" (char *)  something went wrong that the user should read */
InkQueryBook *ink_query_book_new (InkSession *session);

/* Returns: (transfer none) (element-type InkSavedSearch) */
GPtrArray *ink_query_book_get_saved (InkQueryBook *book);

/* Returns: (transfer none) (nullable): the one whose query reads @text */
const InkSavedSearch *ink_query_book_find (InkQueryBook *book, const char *text);

/* A search of that name gets the new query. */
void ink_query_book_save (InkQueryBook *book, const char *name, const InkQuery *query);
void ink_query_book_rename (InkQueryBook *book, gint64 id, const char *name);
void ink_query_book_remove (InkQueryBook *book, gint64 id);

/* Keeps what was typed for suggestions, unless the library or the desktop keeps no history. */
void ink_query_book_remember (InkQueryBook *book, const char *text);

/* Returns: (transfer container) (element-type utf8): recent queries that have @text in them but are
 * more than it, newest first, at most @max; they stay the book's */
GPtrArray *ink_query_book_suggest (InkQueryBook *book, const char *text, guint max);

G_END_DECLS
