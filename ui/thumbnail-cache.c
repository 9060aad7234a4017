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
#define CAIRO_LIMIT (128u << 20)
#define TEXTURE_LIMIT (40u << 20)

/* Most loads take a few milliseconds, less than starting another decoder in place of one that was
 * stopped: only one that takes long, in microseconds, is stopped when its photo scrolls away. */
#define PATIENCE 250000

typedef struct {
  GMutex mutex;
  GArray *wanted;    /* Job, the most urgent last */
  GHashTable *loads; /* gint64 photo -> Load: under way, or waiting in arrived */
  GQueue arrived;    /* Arrival */
  InkThumbnailLoader loader;
  GObject *source;          /* nullable: of the loader */
  InkThumbnailCache *cache; /* not owned; NULL once it is gone */
  double radius;
  gboolean textures;
  guint workers;
  guint deliver; /* source id of the idle */
} Exchange;

/* Something to load. */
typedef struct {
  InkThumbnailRequest request;
  guint size;     /* to load it in */
  gboolean draft; /* a better one follows */
} Job;

typedef struct {
  Job job;
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
  GList link; /* in the order of the last time it was wanted */
} Entry;

struct _InkThumbnailCache {
  GObject parent_instance;

  Exchange *exchange;
  GThreadPool *pool;
  double radius;       /* of the corners, at scale 1 */
  GHashTable *entries; /* gint64 photo -> Entry */
  GQueue recent;       /* Entry, the last wanted first */
  gsize bytes, limit;
  GHashTable *wanted; /* set of gint64 photo: of the last list */
  guint late;         /* source id: cancels what has become slow since */
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
  g_clear_object (&exchange->source);
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

/* Called with the lock held. */
static void
start_workers (InkThumbnailCache *self)
{
  Exchange *exchange = self->exchange;

  for (guint n = exchange->wanted->len; exchange->workers < MIN (WORKERS, n); exchange->workers++)
    g_thread_pool_push (self->pool, g_atomic_rc_box_acquire (exchange), NULL);
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
  if (cache) /* a better picture of what arrived as a draft may be next */
    start_workers (cache);
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

static GdkTexture *
texture_from_surface (cairo_surface_t *surface)
{
  int side = cairo_image_surface_get_width (surface);
  int stride = cairo_image_surface_get_stride (surface);
  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (
      cairo_image_surface_get_data (surface), (gsize)stride * (gsize)side,
      (GDestroyNotify)cairo_surface_destroy, surface);

  return gdk_memory_texture_new (side, side, GDK_MEMORY_DEFAULT, bytes, (gsize)stride);
}

/* What it takes to do a job, copied while the lock is held. */
typedef struct {
  Job job;
  InkThumbnailLoader loader;
  GObject *source;
  GCancellable *cancellable;
  double radius;
  gboolean textures;
} Work;

static InkThumbnail
load_image (const Work *work)
{
  const InkThumbnailRequest *request = &work->job.request;
  g_autoptr (GError) error = NULL;
  g_autoptr (InkPixels) pixels =
      work->loader (work->source, request->photo, work->job.size, work->cancellable, &error);
  InkThumbnail image = {
      .side = request->side, .content = request->content, .draft = work->job.draft};

  if (!pixels) {
    g_debug ("no thumbnail of photo %" G_GINT64_FORMAT ": %s", request->photo, error->message);
    return image;
  }
  image.surface = ink_thumbnail_image_new (pixels, request->side, work->radius);
  if (work->textures)
    image.texture = texture_from_surface (g_steal_pointer (&image.surface));
  return image;
}

/* The most urgent job whose photo is not being loaded already. Called with the lock held. */
static gboolean
take_job (Exchange *exchange, Job *job)
{
  for (guint i = exchange->wanted->len; exchange->source && i-- > 0;) {
    *job = g_array_index (exchange->wanted, Job, i);
    if (!g_hash_table_contains (exchange->loads, &job->request.photo)) {
      g_array_remove_index (exchange->wanted, i);
      return TRUE;
    }
  }
  return FALSE;
}

/* Called with the lock held; lets it go while loading. */
static void
do_job (Exchange *exchange, const Job *job)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GObject) source = g_object_ref (exchange->source);
  gint64 photo = job->request.photo;
  Work work = {*job, exchange->loader, source, cancellable, exchange->radius, exchange->textures};
  Load *load = g_new0 (Load, 1);

  load->job = *job;
  load->cancellable = g_object_ref (cancellable);
  load->started = g_get_monotonic_time ();
  g_hash_table_insert (exchange->loads, g_memdup2 (&photo, sizeof photo), load);
  g_mutex_unlock (&exchange->mutex);

  InkThumbnail image = load_image (&work);

  g_mutex_lock (&exchange->mutex);
  if (g_cancellable_is_cancelled (cancellable)) {
    g_hash_table_remove (exchange->loads, &photo);
    thumbnail_clear (&image);
    return;
  }
  Arrival *arrival = g_new0 (Arrival, 1);
  arrival->photo = photo;
  arrival->image = image;
  g_queue_push_tail (&exchange->arrived, arrival);
  if (exchange->deliver == 0)
    exchange->deliver = g_idle_add_full (G_PRIORITY_HIGH_IDLE, deliver_cb,
                                         g_atomic_rc_box_acquire (exchange), exchange_unref);
}

static void
work_cb (gpointer data, gpointer user_data)
{
  Exchange *exchange = data;
  Job job;

  g_mutex_lock (&exchange->mutex);
  while (take_job (exchange, &job))
    do_job (exchange, &job);
  exchange->workers--;
  g_mutex_unlock (&exchange->mutex);
  exchange_unref (exchange);
}

/* ---- The object ---------------------------------------------------------------------------- */

/* Gives up the loads that have taken longer than @patience microseconds for a photo that is not
 * wanted any more. Returns: whether there are others of them, that have not taken as long yet */
static gboolean
cancel_loads (InkThumbnailCache *self, gint64 patience)
{
  gint64 now = g_get_monotonic_time ();
  gboolean others = FALSE;
  GHashTableIter iter;
  gpointer photo, value;

  g_hash_table_iter_init (&iter, self->exchange->loads);
  while (g_hash_table_iter_next (&iter, &photo, &value)) {
    Load *load = value;
    if (g_hash_table_contains (self->wanted, photo))
      continue;
    if (now - load->started >= patience)
      g_cancellable_cancel (load->cancellable);
    else
      others = TRUE;
  }
  return others;
}

static gboolean
late_cb (gpointer data)
{
  InkThumbnailCache *self = data;

  g_mutex_lock (&self->exchange->mutex);
  gboolean others = cancel_loads (self, PATIENCE);
  g_mutex_unlock (&self->exchange->mutex);
  if (!others)
    self->late = 0;
  return others;
}

static void
ink_thumbnail_cache_finalize (GObject *object)
{
  InkThumbnailCache *self = INK_THUMBNAIL_CACHE (object);

  g_clear_handle_id (&self->late, g_source_remove);
  g_hash_table_remove_all (self->wanted);
  g_mutex_lock (&self->exchange->mutex);
  self->exchange->cache = NULL;
  g_array_set_size (self->exchange->wanted, 0);
  cancel_loads (self, 0);
  g_mutex_unlock (&self->exchange->mutex);
  g_thread_pool_free (self->pool, FALSE, FALSE); /* goes with the last worker */
  exchange_unref (self->exchange);
  g_hash_table_unref (self->wanted);
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
  self->wanted = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->exchange = g_atomic_rc_box_new0 (Exchange);
  g_mutex_init (&self->exchange->mutex);
  self->exchange->wanted = g_array_new (FALSE, FALSE, sizeof (Job));
  self->exchange->loads = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, load_free);
  self->exchange->cache = self;
  self->exchange->textures = TRUE;
  self->pool = g_thread_pool_new (work_cb, NULL, WORKERS, FALSE, NULL);
}

InkThumbnailCache *
ink_thumbnail_cache_new (double radius)
{
  InkThumbnailCache *self = g_object_new (INK_TYPE_THUMBNAIL_CACHE, NULL);

  self->radius = radius;
  return self;
}

void
ink_thumbnail_cache_set_loader (InkThumbnailCache *self, InkThumbnailLoader loader, GObject *source)
{
  g_mutex_lock (&self->exchange->mutex);
  self->exchange->loader = loader;
  g_set_object (&self->exchange->source, source);
  g_mutex_unlock (&self->exchange->mutex);
}

static InkPixels *
load_from_library (GObject *source, gint64 photo, guint size, GCancellable *cancellable,
                   GError **error)
{
  return ink_library_load_thumbnail (INK_LIBRARY (source), photo, size, cancellable, error);
}

void
ink_thumbnail_cache_set_library (InkThumbnailCache *self, InkLibrary *library)
{
  ink_thumbnail_cache_set_loader (self, load_from_library, G_OBJECT (library));
}

void
ink_thumbnail_cache_set_limit (InkThumbnailCache *self, gsize bytes)
{
  self->limit = bytes;
}

gsize
ink_thumbnail_cache_get_bytes (InkThumbnailCache *self)
{
  return self->bytes;
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

  return entry ? &entry->image : NULL;
}

static gboolean
is_of_request (const InkThumbnailRequest *request, guint side, guint64 content)
{
  return request->side == side && request->content == content;
}

/* What there is left to load of a photo: nothing, its picture, or first a draft of it. Called with
 * the lock held. @better: jobs that come after all others */
static void
add_jobs (InkThumbnailCache *self, const InkThumbnailRequest *request, GArray *jobs, GArray *better)
{
  const Entry *entry = g_hash_table_lookup (self->entries, &request->photo);
  const Load *load = g_hash_table_lookup (self->exchange->loads, &request->photo);
  guint size = ink_thumbnail_load_size (request->side, request->width, request->height);
  gboolean large = size > INK_THUMBNAIL_STORED_SIZE;
  gboolean fits = entry && is_of_request (request, entry->image.side, entry->image.content);
  gboolean coming = load && !g_cancellable_is_cancelled (load->cancellable) &&
                    is_of_request (request, load->job.request.side, load->job.request.content);
  Job first = {*request, INK_THUMBNAIL_STORED_SIZE, large}, full = {*request, size, FALSE};

  if ((fits && !entry->image.draft) || (coming && !load->job.draft))
    return;
  if (!coming && (!entry || !large))
    g_array_append_val (jobs, first);
  if (large && request->visible)
    g_array_append_val (better, full);
}

/* How many of the requests fit into the cache together. */
static guint
count_fitting (InkThumbnailCache *self, const InkThumbnailRequest *requests, guint n_requests)
{
  gsize bytes = 0;

  for (guint i = 0; i < n_requests; i++) {
    bytes += sizeof (Entry) + (gsize)requests[i].side * requests[i].side * 4;
    if (bytes > self->limit && !requests[i].visible)
      return i;
  }
  return n_requests;
}

void
ink_thumbnail_cache_want (InkThumbnailCache *self, const InkThumbnailRequest *requests,
                          guint n_requests)
{
  Exchange *exchange = self->exchange;
  g_autoptr (GArray) jobs = g_array_new (FALSE, FALSE, sizeof (Job));

  n_requests = count_fitting (self, requests, n_requests);
  g_hash_table_remove_all (self->wanted);
  g_mutex_lock (&exchange->mutex);
  g_array_set_size (exchange->wanted, 0);
  for (guint i = n_requests; i-- > 0;) {
    const InkThumbnailRequest *request = &requests[i];
    Entry *entry = g_hash_table_lookup (self->entries, &request->photo);
    if (entry) { /* the most urgent one ends up first: it goes last */
      g_queue_unlink (&self->recent, &entry->link);
      g_queue_push_head_link (&self->recent, &entry->link);
    }
    g_hash_table_add (self->wanted, g_memdup2 (&request->photo, sizeof request->photo));
    add_jobs (self, request, jobs, exchange->wanted);
  }
  g_array_append_vals (exchange->wanted, jobs->data, jobs->len);

  if (cancel_loads (self, PATIENCE) && !self->late)
    self->late = g_timeout_add (PATIENCE / 1000, late_cb, self);
  start_workers (self);
  g_mutex_unlock (&exchange->mutex);
}
