/* pickle.c: the instructions of a pickle, and the few objects that it may ask for (pickle.h). */
#include "files/pickle.h"
#include "files/bytes.h"
#include "files/pickle-stack.h"

#define MAX_SIZE (64 << 20)  /* bytes of a pickle; a model's has less than 1 MiB */
#define MAX_VALUES (1 << 20) /* values, items, and numbers of the memo */

typedef ClipPickleMachine Machine;

/* All instructions that weights need, by their names in Python's pickle module. */
enum {
  PROTO = 0x80,
  STOP = '.',
  MARK = '(',
  NONE = 'N',
  NEWTRUE = 0x88,
  NEWFALSE = 0x89,
  BININT = 'J',
  BININT1 = 'K',
  BININT2 = 'M',
  LONG1 = 0x8a,
  BINFLOAT = 'G',
  BINUNICODE = 'X',
  BINPUT = 'q',
  LONG_BINPUT = 'r',
  BINGET = 'h',
  LONG_BINGET = 'j',
  EMPTY_TUPLE = ')',
  TUPLE = 't',
  TUPLE1 = 0x85,
  TUPLE2 = 0x86,
  TUPLE3 = 0x87,
  EMPTY_LIST = ']',
  APPEND = 'a',
  APPENDS = 'e',
  EMPTY_DICT = '}',
  SETITEM = 's',
  SETITEMS = 'u',
  GLOBAL = 'c',
  REDUCE = 'R',
  BUILD = 'b',
  BINPERSID = 'Q',
};

typedef enum {
  ORDERED_DICT,
  REBUILD_TENSOR,
  REBUILD_PARAMETER,
  STORAGE,
} GlobalKind;

/* All that a pickle may ask for. */
static const struct {
  const char *name; /* as GLOBAL has it: module, name */
  GlobalKind kind;
  ClipDtype dtype;
} globals[] = {
    {"collections\nOrderedDict\n", ORDERED_DICT, 0},
    {"torch._utils\n_rebuild_tensor_v2\n", REBUILD_TENSOR, 0},
    {"torch._utils\n_rebuild_parameter\n", REBUILD_PARAMETER, 0},
    {"torch\nFloatStorage\n", STORAGE, CLIP_DTYPE_F32},
    {"torch\nHalfStorage\n", STORAGE, CLIP_DTYPE_F16},
    {"torch\nBFloat16Storage\n", STORAGE, CLIP_DTYPE_BF16},
    {"torch\nLongStorage\n", STORAGE, CLIP_DTYPE_OTHER},
};

static gboolean
fail (const Machine *machine, const char *what, GError **error)
{
  return clip_pickle_fail (machine, CLIP_ERROR_INVALID, what, error);
}

/* ---- What follows an opcode -------------------------------------------------------------- */

/* The next @n bytes of the pickle. */
static const guint8 *
take (Machine *machine, gsize n, GError **error)
{
  if (machine->size - machine->at < n) {
    fail (machine, "the pickle ends too early", error);
    return NULL;
  }
  const guint8 *bytes = machine->data + machine->at;
  machine->at += n;
  return bytes;
}

/* An unsigned number of @width <= 8 bytes. */
static gboolean
take_number (Machine *machine, gsize width, guint64 *number, GError **error)
{
  const guint8 *bytes = take (machine, width, error);
  *number = 0;
  if (bytes != NULL)
    memcpy (number, bytes, width);
  return bytes != NULL;
}

/* ---- Plain values ------------------------------------------------------------------------ */

static gboolean
push_integer (Machine *machine, ClipPickleKind kind, gint64 integer, GError **error)
{
  ClipPickleValue *value = clip_pickle_push_new (machine, kind, error);
  if (value != NULL)
    value->integer = integer;
  return value != NULL;
}

static gboolean
push_natural (Machine *machine, gsize width, GError **error)
{
  guint64 number;
  return take_number (machine, width, &number, error) &&
         push_integer (machine, CLIP_PICKLE_INTEGER, (gint64)number, error);
}

/* Two's complement of @width <= 8 bytes. */
static gboolean
push_signed (Machine *machine, gsize width, GError **error)
{
  guint64 number;
  if (!take_number (machine, width, &number, error))
    return FALSE;
  if (width > 0 && width < 8 && (number >> (8 * width - 1)) != 0)
    number -= G_GUINT64_CONSTANT (1) << (8 * width);
  return push_integer (machine, CLIP_PICKLE_INTEGER, (gint64)number, error);
}

/* LONG1: a number after its width. */
static gboolean
push_long (Machine *machine, GError **error)
{
  guint64 width;
  if (!take_number (machine, 1, &width, error))
    return FALSE;
  return width <= 8 ? push_signed (machine, width, error)
                    : fail (machine, "an integer of more than 64 bits", error);
}

static gboolean
push_string (Machine *machine, GError **error)
{
  guint64 length;
  if (!take_number (machine, 4, &length, error))
    return FALSE;
  const guint8 *bytes = take (machine, length, error);
  if (bytes == NULL)
    return FALSE;
  char *string = machine->pickle->text + machine->text_at;
  memcpy (string, bytes, length);
  string[length] = '\0';
  machine->text_at += length + 1; /* less than the instruction took */
  if (!g_utf8_validate_len (string, length, NULL))
    return fail (machine, "a string that is not UTF-8 or has NUL in it", error);
  ClipPickleValue *value = clip_pickle_push_new (machine, CLIP_PICKLE_STRING, error);
  if (value != NULL)
    value->string = string;
  return value != NULL;
}

static gboolean
memoise (Machine *machine, gsize width, GError **error)
{
  guint64 index;
  return take_number (machine, width, &index, error) && clip_pickle_memoise (machine, index, error);
}

static gboolean
recall (Machine *machine, gsize width, GError **error)
{
  guint64 index;
  return take_number (machine, width, &index, error) && clip_pickle_recall (machine, index, error);
}

/* ---- Objects ----------------------------------------------------------------------------- */

/* GLOBAL asks for something by module and name, a line each. */
static gboolean
push_global (Machine *machine, GError **error)
{
  const char *text = (const char *)machine->data + machine->at;
  gsize left = machine->size - machine->at;
  for (gsize i = 0; i < G_N_ELEMENTS (globals); i++) {
    gsize length = strlen (globals[i].name);
    if (left < length || memcmp (text, globals[i].name, length) != 0)
      continue;
    machine->at += length;
    return push_integer (machine, CLIP_PICKLE_GLOBAL, (gint64)i, error);
  }
  g_autofree char *start = g_strndup (text, MIN (left, 80));
  g_auto (GStrv) lines = g_strsplit (start, "\n", 3);
  gboolean whole = g_strv_length (lines) == 3;
  g_autofree char *name = g_utf8_make_valid (whole ? lines[1] : "", -1);
  g_autofree char *module = g_utf8_make_valid (whole ? lines[0] : start, -1);
  g_autofree char *what = g_strdup_printf (
      "it asks Python for “%s.%s”, which weights don't need; nothing was executed", module, name);
  return clip_pickle_fail (machine, CLIP_ERROR_UNSUPPORTED, what, error);
}

/* The first @most items of a tuple, NULL where it has fewer. Returns how many it has; what is no
 * tuple has none. */
static gsize
unpack (const ClipPickleValue *tuple, const ClipPickleValue **items, gsize most)
{
  gboolean is_tuple = tuple->kind == CLIP_PICKLE_TUPLE;
  const ClipPickleItem *item = is_tuple ? tuple->first : NULL;
  for (gsize i = 0; i < most; i++) {
    items[i] = item != NULL ? item->value : NULL;
    item = item != NULL ? item->next : NULL;
  }
  return is_tuple ? tuple->n : 0;
}

static gboolean
is_global (const ClipPickleValue *value, GlobalKind kind)
{
  return value->kind == CLIP_PICKLE_GLOBAL && globals[value->integer].kind == kind;
}

static gboolean
is_tuple_of_integers (const ClipPickleValue *value)
{
  if (value->kind != CLIP_PICKLE_TUPLE)
    return FALSE;
  for (const ClipPickleItem *item = value->first; item != NULL; item = item->next)
    if (item->value->kind != CLIP_PICKLE_INTEGER)
      return FALSE;
  return TRUE;
}

/* BINPERSID: ("storage", type, key, location, number of elements). */
static gboolean
make_storage (Machine *machine, GError **error)
{
  const ClipPickleValue *id = clip_pickle_pop (machine, error), *part[5];
  if (id == NULL)
    return FALSE;
  if (unpack (id, part, 5) != 5 || part[0]->kind != CLIP_PICKLE_STRING ||
      strcmp (part[0]->string, "storage") != 0 || !is_global (part[1], STORAGE) ||
      part[2]->kind != CLIP_PICKLE_STRING || part[4]->kind != CLIP_PICKLE_INTEGER)
    return fail (machine, "a reference to something that is no storage", error);
  ClipPickleValue *storage = clip_pickle_push_new (machine, CLIP_PICKLE_STORAGE, error);
  if (storage == NULL)
    return FALSE;
  storage->dtype = globals[part[1]->integer].dtype;
  storage->key = part[2]->string;
  storage->elements = part[4]->integer;
  return TRUE;
}

/* From (storage, offset, shape, stride, requires_grad, hooks), and metadata in newer files. */
static gboolean
make_tensor (Machine *machine, const ClipPickleValue *arguments, GError **error)
{
  const ClipPickleValue *part[4];
  gsize n = unpack (arguments, part, 4);
  if (n < 6 || n > 7 || part[0]->kind != CLIP_PICKLE_STORAGE ||
      part[1]->kind != CLIP_PICKLE_INTEGER || !is_tuple_of_integers (part[2]) ||
      !is_tuple_of_integers (part[3]) || part[2]->n != part[3]->n)
    return fail (machine, "a tensor that is not described as one", error);
  ClipPickleValue *tensor = clip_pickle_push_new (machine, CLIP_PICKLE_TENSOR, error);
  if (tensor == NULL)
    return FALSE;
  tensor->storage = part[0];
  tensor->offset = part[1]->integer;
  tensor->shape = part[2];
  tensor->stride = part[3];
  return TRUE;
}

/* From (tensor, requires_grad, hooks): the tensor. */
static gboolean
make_parameter (Machine *machine, const ClipPickleValue *arguments, GError **error)
{
  const ClipPickleValue *tensor;
  if (unpack (arguments, &tensor, 1) != 3 || tensor->kind != CLIP_PICKLE_TENSOR)
    return fail (machine, "a parameter that is not described as one", error);
  ClipPickleValue *parameter = clip_pickle_push_new (machine, CLIP_PICKLE_TENSOR, error);
  if (parameter != NULL)
    *parameter = *tensor;
  return parameter != NULL;
}

/* REDUCE calls what GLOBAL asked for. */
static gboolean
call (Machine *machine, GError **error)
{
  const ClipPickleValue *arguments = clip_pickle_pop (machine, error);
  const ClipPickleValue *function = arguments != NULL ? clip_pickle_pop (machine, error) : NULL;
  if (function == NULL)
    return FALSE;
  if (is_global (function, REBUILD_TENSOR))
    return make_tensor (machine, arguments, error);
  if (is_global (function, REBUILD_PARAMETER))
    return make_parameter (machine, arguments, error);
  if (is_global (function, ORDERED_DICT) && arguments->kind == CLIP_PICKLE_TUPLE &&
      arguments->n == 0)
    return clip_pickle_push_new (machine, CLIP_PICKLE_DICT, error) != NULL;
  return fail (machine, "a call of something that can't be called so", error);
}

/* BUILD sets attributes. Ordered dictionaries have some, such as the versions of modules, that
 * don't matter here. */
static gboolean
drop_attributes (Machine *machine, GError **error)
{
  if (clip_pickle_pop (machine, error) == NULL)
    return FALSE;
  const ClipPickleValue *object = clip_pickle_top (machine, error);
  if (object == NULL)
    return FALSE;
  return object->kind == CLIP_PICKLE_DICT ||
         fail (machine, "attributes for something that has none", error);
}

/* ---- The machine ------------------------------------------------------------------------- */

/* Runs one instruction, whose opcode is already taken. */
static gboolean
step (Machine *machine, guint8 opcode, GError **error)
{
  switch (opcode) {
  case NONE:
    return clip_pickle_push_new (machine, CLIP_PICKLE_NONE, error) != NULL;
  case NEWFALSE:
  case NEWTRUE:
    return push_integer (machine, CLIP_PICKLE_BOOLEAN, opcode == NEWTRUE, error);
  case BININT:
    return push_signed (machine, 4, error);
  case BININT1:
  case BININT2:
    return push_natural (machine, opcode == BININT1 ? 1 : 2, error);
  case LONG1:
    return push_long (machine, error);
  case BINFLOAT:
    return take (machine, 8, error) != NULL &&
           clip_pickle_push_new (machine, CLIP_PICKLE_REAL, error) != NULL;
  case BINUNICODE:
    return push_string (machine, error);
  case BINPUT:
  case LONG_BINPUT:
    return memoise (machine, opcode == BINPUT ? 1 : 4, error);
  case BINGET:
  case LONG_BINGET:
    return recall (machine, opcode == BINGET ? 1 : 4, error);
  case MARK:
    return clip_pickle_push_new (machine, CLIP_PICKLE_MARK, error) != NULL;
  case EMPTY_TUPLE:
    return clip_pickle_make_tuple (machine, 0, error);
  case TUPLE1:
  case TUPLE2:
  case TUPLE3:
    return clip_pickle_make_tuple (machine, opcode - TUPLE1 + 1, error);
  case TUPLE:
    return clip_pickle_make_marked_tuple (machine, error);
  case EMPTY_LIST:
    return clip_pickle_push_new (machine, CLIP_PICKLE_LIST, error) != NULL;
  case APPEND:
    return clip_pickle_add_items (machine, CLIP_PICKLE_LIST, 1, error);
  case APPENDS:
    return clip_pickle_add_marked_items (machine, CLIP_PICKLE_LIST, error);
  case EMPTY_DICT:
    return clip_pickle_push_new (machine, CLIP_PICKLE_DICT, error) != NULL;
  case SETITEM:
    return clip_pickle_add_items (machine, CLIP_PICKLE_DICT, 2, error);
  case SETITEMS:
    return clip_pickle_add_marked_items (machine, CLIP_PICKLE_DICT, error);
  case GLOBAL:
    return push_global (machine, error);
  case BINPERSID:
    return make_storage (machine, error);
  case REDUCE:
    return call (machine, error);
  case BUILD:
    return drop_attributes (machine, error);
  }
  g_autofree char *what = g_strdup_printf ("instruction 0x%02x is none that weights need", opcode);
  return clip_pickle_fail (machine, CLIP_ERROR_UNSUPPORTED, what, error);
}

static gboolean
run (Machine *machine, GError **error)
{
  const guint8 *bytes = take (machine, 2, error);
  if (bytes == NULL)
    return FALSE;
  if (bytes[0] != PROTO || bytes[1] != 2)
    return clip_pickle_fail (machine, CLIP_ERROR_UNSUPPORTED, "not a pickle of protocol 2", error);
  for (;;) {
    if ((bytes = take (machine, 1, error)) == NULL)
      return FALSE;
    guint8 opcode = *bytes;
    if (opcode == STOP)
      break;
    if (!step (machine, opcode, error))
      return FALSE;
  }
  machine->pickle->root = clip_pickle_pop (machine, error);
  if (machine->pickle->root == NULL)
    return FALSE;
  return (machine->n_stack == 0 && machine->at == machine->size) ||
         fail (machine, "the pickle goes on after its result", error);
}

ClipPickle *
clip_pickle_parse (const guint8 *data, gsize size, const char *file, GError **error)
{
  Machine machine = {.data = data, .size = size, .file = file};
  if (size > MAX_SIZE) {
    fail (&machine, "the pickle is too long", error);
    return NULL;
  }
  machine.limit = MIN (size, MAX_VALUES);
  g_autoptr (ClipPickle) pickle = machine.pickle = g_new0 (ClipPickle, 1);
  g_autofree ClipPickleValue **stack = g_try_new (ClipPickleValue *, machine.limit + 1);
  g_autofree ClipPickleValue **memo = g_try_new0 (ClipPickleValue *, machine.limit + 1);
  machine.stack = stack;
  machine.memo = memo;
  pickle->values = g_try_new (ClipPickleValue, machine.limit + 1);
  pickle->items = g_try_new (ClipPickleItem, machine.limit + 1);
  pickle->text = g_try_malloc (size + 1);
  if (stack == NULL || memo == NULL || pickle->values == NULL || pickle->items == NULL ||
      pickle->text == NULL) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY, "%s: not enough memory", file);
    return NULL;
  }
  return run (&machine, error) ? g_steal_pointer (&pickle) : NULL;
}

void
clip_pickle_free (ClipPickle *pickle)
{
  if (pickle == NULL)
    return;
  g_free (pickle->values);
  g_free (pickle->items);
  g_free (pickle->text);
  g_free (pickle);
}

const ClipPickleValue *
clip_pickle_get_root (const ClipPickle *pickle)
{
  return pickle->root;
}

const ClipPickleValue *
clip_pickle_look_up (const ClipPickleValue *dict, const char *key)
{
  if (dict->kind != CLIP_PICKLE_DICT)
    return NULL;
  for (const ClipPickleItem *item = dict->first; item != NULL; item = item->next->next)
    if (item->value->kind == CLIP_PICKLE_STRING && strcmp (item->value->string, key) == 0)
      return item->next->value;
  return NULL;
}
