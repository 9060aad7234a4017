/* patterns.h: names that are left out of a scan.
 *
 * A pattern has "*" for any number of bytes, slashes too, and "?" for one. Without a slash it is
 * compared with the name of each file and folder; with one, with the path below the folder that it
 * belongs to. One that ends in a slash is for folders alone. What is below a folder that is left
 * out is left out with it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _InkPatterns InkPatterns;

/* @patterns: (nullable) (array zero-terminated=1) */
InkPatterns *ink_patterns_new (const char *const *patterns);

/* The patterns of a file such as ".ignore": one a line; empty lines and those that begin with "#"
 * mean nothing, and "!" (which elsewhere takes an exclusion back) is not understood: such lines are
 * passed over. */
InkPatterns *ink_patterns_new_from_text (const char *text);

void ink_patterns_free (InkPatterns *patterns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkPatterns, ink_patterns_free)

/* @path: relative to the folder that the patterns belong to */
gboolean ink_patterns_match (const InkPatterns *patterns, const char *path, gboolean is_folder);

/* Whether a pattern can match anything: it is not empty, and no more than slashes. */
gboolean ink_patterns_is_valid (const char *pattern);

G_END_DECLS
