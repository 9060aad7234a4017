/* collection.c: loading what has changed in the store. */
#include "search/collection.h"

#include <string.h>

#include "search/matrix.h"
#include "search/rows-file.h"
#include "search/save.h"
#include "store/embeddings.h"

/* Of the time while a library changes all the while, at most one part in so many goes into loading
 * its catalogue; what loads within QUICK_US is loaded at once in any case. */
#define LOAD_SHARE 20
#define QUICK_US (20 * 1000)

/* The rows of small libraries are loaded from the store at once. */
#define LEAST_ROWS_OF_FILE 4096

/* The file is made anew when so many rows, and one part in so many of it, are not in it: so it is
 * rarely written, and few rows have to come from the store. */
#define LEAST_NEW_ROWS 4096
#define NEW_SHARE 16

struct _InkCollection {
  InkRowsFunc func; /* nullable */
  gpointer data;

  GMutex catalogue_lock;       /* guards what follows */
  InkCatalogue *catalogue;     /* nullable */
  gint64 catalogue_generation; /* of the store, before it was loaded */
  gint64 loaded_at, load_time; /* microseconds */

  GMutex vectors_lock; /* guards what follows; the other lock may be taken below it */
  InkVectors *vectors; /* nullable */
  gint64 vectors_generation;
  gint64 space;
  gint64 last;      /* as InkEmbeddings.last */
  GThread *saving;  /* nullable: of save_vectors() */
  gint saving_ends; /* atomic: that thread is done */
};

InkCollection *
ink_collection_new (void)
{
  InkCollection *collection = g_new0 (InkCollection, 1);

  g_mutex_init (&collection->catalogue_lock);
  g_mutex_init (&collection->vectors_lock);
  return collection;
}

void
ink_collection_free (InkCollection *collection)
{
  if (!collection)
    return;
  g_clear_pointer (&collection->saving, g_thread_join);
  g_clear_pointer (&collection->catalogue, ink_catalogue_unref);
  g_clear_pointer (&collection->vectors, ink_vectors_unref);
  g_mutex_clear (&collection->catalogue_lock);
  g_mutex_clear (&collection->vectors_lock);
  g_free (collection);
}

void
ink_collection_set_progress (InkCollection *collection, InkRowsFunc func, gpointer data)
{
  collection->func = func;
  collection->data = data;
}

/* ---- The catalogue ----------------------------------------------------------------------- */

static gboolean
catalogue_may_wait (const InkCollection *collection)
{
  gint64 age = g_get_monotonic_time () - collection->loaded_at;

  return collection->load_time > QUICK_US && age < LOAD_SHARE * collection->load_time;
}

InkCatalogue *
ink_collection_get_catalogue (InkCollection *collection, InkStore *store, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&collection->catalogue_lock);
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

/* ---- The rows that are new --------------------------------------------------------------- */

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

/* Whether photos come in the order of their ids, each once with all of its tiles. */
static gboolean
is_ascending (const InkEmbeddings *embeddings)
{
  for (gsize i = 1; i < embeddings->n; i++)
    if (embeddings->tiles[i] == 0 && embeddings->photos[i] <= embeddings->photos[i - 1])
      return FALSE;
  return TRUE;
}

/* Brings rows into the order of the photos' ids, the last ones of each photo. */
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
  for (gsize i = 0, last = 0; i < embeddings->n; i++) {
    /* The last first tile of this photo: what comes before it has been replaced. */
    for (gsize j = MAX (i, last); j < embeddings->n && orders[j].photo == orders[i].photo; j++)
      if (embeddings->tiles[orders[j].row] == 0)
        last = j;
    if (i < last)
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
  if (is_ascending (embeddings)) {
    if (!ink_vectors_set (collection->vectors, embeddings->photos, embeddings->rows, embeddings->n,
                          error))
      return FALSE;
  } else if (!add_unordered (collection->vectors, embeddings, error)) {
    return FALSE;
  }
  collection->last = embeddings->last;
  return TRUE;
}

/* ---- The file ---------------------------------------------------------------------------- */

/* Begins with the rows of the file, which is made where it is missing or wrong. Where that can't be
 * done, all rows are loaded as if they were new. */
static void
load_file (InkCollection *collection, InkStore *store, gboolean trust)
{
  gint64 rows = ink_store_count_rows (store, collection->space, 0, NULL);
  ClipPool *pool = ink_vectors_get_pool (collection->vectors);
  guint dims = ink_vectors_get_dims (collection->vectors);
  g_autoptr (GError) error = NULL;
  InkSegment *segment = NULL;
  InkRowsFile file;

  if (rows < LEAST_ROWS_OF_FILE ||
      !ink_rows_file_init (&file, store, collection->space, dims, NULL))
    return;
  if (trust)
    segment = ink_rows_file_open (&file, store, pool, &error);
  if (!segment) {
    g_debug ("The embeddings are loaded from the store: %s",
             error ? error->message : "they changed");
    g_clear_error (&error);
    segment = ink_rows_file_build (&file, store, pool, collection->func, collection->data, &error);
    if (collection->func)
      collection->func ((gsize)rows, (gsize)rows, collection->data);
  }
  if (segment) {
    ink_vectors_adopt (collection->vectors, segment);
    collection->last = file.stamp.last;
  } else {
    g_debug ("The embeddings are kept in memory only: %s", error->message);
  }
  ink_rows_file_clear (&file);
}

typedef struct {
  InkCollection *collection;
  InkVectors *vectors;
  InkRowsFile file;
} Saving;

static gpointer
save_vectors (gpointer data)
{
  Saving *saving = data;
  g_autoptr (GError) error = NULL;

  if (!ink_vectors_save (saving->vectors, saving->file.path, &saving->file.stamp, &error))
    g_debug ("The cache of embeddings could not be written: %s", error->message);
  g_atomic_int_set (&saving->collection->saving_ends, TRUE);
  ink_vectors_unref (saving->vectors);
  ink_rows_file_clear (&saving->file);
  g_free (saving);
  return NULL;
}

/* Has the file made anew where too much is not in it. */
static void
update_file (InkCollection *collection, InkStore *store, gint64 generation)
{
  gsize rows = ink_vectors_get_count (collection->vectors);
  gsize unsaved = ink_vectors_count_unsaved (collection->vectors);
  guint dims = ink_vectors_get_dims (collection->vectors);
  Saving *saving;

  if (collection->saving && g_atomic_int_get (&collection->saving_ends))
    g_clear_pointer (&collection->saving, g_thread_join);
  if (collection->saving || unsaved < LEAST_NEW_ROWS + (rows - unsaved) / NEW_SHARE)
    return;
  saving = g_new0 (Saving, 1);
  saving->collection = collection;
  if (!ink_rows_file_init (&saving->file, store, collection->space, dims, NULL)) {
    g_free (saving);
    return;
  }
  saving->vectors = ink_vectors_ref (collection->vectors);
  saving->file.stamp.last = collection->last;
  saving->file.stamp.generation = generation;
  g_atomic_int_set (&collection->saving_ends, FALSE);
  collection->saving = g_thread_new ("ink-save", save_vectors, saving);
}

/* ---- The vectors ------------------------------------------------------------------------- */

/* Whether much of the matrix is of photos that are gone. */
static gboolean
has_many_gone (InkCollection *collection, InkStore *store)
{
  gsize kept = ink_vectors_count_photos (collection->vectors), photos = G_MAXSIZE / 2;
  gint64 stored;

  g_mutex_lock (&collection->catalogue_lock);
  if (collection->catalogue)
    photos = collection->catalogue->entries->len;
  g_mutex_unlock (&collection->catalogue_lock);
  if (kept <= photos + photos / 4 + 1000)
    return FALSE;
  /* Photos that can't be read at present still have rows. */
  stored = ink_store_count_rows (store, collection->space, 0, NULL);
  return stored >= 0 && kept > (gsize)stored + (gsize)stored / 4 + 1000;
}

/* Begins anew where the space is another, where the file was found to be damaged, or where much of
 * the matrix is of photos gone. */
static void
prepare_vectors (InkCollection *collection, InkStore *store, gint64 space, guint dims)
{
  gboolean same = collection->vectors && collection->space == space &&
                  ink_vectors_get_dims (collection->vectors) == dims;

  if (same && !ink_vectors_is_damaged (collection->vectors) && !has_many_gone (collection, store))
    return;
  g_clear_pointer (&collection->saving, g_thread_join); /* it may be about to write the same file */
  g_clear_pointer (&collection->vectors, ink_vectors_unref);
  collection->vectors = ink_vectors_new (dims);
  collection->vectors_generation = -1;
  collection->space = space;
  collection->last = 0;
  load_file (collection, store, !same);
}

InkVectors *
ink_collection_get_vectors (InkCollection *collection, InkStore *store, gint64 space, guint dims,
                            GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&collection->vectors_lock);
  gint64 generation = ink_store_get_generation (store, error);

  if (generation < 0)
    return NULL;
  prepare_vectors (collection, store, space, dims);
  if (collection->vectors_generation != generation) {
    if (!load_vectors (collection, store, error))
      return NULL;
    collection->vectors_generation = generation;
    update_file (collection, store, generation);
  }
  return ink_vectors_ref (collection->vectors);
}
