/* hostile.h: damages a file's bytes in every simple way and gives them to a parser. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Parses and frees the result; FALSE with an error where the parser refuses. */
typedef gboolean (*HostileParse) (const guint8 *data, gsize size, GError **error);

/* Parses a copy of the bytes that ends where its allocation does, so that sanitizers see a read
 * beyond the end. Asserts that there is an error just where the parser says so. */
gboolean hostile_parse (HostileParse parse, const guint8 *data, gsize size, GError **error);

/* Asserts that each beginning of the bytes, but not all of them, is refused. */
void hostile_truncate (HostileParse parse, const guint8 *data, gsize size);

/* Replaces each byte by several others and each run of eight bytes by large numbers: what the
 * parser makes of that is its matter, as long as it comes back. */
void hostile_mutate (HostileParse parse, const guint8 *data, gsize size);

G_END_DECLS
