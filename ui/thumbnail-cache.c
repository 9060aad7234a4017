/* thumbnail-cache.c: thumbnails loaded in worker threads and kept up to a limit of bytes.
 *
 * Three parties: the main loop asks and receives; workers take the first wanted photo, load it and
 * put it on a queue; an idle of the main loop empties the queue a few at a time, before the next
 * frame (after it, an animation that takes all the time there is would keep them waiting). What
 * they share is an Exchange with a count of its own, so that a worker that is still decoding when
 * the window goes away holds nothing up.
 */
#include "thumbnail-cache.h"

#include "thumbnail-image.h"

#define WORKERS 2
#define ARRIVALS_AT_A_TIME 16
#define CAIRO_LIMIT (160u << 20)
#define TEXTURE_LIMIT (64u << 20)

/* Most loads take a few milliseconds, less than starting another decoder in place of one that was
 * stopped: only one that takes long, in microseconds, is stopped when its photo scrolls away. */
#define PATIENCE 250000

typedef struct {
  GMutex mutex;
  GArray *wanted;    /* InkThumbnailRequest, the most urgent last */
  GHashTable *loads; /* gint64 photo -> Load: under way, or waiting in arrived */
  GQueue arrived;    /* Arrival */
  InkLibrary *library;
  InkThumbnailCache *cache; /* not owned; NULL once it is gone */
  double radius;
  gboolean textures;
  guint workers;
  guint deliver; /* source id of the idle */
} Exchange;

typedef struct {
  GCancellable *cancellable;
  gint64 started; /* monotonic time */
} Load;

typedef struct {
  gint64 photo;
  InkThumbnail image;
} Arrival;

/* An entry of the cache. */
typedef struct {
  gint64 photo;
  InkThumbnail image;
  GList link; /* in the order of last use */
} Entry;

struct _InkThumbnailCache {
  GObject parent_instance;

  Exchange *exchange;
  GThreadPool *pool;
  double radius;       /* of the corners, at scale 1 */
  GHashTable *entries; /* gint64 photo -> Entry */
  GQueue recent;       /* Entry, the last drawn first */
  gsize bytes, limit;
};

G_DEFINE_FINAL_TYPE (InkThumbnailCache, ink_thumbnail_cache, G_TYPE_OBJECT)

enum { ARRIVED, N_SIGNALS };
static guint signals[N_SIGNALS];

static gsize
thumbnail_bytes (const InkThumbnail *image)
{
  gsize pixels = image->surface || image->texture ? (gsize)image->side * image->side : 0;

  return sizeof (Entry) + pixels * 4;
}

static void
thumbnail_clear (InkThumbnail *image)
{
  g_clear_pointer (&image->surface, cairo_surface_destroy);
  g_clear_object (&image->texture);
}

static void
load_free (gpointer data)
{
  Load *load = data;

  g_object_unref (load->cancellable);
  g_free (load);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  thumbnail_clear (&entry->image);
  g_free (entry);
}

static void
arrival_free (gpointer data)
{
  Arrival *arrival = data;

  thumbnail_clear (&arrival->image);
  g_free (arrival);
}

static void
exchange_clear (gpointer data)
{
  Exchange *exchange = data;

  g_queue_clear_full (&exchange->arrived, arrival_free);
  g_array_unref (exchange->wanted);
  g_hash_table_unref (exchange->loads);
  g_clear_object (&exchange->library);
  g_mutex_clear (&exchange->mutex);
}

static void
exchange_unref (gpointer exchange)
{
  g_atomic_rc_box_release_full (exchange, exchange_clear);
}

/* ---- The main loop's end ------------------------------------------------------------------- */

static void
drop_entry (InkThumbnailCache *self, Entry *entry)
{
  g_queue_unlink (&self->recent, &entry->link);
  self->bytes -= thumbnail_bytes (&entry->image);
  g_hash_table_remove (self->entries, &entry->photo);
}

static void
keep_arrival (InkThumbnailCache *self, Arrival *arrival)
{
  Entry *old = g_hash_table_lookup (self->entries, &arrival->photo);
  if (old)
    drop_entry (self, old);

  Entry *entry = g_new0 (Entry, 1);
  entry->photo = arrival->photo;
  entry->image = arrival->image;
  entry->link.data = entry;
  arrival->image = (InkThumbnail){0};
  g_hash_table_insert (self->entries, &entry->photo, entry);
  g_queue_push_head_link (&self->recent, &entry->link);
  self->bytes += thumbnail_bytes (&entry->image);

  while (self->bytes > self->limit && self->recent.length > 1)
    drop_entry (self, self->recent.tail->data);
}

static gboolean
deliver_cb (gpointer data)
{
  Exchange *exchange = data;
  g_autoptr (InkThumbnailCache) cache = NULL;
  GQueue batch = G_QUEUE_INIT;

  g_mutex_lock (&exchange->mutex);
  if (exchange->cache)
    cache = g_object_ref (exchange->cache);
  for (guint i = 0; i < ARRIVALS_AT_A_TIME && exchange->arrived.length > 0; i++) {
    Arrival *arrival = g_queue_pop_head (&exchange->arrived);
    g_hash_table_remove (exchange->loads, &arrival->photo);
    g_queue_push_tail (&batch, arrival);
  }
  gboolean more = exchange->arrived.length > 0;
  if (!more)
    exchange->deliver = 0;
  g_mutex_unlock (&exchange->mutex);

  while (batch.length > 0) {
    Arrival *arrival = g_queue_pop_head (&batch);
    gint64 photo = arrival->photo;
    if (cache) {
      keep_arrival (cache, arrival);
      g_signal_emit (cache, signals[ARRIVED], 0, photo);
    }
    arrival_free (arrival);
  }
  return more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* ---- The workers' end ---------------------------------------------------------------------- */

static InkThumbnail
load_image (InkLibrary *library, const InkThumbnailRequest *request, double radius,
            gboolean textures, GCancellable *cancellable)
{
  guint size = ink_thumbnail_load_size (request->side, request->width, request->height);
  g_autoptr (GError) error = NULL;
  g_autoptr (InkPixels) pixels =
      ink_library_load_thumbnail (library, request->photo, size, cancellable, &error);
  InkThumbnail image = {.side = request->side};

  if (!pixels) {
    g_debug ("no thumbnail of photo %" G_GINT64_FORMAT ": %s", request->photo, error->message);
    return image;
  }
  image.surface = ink_thumbnail_image_new (pixels, request->side, radius);
  if (textures) {
    int stride = cairo_image_surface_get_stride (image.surface);
    g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (
        cairo_image_surface_get_data (image.surface), (gsize)stride * request->side,
        (GDestroyNotify)cairo_surface_destroy, image.surface);
    image.surface = NULL; /* the texture's bytes own it now */
    image.texture = gdk_memory_texture_new ((int)request->side, (int)request->side,
                                            GDK_MEMORY_DEFAULT, bytes, stride);
  }
  return image;
}

/* Called with the lock held; lets it go while loading. */
static void
load_next (Exchange *exchange)
{
  InkThumbnailRequest request =
      g_array_index (exchange->wanted, InkThumbnailRequest, exchange->wanted->len - 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (InkLibrary) library = g_object_ref (exchange->library);
  gint64 *key = g_memdup2 (&request.photo, sizeof request.photo);
  double radius = exchange->radius;
  gboolean textures = exchange->textures;

  g_array_set_size (exchange->wanted, exchange->wanted->len - 1);
  Load *load = g_new0 (Load, 1);
  load->cancellable = g_object_ref (cancellable);
  load->started = g_get_monotonic_time ();
  g_hash_table_insert (exchange->loads, key, load);
  g_mutex_unlock (&exchange->mutex);

  InkThumbnail image = load_image (library, &request, radius, textures, cancellable);

  g_mutex_lock (&exchange->mutex);
  if (g_cancellable_is_cancelled (cancellable)) {
    /* It may be wanted again by now, and be another's load. */
    load = g_hash_table_lookup (exchange->loads, &request.photo);
    if (load && load->cancellable == cancellable)
      g_hash_table_remove (exchange->loads, &request.photo);
    thumbnail_clear (&image);
    return;
  }
  Arrival *arrival = g_new0 (Arrival, 1);
  arrival->photo = request.photo;
  arrival->image = image;
  g_queue_push_tail (&exchange->arrived, arrival);
  if (exchange->deliver == 0)
    exchange->deliver = g_idle_add_full (G_PRIORITY_HIGH_IDLE, deliver_cb,
                                         g_atomic_rc_box_acquire (exchange), exchange_unref);
}

static void
work (gpointer data, gpointer user_data)
{
  Exchange *exchange = data;

  g_mutex_lock (&exchange->mutex);
  while (exchange->wanted->len > 0 && exchange->library)
    load_next (exchange);
  exchange->workers--;
  g_mutex_unlock (&exchange->mutex);
  exchange_unref (exchange);
}

/* ---- The object ---------------------------------------------------------------------------- */

/* Gives up the loads that have taken longer than @patience microseconds for a photo that is not in
 * @wanted. */
static void
cancel_loads (Exchange *exchange, GHashTable *wanted, gint64 patience)
{
  gint64 now = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer photo, value;

  g_hash_table_iter_init (&iter, exchange->loads);
  while (g_hash_table_iter_next (&iter, &photo, &value)) {
    Load *load = value;
    if (now - load->started >= patience && !g_hash_table_contains (wanted, photo))
      g_cancellable_cancel (load->cancellable);
  }
}

static void
ink_thumbnail_cache_finalize (GObject *object)
{
  InkThumbnailCache *self = INK_THUMBNAIL_CACHE (object);
  g_autoptr (GHashTable) none = g_hash_table_new (g_int64_hash, g_int64_equal);

  g_mutex_lock (&self->exchange->mutex);
  self->exchange->cache = NULL;
  g_array_set_size (self->exchange->wanted, 0);
  cancel_loads (self->exchange, none, 0);
  g_mutex_unlock (&self->exchange->mutex);
  g_thread_pool_free (self->pool, FALSE, FALSE); /* goes with the last worker */
  exchange_unref (self->exchange);
  g_hash_table_unref (self->entries);
  G_OBJECT_CLASS (ink_thumbnail_cache_parent_class)->finalize (object);
}

static void
ink_thumbnail_cache_class_init (InkThumbnailCacheClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ink_thumbnail_cache_finalize;

  signals[ARRIVED] = g_signal_new ("arrived", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
ink_thumbnail_cache_init (InkThumbnailCache *self)
{
  self->limit = TEXTURE_LIMIT;
  self->entries = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, entry_free);
  self->exchange = g_atomic_rc_box_new0 (Exchange);
  g_mutex_init (&self->exchange->mutex);
  self->exchange->wanted = g_array_new (FALSE, FALSE, sizeof (InkThumbnailRequest));
  self->exchange->loads = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, load_free);
  self->exchange->cache = self;
  self->exchange->textures = TRUE;
  self->pool = g_thread_pool_new (work, NULL, WORKERS, FALSE, NULL);
}

InkThumbnailCache *
ink_thumbnail_cache_new (double radius)
{
  InkThumbnailCache *self = g_object_new (INK_TYPE_THUMBNAIL_CACHE, NULL);

  self->radius = radius;
  return self;
}

void
ink_thumbnail_cache_set_library (InkThumbnailCache *self, InkLibrary *library)
{
  g_mutex_lock (&self->exchange->mutex);
  g_set_object (&self->exchange->library, library);
  g_mutex_unlock (&self->exchange->mutex);
}

void
ink_thumbnail_cache_set_renderer (InkThumbnailCache *self, GskRenderer *renderer, int scale)
{
  gboolean textures = !GSK_IS_CAIRO_RENDERER (renderer);

  self->limit = textures ? TEXTURE_LIMIT : CAIRO_LIMIT;
  g_mutex_lock (&self->exchange->mutex);
  self->exchange->textures = textures;
  self->exchange->radius = self->radius * scale;
  g_mutex_unlock (&self->exchange->mutex);
}

const InkThumbnail *
ink_thumbnail_cache_lookup (InkThumbnailCache *self, gint64 photo)
{
  Entry *entry = g_hash_table_lookup (self->entries, &photo);

  if (!entry)
    return NULL;
  g_queue_unlink (&self->recent, &entry->link);
  g_queue_push_head_link (&self->recent, &entry->link);
  return &entry->image;
}

void
ink_thumbnail_cache_want (InkThumbnailCache *self, const InkThumbnailRequest *requests,
                          guint n_requests)
{
  Exchange *exchange = self->exchange;
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_int64_hash, g_int64_equal);

  g_mutex_lock (&exchange->mutex);
  g_array_set_size (exchange->wanted, 0);
  for (guint i = n_requests; i-- > 0;) {
    const InkThumbnailRequest *request = &requests[i];
    const Entry *entry = g_hash_table_lookup (self->entries, &request->photo);
    const Load *load = g_hash_table_lookup (exchange->loads, &request->photo);
    gboolean coming = load && !g_cancellable_is_cancelled (load->cancellable);
    g_hash_table_add (wanted, (gpointer)&request->photo);
    if (!coming && (!entry || entry->image.side != request->side))
      g_array_append_val (exchange->wanted, *request);
  }
  cancel_loads (exchange, wanted, PATIENCE);

  for (guint n = exchange->wanted->len; exchange->workers < MIN (WORKERS, n); exchange->workers++)
    g_thread_pool_push (self->pool, g_atomic_rc_box_acquire (exchange), NULL);
  g_mutex_unlock (&exchange->mutex);
}
