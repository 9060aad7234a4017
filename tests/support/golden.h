/* golden.h: reads the golden results below tests/data.
 *
 * The data is part of the tests: a file or a member that is not there ends the program.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Full path of a file below tests/data. */
char *golden_path (const char *name);

/* Parses tests/data/@name, e.g. "golden/tiny-vit.json". What the functions below return lives as
 * long as the parser. */
JsonParser *golden_load (const char *name);

JsonObject *golden_root (JsonParser *parser);

/* Numbers of an array member; free with g_free(). @n is nullable. */
float *golden_floats (JsonObject *object, const char *member, gsize *n);
guint32 *golden_ids (JsonObject *object, const char *member, gsize *n);

/* The array member's elements, which are objects. */
guint golden_count (JsonObject *object, const char *member);
JsonObject *golden_element (JsonObject *object, const char *member, guint i);

G_END_DECLS
