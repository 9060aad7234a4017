/* bpe.c: byte-pair encoding of one word (bpe.h).
 *
 * The symbols of the word are a linked list and the pairs that can be merged a heap, the lowest
 * rank first and among equals the leftmost. Taking merges from the heap is the same as merging
 * all occurrences of one pair before looking for the next, since a merge only ever makes pairs of
 * higher ranks. Pairs that an earlier merge broke up stay in the heap and are passed over.
 */
#include "text/bpe.h"

#include "clip.h"

#define NONE G_MAXUINT32
#define MERGED_AWAY 0xffff /* no token's id */

typedef struct {
  guint32 id;
  guint32 previous, next;
} Symbol;

typedef struct {
  const ClipVocabulary *vocabulary;
  Symbol *symbols;
  guint64 *heap; /* the id that a merge makes, and in the low half where its left symbol is */
  gsize n_heap;
} Word;

static void
heap_push (Word *word, guint64 entry)
{
  gsize i = word->n_heap++;

  for (; i > 0 && word->heap[(i - 1) / 2] > entry; i = (i - 1) / 2)
    word->heap[i] = word->heap[(i - 1) / 2];
  word->heap[i] = entry;
}

static guint64
heap_pop (Word *word)
{
  guint64 least = word->heap[0];
  guint64 entry = word->heap[--word->n_heap];
  gsize i = 0, child;

  while ((child = 2 * i + 1) < word->n_heap) {
    if (child + 1 < word->n_heap && word->heap[child + 1] < word->heap[child])
      child++;
    if (word->heap[child] >= entry)
      break;
    word->heap[i] = word->heap[child];
    i = child;
  }
  word->heap[i] = entry;
  return least;
}

/* The id that the symbol at @left makes with the next one; 0 for none. */
static guint32
find_merge (const Word *word, guint32 left)
{
  const Symbol *symbol = &word->symbols[left];

  return symbol->next != NONE
             ? clip_vocabulary_merge (word->vocabulary, symbol->id, word->symbols[symbol->next].id)
             : 0;
}

static void
offer (Word *word, guint32 left)
{
  guint32 merged = left != NONE ? find_merge (word, left) : 0;

  if (merged != 0)
    heap_push (word, (guint64)merged << 32 | left);
}

static void
merge (Word *word, guint32 left, guint32 merged)
{
  Symbol *symbol = &word->symbols[left];
  Symbol *right = &word->symbols[symbol->next];

  symbol->id = merged;
  symbol->next = right->next;
  if (right->next != NONE)
    word->symbols[right->next].previous = left;
  right->id = MERGED_AWAY;
  offer (word, symbol->previous);
  offer (word, left);
}

gboolean
clip_bpe_encode (const ClipVocabulary *vocabulary, const char *bytes, gsize length, guint32 *ids,
                 gsize max_ids, gsize *n_ids, GError **error)
{
  g_autofree Symbol *symbols = g_try_new (Symbol, length);
  /* Each of up to length - 1 merges offers at most two more than the first length - 1. */
  g_autofree guint64 *heap = length < NONE / 3 ? g_try_new (guint64, length * 3) : NULL;
  Word word = {vocabulary, symbols, heap, 0};

  if (symbols == NULL || heap == NULL) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY,
                 "not enough memory for a word of %" G_GSIZE_FORMAT " bytes", length);
    return FALSE;
  }

  for (guint32 i = 0; i < length; i++)
    symbols[i] = (Symbol){
        .id = clip_byte_token ((guint8)bytes[i], i + 1 == length),
        .previous = i > 0 ? i - 1 : NONE,
        .next = i + 1 < length ? i + 1 : NONE,
    };
  for (guint32 i = 0; i < length; i++)
    offer (&word, i);
  while (word.n_heap > 0) {
    guint64 entry = heap_pop (&word);
    guint32 left = (guint32)entry, merged = (guint32)(entry >> 32);

    if (find_merge (&word, left) == merged)
      merge (&word, left, merged);
  }

  *n_ids = 0;
  for (guint32 i = 0; i != NONE && *n_ids < max_ids; i = symbols[i].next)
    ids[(*n_ids)++] = symbols[i].id;
  return TRUE;
}
