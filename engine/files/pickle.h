/* pickle.h: reads the pickles that PyTorch writes into its checkpoints, and nothing else.
 *
 * A pickle is a program that rebuilds objects, and could ask for any function of Python. Here it
 * may ask for ordered dictionaries and tensors only, which are built as plain values: nothing is
 * ever executed.
 */
#pragma once

#include "files/weights.h"

G_BEGIN_DECLS

typedef enum {
  CLIP_PICKLE_NONE,
  CLIP_PICKLE_BOOLEAN,
  CLIP_PICKLE_INTEGER,
  CLIP_PICKLE_REAL, /* its value is of no use here and not kept */
  CLIP_PICKLE_STRING,
  CLIP_PICKLE_TUPLE,
  CLIP_PICKLE_LIST,
  CLIP_PICKLE_DICT,
  CLIP_PICKLE_GLOBAL, /* a name of the list in pickle.c */
  CLIP_PICKLE_STORAGE,
  CLIP_PICKLE_TENSOR,
  CLIP_PICKLE_MARK, /* where a tuple or a list begins; only on the machine's stack */
} ClipPickleKind;

typedef struct _ClipPickleValue ClipPickleValue;
typedef struct _ClipPickleItem ClipPickleItem;

struct _ClipPickleItem {
  const ClipPickleValue *value;
  ClipPickleItem *next;
};

struct _ClipPickleValue {
  ClipPickleKind kind;
  union {
    gint64 integer; /* BOOLEAN, INTEGER; GLOBAL: its place in the list */
    const char *string;
    struct { /* TUPLE, LIST; DICT: keys and values in turn */
      ClipPickleItem *first, *last;
      gsize n;
    };
    struct { /* STORAGE: all that tensors may share */
      ClipDtype dtype;
      const char *key; /* name of the record */
      gint64 elements;
    };
    struct { /* TENSOR: a view of a storage, in elements */
      const ClipPickleValue *storage;
      gint64 offset;
      const ClipPickleValue *shape, *stride; /* tuples of as many integers each */
    };
  };
};

typedef struct _ClipPickle ClipPickle;

/**
 * clip_pickle_parse:
 * @data: the whole pickle, protocol 2
 * @file: what messages call it
 *
 * Returns: (transfer full): what the pickle stands for; or %NULL with %CLIP_ERROR_UNSUPPORTED
 *     where it asks for something else than tensors, with %CLIP_ERROR_INVALID where it is damaged
 */
ClipPickle *clip_pickle_parse (const guint8 *data, gsize size, const char *file, GError **error);
void clip_pickle_free (ClipPickle *pickle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipPickle, clip_pickle_free)

/* Lives, like all below it, as long as @pickle. Containers may contain each other: don't follow
 * them to unknown depth. */
const ClipPickleValue *clip_pickle_get_root (const ClipPickle *pickle);

/* The value of a string key; NULL where @dict is no dictionary or has no such key. */
const ClipPickleValue *clip_pickle_look_up (const ClipPickleValue *dict, const char *key);

G_END_DECLS
