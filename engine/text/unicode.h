/* unicode.h: what Unicode text needs before it is split into tokens, the same in every locale. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * clip_unichar_is_space:
 *
 * Returns: %TRUE for what Python's str.split() splits at
 */
gboolean clip_unichar_is_space (gunichar c);

/**
 * clip_unichar_from_windows_1252:
 *
 * Returns: for a C1 control (U+0080 to U+009F), the character that Windows-1252 has at that place
 *     where it has one; else @c
 */
gunichar clip_unichar_from_windows_1252 (gunichar c);

/**
 * clip_utf8_compose:
 *
 * Normalises @text to NFC (Unicode Standard Annex #15). Unlike g_utf8_normalize() it takes
 * O(n log n) time however many combining marks follow one another.
 *
 * Returns: (transfer full)
 */
char *clip_utf8_compose (const char *text);

/**
 * clip_utf8_lower:
 *
 * The default lower-case mapping of Unicode, as Python's str.lower() does it: İ becomes i and a
 * dot above, and a Σ that ends a word becomes ς. (g_utf8_strdown() depends on the locale.)
 *
 * Returns: (transfer full)
 */
char *clip_utf8_lower (const char *text);

G_END_DECLS
