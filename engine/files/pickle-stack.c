/* pickle-stack.c: stack and memo of the pickle machine (pickle-stack.h). */
#include "files/pickle-stack.h"

#include <string.h>

gboolean
clip_pickle_fail (const ClipPickleMachine *machine, ClipError code, const char *what,
                  GError **error)
{
  g_set_error (error, CLIP_ERROR, code, "%s: pickle byte %zu: %s", machine->file, machine->at,
               what);
  return FALSE;
}

static gboolean
fail (const ClipPickleMachine *machine, const char *what, GError **error)
{
  return clip_pickle_fail (machine, CLIP_ERROR_INVALID, what, error);
}

/* ---- The stack --------------------------------------------------------------------------- */

gboolean
clip_pickle_push (ClipPickleMachine *machine, ClipPickleValue *value, GError **error)
{
  if (machine->n_stack == machine->limit)
    return fail (machine, "too many values", error);
  machine->stack[machine->n_stack++] = value;
  return TRUE;
}

ClipPickleValue *
clip_pickle_push_new (ClipPickleMachine *machine, ClipPickleKind kind, GError **error)
{
  if (machine->n_values == machine->limit) {
    fail (machine, "too many values", error);
    return NULL;
  }
  ClipPickleValue *value = &machine->pickle->values[machine->n_values++];
  *value = (ClipPickleValue){.kind = kind};
  return clip_pickle_push (machine, value, error) ? value : NULL;
}

gboolean
clip_pickle_has_operands (const ClipPickleMachine *machine, gsize n, GError **error)
{
  gboolean good = machine->n_stack >= n;
  for (gsize i = 1; good && i <= n; i++)
    good = machine->stack[machine->n_stack - i]->kind != CLIP_PICKLE_MARK;
  return good || fail (machine, "an instruction lacks its operands", error);
}

ClipPickleValue *
clip_pickle_top (const ClipPickleMachine *machine, GError **error)
{
  if (!clip_pickle_has_operands (machine, 1, error))
    return NULL;
  return machine->stack[machine->n_stack - 1];
}

ClipPickleValue *
clip_pickle_pop (ClipPickleMachine *machine, GError **error)
{
  ClipPickleValue *value = clip_pickle_top (machine, error);
  if (value != NULL)
    machine->n_stack--;
  return value;
}

/* Number of values above the last mark. */
static gboolean
count_to_mark (const ClipPickleMachine *machine, gsize *n, GError **error)
{
  gsize at = machine->n_stack;
  while (at > 0 && machine->stack[at - 1]->kind != CLIP_PICKLE_MARK)
    at--;
  *n = machine->n_stack - at;
  return at > 0 || fail (machine, "a mark is missing", error);
}

/* ---- The memo ---------------------------------------------------------------------------- */

gboolean
clip_pickle_memoise (ClipPickleMachine *machine, guint64 index, GError **error)
{
  ClipPickleValue *value = clip_pickle_top (machine, error);
  if (value == NULL)
    return FALSE;
  if (index >= machine->limit)
    return fail (machine, "a memo number out of range", error);
  machine->memo[index] = value;
  return TRUE;
}

gboolean
clip_pickle_recall (ClipPickleMachine *machine, guint64 index, GError **error)
{
  if (index >= machine->limit || machine->memo[index] == NULL)
    return fail (machine, "a memo number that was never set", error);
  return clip_pickle_push (machine, machine->memo[index], error);
}

/* ---- Containers -------------------------------------------------------------------------- */

/* Moves the @n values on top to the end of @container. */
static gboolean
move_items (ClipPickleMachine *machine, gsize n, ClipPickleValue *container, GError **error)
{
  if (machine->limit - machine->n_items < n)
    return fail (machine, "too many values", error);
  machine->n_stack -= n;
  for (gsize i = 0; i < n; i++) {
    ClipPickleItem *item = &machine->pickle->items[machine->n_items++];
    *item = (ClipPickleItem){.value = machine->stack[machine->n_stack + i]};
    if (container->n++ == 0)
      container->first = item;
    else
      container->last->next = item;
    container->last = item;
  }
  return TRUE;
}

gboolean
clip_pickle_make_tuple (ClipPickleMachine *machine, gsize n, GError **error)
{
  ClipPickleValue tuple = {.kind = CLIP_PICKLE_TUPLE};
  if (!clip_pickle_has_operands (machine, n, error) || !move_items (machine, n, &tuple, error))
    return FALSE;
  ClipPickleValue *value = clip_pickle_push_new (machine, CLIP_PICKLE_TUPLE, error);
  if (value != NULL)
    *value = tuple;
  return value != NULL;
}

gboolean
clip_pickle_make_marked_tuple (ClipPickleMachine *machine, GError **error)
{
  gsize n;
  if (!count_to_mark (machine, &n, error) || !clip_pickle_make_tuple (machine, n, error))
    return FALSE;
  machine->n_stack--;
  machine->stack[machine->n_stack - 1] = machine->stack[machine->n_stack]; /* over the mark */
  return TRUE;
}

gboolean
clip_pickle_add_items (ClipPickleMachine *machine, ClipPickleKind kind, gsize n, GError **error)
{
  if (!clip_pickle_has_operands (machine, n + 1, error))
    return FALSE;
  ClipPickleValue *container = machine->stack[machine->n_stack - n - 1];
  if (container->kind != kind || (kind == CLIP_PICKLE_DICT && n % 2 != 0))
    return fail (machine, "items for something that can't hold them", error);
  return move_items (machine, n, container, error);
}

gboolean
clip_pickle_add_marked_items (ClipPickleMachine *machine, ClipPickleKind kind, GError **error)
{
  gsize n;
  if (!count_to_mark (machine, &n, error))
    return FALSE;
  ClipPickleValue **mark = &machine->stack[machine->n_stack - n - 1];
  memmove (mark, mark + 1, n * sizeof (ClipPickleValue *));
  machine->n_stack--;
  return clip_pickle_add_items (machine, kind, n, error);
}
