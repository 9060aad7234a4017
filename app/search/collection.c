/* collection.c: loading what has changed in the store. */
#include "search/collection.h"

#include <string.h>

#include "store/embeddings.h"

/* Of the time while a library changes all the while, at most one part in so many goes into loading
 * its catalogue; what loads within QUICK_US is loaded at once in any case. */
#define LOAD_SHARE 20
#define QUICK_US (20 * 1000)

struct _InkCollection {
  GMutex lock; /* guards what follows */

  InkCatalogue *catalogue;     /* nullable */
  gint64 catalogue_generation; /* of the store, before it was loaded */
  gint64 loaded_at, load_time; /* microseconds */

  InkVectors *vectors; /* nullable */
  gint64 vectors_generation;
  gint64 space;
  gint64 last; /* as InkEmbeddings.last */
};

InkCollection *
ink_collection_new (void)
{
  InkCollection *collection = g_new0 (InkCollection, 1);

  g_mutex_init (&collection->lock);
  return collection;
}

void
ink_collection_free (InkCollection *collection)
{
  if (!collection)
    return;
  g_clear_pointer (&collection->catalogue, ink_catalogue_unref);
  g_clear_pointer (&collection->vectors, ink_vectors_unref);
  g_mutex_clear (&collection->lock);
  g_free (collection);
}

static gboolean
catalogue_may_wait (const InkCollection *collection)
{
  gint64 age = g_get_monotonic_time () - collection->loaded_at;

  return collection->load_time > QUICK_US && age < LOAD_SHARE * collection->load_time;
}

InkCatalogue *
ink_collection_get_catalogue (InkCollection *collection, InkStore *store, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&collection->lock);
  gint64 generation = ink_store_get_generation (store, error);

  if (generation < 0)
    return NULL;
  if (!collection->catalogue ||
      (generation != collection->catalogue_generation && !catalogue_may_wait (collection))) {
    gint64 begin = g_get_monotonic_time ();
    InkCatalogue *loaded = ink_catalogue_load (store, error);

    if (!loaded)
      return NULL;
    g_clear_pointer (&collection->catalogue, ink_catalogue_unref);
    collection->catalogue = loaded;
    collection->catalogue_generation = generation;
    collection->loaded_at = g_get_monotonic_time ();
    collection->load_time = collection->loaded_at - begin;
  }
  return ink_catalogue_ref (collection->catalogue);
}

typedef struct {
  gint64 photo;
  gsize row;
} Order;

static gint
compare_orders (gconstpointer a, gconstpointer b)
{
  const Order *left = a, *right = b;

  if (left->photo != right->photo)
    return left->photo < right->photo ? -1 : 1;
  return left->row < right->row ? -1 : left->row > right->row;
}

static gboolean
is_ascending (const gint64 *photos, gsize n)
{
  for (gsize i = 1; i < n; i++)
    if (photos[i] <= photos[i - 1])
      return FALSE;
  return TRUE;
}

/* Brings rows into the order of the photos' ids, the last one of each photo. */
static gboolean
add_unordered (InkVectors *vectors, const InkEmbeddings *embeddings, GError **error)
{
  gsize dims = embeddings->dims, n = 0;
  g_autofree Order *orders = g_new (Order, embeddings->n);
  g_autofree gint64 *photos = g_new (gint64, embeddings->n);
  g_autofree guint16 *rows = g_try_malloc_n (embeddings->n, dims * sizeof *rows);

  if (!rows) {
    g_set_error (error, INK_ERROR, INK_ERROR_FAILED,
                 "Not enough memory for the embeddings of %" G_GSIZE_FORMAT
                 " photos; close other programs and try again",
                 embeddings->n);
    return FALSE;
  }
  for (gsize i = 0; i < embeddings->n; i++)
    orders[i] = (Order){embeddings->photos[i], i};
  qsort (orders, embeddings->n, sizeof *orders, compare_orders);
  for (gsize i = 0; i < embeddings->n; i++) {
    if (i + 1 < embeddings->n && orders[i + 1].photo == orders[i].photo)
      continue;
    photos[n] = orders[i].photo;
    memcpy (rows + n * dims, embeddings->rows + orders[i].row * dims, dims * sizeof *rows);
    n++;
  }
  return ink_vectors_set (vectors, photos, rows, n, error);
}

static gboolean
load_vectors (InkCollection *collection, InkStore *store, GError **error)
{
  g_autoptr (InkEmbeddings) embeddings =
      ink_store_load_embeddings (store, collection->space, collection->last, error);

  if (!embeddings)
    return FALSE;
  if (embeddings->n > 0 && embeddings->dims != ink_vectors_get_dims (collection->vectors)) {
    g_set_error (error, INK_ERROR, INK_ERROR_LIBRARY_DAMAGED,
                 "The library's embeddings have %u numbers each where its model makes %u; "
                 "run “inkling-cli check --repair”",
                 embeddings->dims, ink_vectors_get_dims (collection->vectors));
    return FALSE;
  }
  if (is_ascending (embeddings->photos, embeddings->n)) {
    if (!ink_vectors_set (collection->vectors, embeddings->photos, embeddings->rows, embeddings->n,
                          error))
      return FALSE;
  } else if (!add_unordered (collection->vectors, embeddings, error)) {
    return FALSE;
  }
  collection->last = embeddings->last;
  return TRUE;
}

/* Begins anew where the space is another, or where much of the matrix is of photos gone. */
static void
prepare_vectors (InkCollection *collection, gint64 space, guint dims)
{
  gsize photos = collection->catalogue ? collection->catalogue->entries->len : G_MAXSIZE / 2;

  if (collection->vectors && collection->space == space &&
      ink_vectors_get_count (collection->vectors) <= photos + photos / 4 + 1000)
    return;
  g_clear_pointer (&collection->vectors, ink_vectors_unref);
  collection->vectors = ink_vectors_new (dims);
  collection->vectors_generation = -1;
  collection->space = space;
  collection->last = 0;
}

InkVectors *
ink_collection_get_vectors (InkCollection *collection, InkStore *store, gint64 space, guint dims,
                            GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&collection->lock);
  gint64 generation = ink_store_get_generation (store, error);

  if (generation < 0)
    return NULL;
  prepare_vectors (collection, space, dims);
  if (collection->vectors_generation != generation) {
    if (!load_vectors (collection, store, error))
      return NULL;
    collection->vectors_generation = generation;
  }
  return ink_vectors_ref (collection->vectors);
}
