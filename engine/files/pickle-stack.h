/* pickle-stack.h: stack and memo of the pickle machine (private to pickle.c).
 *
 * No instruction makes more than one value or moves more items than it takes off the stack, so
 * arrays as long as the pickle has bytes hold all of it. Functions that return FALSE or NULL set
 * an error of CLIP_ERROR_INVALID.
 */
#pragma once

#include "clip.h"
#include "files/pickle.h"

G_BEGIN_DECLS

struct _ClipPickle {
  ClipPickleValue *values;
  ClipPickleItem *items;
  char *text; /* of all strings */
  const ClipPickleValue *root;
};

typedef struct {
  const guint8 *data;
  gsize size, at; /* of the pickle */
  const char *file;
  ClipPickle *pickle;
  gsize limit; /* length of each array */
  gsize n_values, n_items, n_stack, text_at;
  ClipPickleValue **stack, **memo;
} ClipPickleMachine;

/* Sets an error that names the place; always FALSE. */
gboolean clip_pickle_fail (const ClipPickleMachine *machine, ClipError code, const char *what,
                           GError **error);

/* Pushes a value that is there already, or a new one of @kind, empty. */
gboolean clip_pickle_push (ClipPickleMachine *machine, ClipPickleValue *value, GError **error);
ClipPickleValue *
clip_pickle_push_new (ClipPickleMachine *machine, ClipPickleKind kind, GError **error);

/* Whether @n values lie on top, without a mark between them. */
gboolean clip_pickle_has_operands (const ClipPickleMachine *machine, gsize n, GError **error);

ClipPickleValue *clip_pickle_top (const ClipPickleMachine *machine, GError **error);
ClipPickleValue *clip_pickle_pop (ClipPickleMachine *machine, GError **error);

/* Remembers the value on top; pushes one that was remembered. */
gboolean clip_pickle_memoise (ClipPickleMachine *machine, guint64 index, GError **error);
gboolean clip_pickle_recall (ClipPickleMachine *machine, guint64 index, GError **error);

/* Makes a tuple of the @n values on top, or of all above the last mark, which goes. */
gboolean clip_pickle_make_tuple (ClipPickleMachine *machine, gsize n, GError **error);
gboolean clip_pickle_make_marked_tuple (ClipPickleMachine *machine, GError **error);

/* Adds the @n values on top, or all above the last mark, which goes, to the list or dictionary
 * that lies below them. */
gboolean
clip_pickle_add_items (ClipPickleMachine *machine, ClipPickleKind kind, gsize n, GError **error);
gboolean
clip_pickle_add_marked_items (ClipPickleMachine *machine, ClipPickleKind kind, GError **error);

G_END_DECLS
