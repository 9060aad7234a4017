/* entities.h: HTML's character references in plain text. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CLIP_N_ENTITIES 2125

/* A named character reference; the table is sorted by name. */
typedef struct {
  const char *name; /* without the semicolon */
  gunichar first;
  gboolean bare;   /* for HTML's oldest names: the semicolon may be missing */
  gunichar second; /* 0 for most */
} ClipEntity;

extern const ClipEntity clip_entities[CLIP_N_ENTITIES];

/**
 * ClipEntityRules:
 * @CLIP_ENTITIES_HTML: as browsers and Python's html.unescape() read them: named and numeric ones,
 *     the oldest names also without a semicolon, and then the longest name that fits
 * @CLIP_ENTITIES_PLAIN_TEXT: as ftfy reads them in text that is no HTML: only with a semicolon, but
 *     also in capitals where HTML has the name in small letters alone (&EACUTE; is É)
 */
typedef enum {
  CLIP_ENTITIES_HTML,
  CLIP_ENTITIES_PLAIN_TEXT,
} ClipEntityRules;

/**
 * clip_unescape_entities:
 *
 * Replaces every character reference of @text once, from left to right.
 *
 * Returns: (transfer full)
 */
char *clip_unescape_entities (const char *text, ClipEntityRules rules);

G_END_DECLS
