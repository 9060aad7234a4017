/* progress.h: how far indexing has come, and what else a library is busy with. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  INK_INDEX_IDLE,
  INK_INDEX_SCANNING,
  INK_INDEX_INDEXING,
  INK_INDEX_PAUSED,
} InkIndexState;

typedef struct {
  InkIndexState state;
  gboolean held; /* paused not by the user, but until there is mains power or nobody is busy */
  guint found;   /* pictures seen so far by the scan */
  guint total;   /* pictures that need work, as far as known */
  guint done;    /* of those, dealt with */
  guint indexed, unchanged, moved, removed, failed;
  guint missing;              /* not found, but kept for some time */
  double seconds;             /* since the run began */
  double rate;                /* pictures a second, over the last seconds */
  double seconds_left;        /* negative where unknown */
  guint prepared, to_prepare; /* photos, while search is made ready; else 0 */
} InkIndexProgress;

typedef void (*InkIndexFunc) (const InkIndexProgress *progress, gpointer data);

G_END_DECLS
