/* top.c: a bounded heap. Its root is the worst match kept, which the next better one replaces. */
#include "search/top.h"

#include <math.h>

gint
ink_match_compare (gconstpointer a, gconstpointer b)
{
  const InkMatch *left = a, *right = b;

  if (left->score != right->score)
    return left->score > right->score ? -1 : 1;
  return left->photo < right->photo ? -1 : left->photo > right->photo;
}

void
ink_top_init (InkTop *top, gsize k)
{
  top->matches = g_array_new (FALSE, FALSE, sizeof (InkMatch));
  top->k = k;
}

void
ink_top_clear (InkTop *top)
{
  g_clear_pointer (&top->matches, g_array_unref);
}

static void
sift_up (InkMatch *heap, gsize at)
{
  InkMatch match = heap[at];

  while (at > 0) {
    gsize parent = (at - 1) / 2;

    if (ink_match_compare (&match, &heap[parent]) <= 0)
      break;
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = match;
}

static void
sift_down (InkMatch *heap, gsize n, gsize at)
{
  InkMatch match = heap[at];

  while (2 * at + 1 < n) {
    gsize child = 2 * at + 1;

    if (child + 1 < n && ink_match_compare (&heap[child + 1], &heap[child]) > 0)
      child++;
    if (ink_match_compare (&heap[child], &match) <= 0)
      break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = match;
}

void
ink_top_add (InkTop *top, gint64 photo, double score)
{
  InkMatch match = {photo, score};
  InkMatch *heap;

  if (top->matches->len < top->k) {
    g_array_append_val (top->matches, match);
    sift_up ((InkMatch *)(gpointer)top->matches->data, top->matches->len - 1);
    return;
  }
  heap = (InkMatch *)(gpointer)top->matches->data;
  if (top->k > 0 && ink_match_compare (&match, &heap[0]) < 0) {
    heap[0] = match;
    sift_down (heap, top->matches->len, 0);
  }
}

double
ink_top_get_least (const InkTop *top)
{
  if (top->matches->len < top->k)
    return -INFINITY;
  return top->k > 0 ? g_array_index (top->matches, InkMatch, 0).score : INFINITY;
}
