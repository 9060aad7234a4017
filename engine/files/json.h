/* json.h: a small, strict JSON reader (RFC 8259) for files that may be hostile.
 *
 * Stricter than the standard asks: names within an object differ, strings hold no NUL, integers
 * fit into 64 bits and are kept exact, other numbers are finite. Depth, length and the number of
 * values are limited.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CLIP_JSON_MAX_DEPTH 64
#define CLIP_JSON_MAX_SIZE 100000000 /* bytes: what the safetensors format allows its header */
#define CLIP_JSON_MAX_VALUES (1 << 20)

typedef enum {
  CLIP_JSON_NULL,
  CLIP_JSON_BOOLEAN,
  CLIP_JSON_INTEGER, /* a number without fraction and exponent */
  CLIP_JSON_REAL,
  CLIP_JSON_STRING,
  CLIP_JSON_ARRAY,
  CLIP_JSON_OBJECT,
} ClipJsonKind;

/* A value is followed by its descendants in the order of the text. */
typedef struct {
  ClipJsonKind kind;
  gboolean negative; /* INTEGER */
  const char *name;  /* of a member of an object */
  gsize span;        /* number of values in this subtree, itself included */
  union {
    gboolean boolean;
    guint64 magnitude; /* INTEGER */
    double real;
    const char *string;
    gsize count; /* ARRAY, OBJECT: number of children */
  };
} ClipJsonValue;

typedef struct _ClipJson ClipJson;

/**
 * clip_json_parse:
 * @data: UTF-8; need not end in NUL
 * @file: what messages call the text
 *
 * Returns: (transfer full): the document, or %NULL with %CLIP_ERROR_INVALID and the byte where
 *     the text went wrong, or with %CLIP_ERROR_MEMORY
 */
ClipJson *clip_json_parse (const guint8 *data, gsize size, const char *file, GError **error);
void clip_json_free (ClipJson *json);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipJson, clip_json_free)

/* All values live as long as the document. */
const ClipJsonValue *clip_json_get_root (const ClipJson *json);

/* Children of an array or object, in order: NULL after the last. */
const ClipJsonValue *clip_json_first (const ClipJsonValue *parent);
const ClipJsonValue *clip_json_next (const ClipJsonValue *parent, const ClipJsonValue *child);

/* NULL where @value is no object or has no such member. */
const ClipJsonValue *clip_json_member (const ClipJsonValue *value, const char *name);

/* FALSE where @value is NULL or not of that kind; the result is then unchanged. */
gboolean clip_json_get_natural (const ClipJsonValue *value, guint64 *natural); /* 0 … 2^64 − 1 */
gboolean clip_json_get_number (const ClipJsonValue *value, double *number);

/* NULL where @value is NULL or not a string. */
const char *clip_json_get_string (const ClipJsonValue *value);

G_END_DECLS
