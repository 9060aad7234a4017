/* clean.h: text as it was typed or pasted, made into what the models were trained on. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The longest text that is accepted, in bytes: far beyond what any model sees of it, and small
 * enough for the working copies not to matter. */
#define CLIP_TEXT_MAX_LENGTH (1024 * 1024)

/**
 * clip_text_clean:
 * @text: UTF-8
 *
 * Cleans @text as OpenCLIP does before it tokenises:
 * - the repairs that ftfy makes by default: character references read (up to the first line with
 *   a "<", which may be HTML), C1 controls taken for Windows-1252, Latin ligatures and full-width
 *   forms made plain, curly quotes straightened, terminal escapes and control characters dropped,
 *   NFC; over again until nothing changes. Its guesses at text decoded in the wrong encoding are
 *   left out.
 * - HTML's character references, twice
 * - white space collapsed, none at the ends
 * - lower case
 *
 * Returns: (transfer full): %NULL with %CLIP_ERROR_ARGUMENT where @text is not UTF-8 or too long
 */
char *clip_text_clean (const char *text, GError **error);

G_END_DECLS
