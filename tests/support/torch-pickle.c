/* torch-pickle.c: the data.pkl of a PyTorch checkpoint (torch-pickle.h).
 *
 * Python's pickler memoises what it wrote (BINPUT) and refers to it later (BINGET); strings and
 * globals that recur are remembered here by their text.
 */
#include "support/torch-pickle.h"

#include <string.h>

struct _TorchPickle {
  GByteArray *out;
  guint32 n_memo;
  GHashTable *memo; /* text → index + 1 */
  guint n_tensors;
  gboolean state_dict;
};

static void
put (TorchPickle *pickle, gconstpointer data, gsize size)
{
  g_byte_array_append (pickle->out, data, (guint)size);
}

static void
put_op (TorchPickle *pickle, char op)
{
  put (pickle, &op, 1);
}

/* OP with a number of 1 or 4 bytes: @small is its opcode where one byte is enough. */
static void
put_index (TorchPickle *pickle, char small, char large, guint32 index)
{
  put_op (pickle, index < 256 ? small : large);
  put (pickle, &index, index < 256 ? 1 : 4);
}

static void
memoise (TorchPickle *pickle)
{
  put_index (pickle, 'q', 'r', pickle->n_memo++);
}

/* TRUE where @text was written before: it is then referred to. */
static gboolean
recall (TorchPickle *pickle, const char *text)
{
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (pickle->memo, text));
  if (known != 0)
    put_index (pickle, 'h', 'j', known - 1);
  else
    g_hash_table_insert (pickle->memo, g_strdup (text), GUINT_TO_POINTER (pickle->n_memo + 1));
  return known != 0;
}

static void
put_string (TorchPickle *pickle, const char *text)
{
  if (recall (pickle, text))
    return;
  guint32 length = (guint32)strlen (text);
  put_op (pickle, 'X');
  put (pickle, &length, 4);
  put (pickle, text, length);
  memoise (pickle);
}

/* @text: "module\nname\n" */
static void
put_global (TorchPickle *pickle, const char *text)
{
  if (recall (pickle, text))
    return;
  put_op (pickle, 'c');
  put (pickle, text, strlen (text));
  memoise (pickle);
}

static void
put_integer (TorchPickle *pickle, gsize value)
{
  guint8 size = 1;
  while (size < 8 && value >> (8 * size - 1) != 0)
    size++;
  if (value < 1 << 8) {
    put_op (pickle, 'K');
    put (pickle, &value, 1);
  } else if (value < 1 << 16) {
    put_op (pickle, 'M');
    put (pickle, &value, 2);
  } else if (value <= G_MAXINT32) {
    put_op (pickle, 'J');
    put (pickle, &value, 4);
  } else {
    put_op (pickle, '\x8a');
    put (pickle, &size, 1);
    put (pickle, &value, size);
  }
}

static void
put_tuple (TorchPickle *pickle, const gsize *values, guint n)
{
  static const char ops[] = {')', '\x85', '\x86', '\x87', 't'};
  if (n > 3)
    put_op (pickle, '(');
  for (guint i = 0; i < n; i++)
    put_integer (pickle, values[i]);
  put_op (pickle, ops[MIN (n, 4)]);
  if (n > 0)
    memoise (pickle);
}

static void
put_ordered_dict (TorchPickle *pickle)
{
  put_global (pickle, "collections\nOrderedDict\n");
  put (pickle, ")R", 2);
  memoise (pickle);
}

TorchPickle *
torch_pickle_new (gboolean state_dict)
{
  TorchPickle *pickle = g_new0 (TorchPickle, 1);
  pickle->out = g_byte_array_new ();
  pickle->memo = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  pickle->state_dict = state_dict;
  put (pickle, "\x80\x02", 2);
  if (state_dict) {
    put_op (pickle, '}');
    memoise (pickle);
    put_op (pickle, '(');
    put_string (pickle, "epoch");
    put_integer (pickle, 1);
    put_string (pickle, "state_dict");
  }
  put_ordered_dict (pickle);
  put_op (pickle, '(');
  return pickle;
}

void
torch_pickle_add (TorchPickle *pickle, const char *name, ClipDtype dtype, guint rank,
                  const gsize *shape)
{
  static const char *const storages[] = {"torch\nFloatStorage\n", "torch\nHalfStorage\n",
                                         "torch\nBFloat16Storage\n", "torch\nLongStorage\n"};
  g_autofree char *key = g_strdup_printf ("%u", pickle->n_tensors++);
  gsize strides[CLIP_TENSOR_MAX_RANK], n = 1;
  for (guint i = rank; i-- > 0;) {
    strides[i] = n;
    n *= shape[i];
  }
  put_string (pickle, name);
  put_global (pickle, "torch._utils\n_rebuild_tensor_v2\n");
  put (pickle, "((", 2);
  put_string (pickle, "storage");
  put_global (pickle, storages[dtype]);
  put_string (pickle, key);
  put_string (pickle, "cpu");
  put_integer (pickle, n);
  put_op (pickle, 't');
  memoise (pickle);
  put_op (pickle, 'Q');
  put_integer (pickle, 0);
  put_tuple (pickle, shape, rank);
  put_tuple (pickle, strides, rank);
  put_op (pickle, '\x89');
  put_ordered_dict (pickle);
  put_op (pickle, 't');
  memoise (pickle);
  put_op (pickle, 'R');
  memoise (pickle);
}

GByteArray *
torch_pickle_finish (TorchPickle *pickle)
{
  put_op (pickle, 'u');
  if (pickle->state_dict)
    put_op (pickle, 'u');
  put_op (pickle, '.');
  GByteArray *bytes = pickle->out;
  g_hash_table_unref (pickle->memo);
  g_free (pickle);
  return bytes;
}
