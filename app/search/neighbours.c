/* neighbours.c: pairs of like photos without comparing all pairs.
 *
 * The photos are sorted by a key of 64 bits, and each is paired with those that follow it closely.
 * This is done with many keys, for each of which like photos tend to agree in the leading bits:
 *
 *   content    a hash of the content key                          equal files
 *   name       a hash of folder and name without extension        RAW and JPEG
 *   moment     the clock, of photos with a date                   bursts
 *   hash       the perceptual hash, its bits in several orders    copies
 *   signs      the signs of the embedding's coordinates after     crops, bad copies
 *              a random rotation, each key from other ones
 *
 * The last two are locality-sensitive hashes: a photo that differs in few of 64 bits agrees in the
 * leading 20 of one order or another, and for vectors at an angle φ a sign differs with probability
 * φ/π (Charikar 2002). Where buckets of a fixed number of bits would be crowded in one place and
 * empty in another, neighbours in sorted order are always equally many.
 */
#include "search/neighbours.h"

#include <stdlib.h>
#include <string.h>

#include "search/alike.h"

/* How many of those that follow a photo are paired with it. */
#define WINDOW 24
#define WIDE_WINDOW 128 /* where keys are equal or nearly so because of what they say */

#define HASH_KEYS 12
#define SIGN_WORDS 8 /* of 64 bits each, kept of each embedding */
#define SIGN_KEYS (2 * SIGN_WORDS)

typedef struct {
  guint64 key;
  guint64 phash;
  guint index;
} Item;

typedef struct {
  const InkCatalogue *catalogue;
  Item *items;
  guint n_items;
  guint64 *signs; /* (nullable): SIGN_WORDS for each entry */
  InkPairFunc func;
  gpointer data;
} Search;

static const InkCatalogueEntry *
entry_at (const Search *search, guint index)
{
  return &g_array_index (search->catalogue->entries, InkCatalogueEntry, index);
}

/* A bijection that spreads all bits (the finaliser of SplitMix64, Steele et al. 2014). */
static guint64
mix (guint64 x)
{
  x = (x ^ x >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x = (x ^ x >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return x ^ x >> 31;
}

/* ---- Sorting and pairing ----------------------------------------------------------------- */

static int
compare_items (const void *a, const void *b)
{
  const Item *left = a, *right = b;

  if (left->key != right->key)
    return left->key < right->key ? -1 : 1;
  return left->index < right->index ? -1 : left->index > right->index;
}

static void
add_item (Search *search, guint index, guint64 key)
{
  search->items[search->n_items++] = (Item){key, entry_at (search, index)->phash, index};
}

/* Pairs the items that were added with their neighbours: all that follow within @window and have a
 * key that is greater by @reach at most. @bits: passes over those whose hashes differ in more. */
static void
pair_items (Search *search, guint window, guint64 reach, int bits)
{
  const Item *items = search->items;
  guint n = search->n_items;

  qsort (search->items, n, sizeof *items, compare_items);
  for (guint i = 0; i < n; i++)
    for (guint j = i + 1; j < n && j - i <= window && items[j].key - items[i].key <= reach; j++)
      if (__builtin_popcountll (items[i].phash ^ items[j].phash) <= bits)
        search->func (items[i].index, items[j].index, search->data);
  search->n_items = 0;
}

/* ---- Keys -------------------------------------------------------------------------------- */

static void
pair_by_content (Search *search)
{
  for (guint i = 0; i < search->catalogue->entries->len; i++) {
    guint64 key;

    memcpy (&key, entry_at (search, i)->content_key, sizeof key);
    if (key != 0)
      add_item (search, i, key);
  }
  pair_items (search, WIDE_WINDOW, 0, 64);
}

static void
pair_by_name (Search *search)
{
  for (guint i = 0; i < search->catalogue->entries->len; i++) {
    const InkCatalogueEntry *entry = entry_at (search, i);
    const char *dot = strrchr (entry->path, '.');
    guint64 key = entry->folder;

    for (const char *c = entry->path; dot && c < dot; c++)
      key = mix (key + (guchar)*c);
    if (dot)
      add_item (search, i, key);
  }
  pair_items (search, WINDOW, 0, 64);
}

static void
pair_by_moment (Search *search)
{
  for (guint i = 0; i < search->catalogue->entries->len; i++)
    if (entry_at (search, i)->taken)
      add_item (search, i, (guint64)entry_at (search, i)->clock + (G_GUINT64_CONSTANT (1) << 63));
  pair_items (search, WIDE_WINDOW, INK_ALIKE_SECONDS, INK_ALIKE_BITS);
}

/* Puts the bits of a hash into another order, the same for all hashes. */
static guint64
permute (guint64 bits, const guint8 order[64])
{
  guint64 permuted = 0;

  for (guint i = 0; i < 64; i++)
    permuted |= (bits >> order[i] & 1) << i;
  return permuted;
}

static void
pair_by_hash (Search *search, guint64 seed)
{
  guint8 order[64];

  for (guint i = 0; i < 64; i++)
    order[i] = (guint8)i;
  for (guint i = 63; i > 0; i--) {
    guint other = (guint)(mix (seed + i) % (i + 1));
    guint8 held = order[i];

    order[i] = order[other];
    order[other] = held;
  }
  for (guint i = 0; i < search->catalogue->entries->len; i++)
    if (entry_at (search, i)->phash != 0)
      add_item (search, i, permute (entry_at (search, i)->phash, order));
  pair_items (search, WINDOW, G_MAXUINT64, INK_ALIKE_BITS);
}

/* The second 32 bits of a word and the first of the next make another key. */
static void
pair_by_signs (Search *search, guint key)
{
  for (guint i = 0; i < search->catalogue->entries->len; i++) {
    const guint64 *signs = search->signs + (gsize)i * SIGN_WORDS;
    guint64 first = signs[key / 2], next = signs[(key / 2 + 1) % SIGN_WORDS];

    if (signs[0] != 0 && entry_at (search, i)->phash != 0)
      add_item (search, i, key % 2 ? first << 32 | next >> 32 : first);
  }
  pair_items (search, WINDOW, G_MAXUINT64, INK_ALIKE_BITS);
}

/* ---- Signs ------------------------------------------------------------------------------- */

/* A rotation of @n numbers, a power of two: twice, signs are turned at random and a Hadamard
 * transform mixes all with all. Not scaled: only signs are asked for. */
static void
rotate (float *values, guint n)
{
  for (guint round = 0; round < 2; round++) {
    for (guint i = 0; i < n; i++)
      if (mix (((guint64)round << 32) + i + 1) & 1)
        values[i] = -values[i];
    for (guint half = 1; half < n; half *= 2)
      for (guint i = 0; i < n; i += 2 * half)
        for (guint j = i; j < i + half; j++) {
          float left = values[j], right = values[j + half];

          values[j] = left + right;
          values[j + half] = left - right;
        }
  }
}

/* The mean of a sample of the embeddings: they lie in a narrow cone, in which signs tell nothing
 * before it is taken off. */
static void
take_mean (InkVectors *vectors, const GArray *entries, float *mean, float *row)
{
  guint dims = ink_vectors_get_dims (vectors), step = entries->len / 4096 + 1, n = 0;

  for (guint i = 0; i < entries->len; i += step) {
    if (!ink_vectors_get_row (vectors, g_array_index (entries, InkCatalogueEntry, i).id, row))
      continue;
    n++;
    for (guint d = 0; d < dims; d++)
      mean[d] += (row[d] - mean[d]) / (float)n;
  }
}

static void
take_signs (Search *search, InkVectors *vectors)
{
  const GArray *entries = search->catalogue->entries;
  guint dims = ink_vectors_get_dims (vectors), n = 64 * SIGN_WORDS;

  while (n < dims)
    n *= 2;
  g_autofree float *mean = g_new0 (float, n);
  g_autofree float *row = g_new0 (float, n);

  search->signs = g_new0 (guint64, (gsize)entries->len * SIGN_WORDS);
  take_mean (vectors, entries, mean, row);
  for (guint i = 0; i < entries->len; i++) {
    guint64 *signs = search->signs + (gsize)i * SIGN_WORDS;

    if (!ink_vectors_get_row (vectors, entry_at (search, i)->id, row))
      continue;
    for (guint d = 0; d < n; d++)
      row[d] = d < dims ? row[d] - mean[d] : 0;
    rotate (row, n);
    for (guint d = 0; d < 64 * SIGN_WORDS; d++)
      signs[d / 64] |= (guint64)(row[d] > 0) << d % 64;
  }
}

void
ink_neighbours_for_each (const InkCatalogue *catalogue, InkVectors *vectors, InkPairFunc func,
                         gpointer data, GCancellable *cancellable)
{
  g_autofree Item *items = g_new (Item, catalogue->entries->len);
  Search search = {.catalogue = catalogue, .items = items, .func = func, .data = data};

  pair_by_content (&search);
  pair_by_name (&search);
  pair_by_moment (&search);
  for (guint i = 0; i < HASH_KEYS && !g_cancellable_is_cancelled (cancellable); i++)
    pair_by_hash (&search, mix (i + 1));
  if (vectors)
    take_signs (&search, vectors);
  for (guint i = 0; search.signs && i < SIGN_KEYS && !g_cancellable_is_cancelled (cancellable); i++)
    pair_by_signs (&search, i);
  g_free (search.signs);
}
