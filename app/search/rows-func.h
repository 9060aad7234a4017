/* rows-func.h: how far the making of a large library's search is. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @done of @total photos, whose embeddings are brought from the store into the form that searches
 * read; both are the same at the end, also where it failed. */
typedef void (*InkRowsFunc) (gsize done, gsize total, gpointer data);

G_END_DECLS
