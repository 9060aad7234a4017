/* event.h: what indexing did with single photos, for those who want to follow it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  INK_EVENT_INDEXED, /* is new, or was read anew */
  INK_EVENT_MOVED,
  INK_EVENT_REMOVED, /* its file is gone, or is left out now */
  INK_EVENT_MISSING, /* was not found, and many others with it: kept for some time */
  INK_EVENT_FAILED,
} InkIndexEventKind;

/**
 * InkIndexEvent:
 * @path: absolute
 * @from: (nullable): of %INK_EVENT_MOVED: where it was
 * @error: (nullable): of %INK_EVENT_FAILED
 */
typedef struct {
  InkIndexEventKind kind;
  const char *path;
  const char *from;
  const GError *error;
} InkIndexEvent;

/* Called in the thread that writes, after the commit. */
typedef void (*InkIndexEventFunc) (const InkIndexEvent *event, gpointer data);

G_END_DECLS
