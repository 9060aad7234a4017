/* picture-loader.c: pictures for the viewer, loaded in threads. */
#include "picture-loader.h"

#include "pixels.h"

/* Stored thumbnails have this side; see app/decode/thumbnails.h. */
#define THUMBNAIL_SIDE 256

/* Who keeps an arrow key down sees thumbnails; renderings follow where a photo is stayed at. */
#define HURRY_MICROSECONDS (150 * 1000)
#define REST_MS 80

typedef struct {
  gint64 photo;
  InkPhotoItem *item;
  InkLoadedPicture loaded;
  InkView *facts;
  GCancellable *cancellable; /* of all that is loaded of it */
  gboolean begun;            /* its rendering is under way, or there */
} Entry;

struct _InkPictureLoader {
  GObject parent_instance;

  InkLibrary *library;
  GPtrArray *entries; /* Entry, the most wanted first */
  guint size;
  gint64 last_wanted; /* monotonic time */
  guint rest;         /* source id */
};

G_DEFINE_FINAL_TYPE (InkPictureLoader, ink_picture_loader, G_TYPE_OBJECT)

enum { ARRIVED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void load_next (InkPictureLoader *self);

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_cancellable_cancel (entry->cancellable);
  g_object_unref (entry->cancellable);
  g_object_unref (entry->item);
  g_clear_object (&entry->loaded.thumbnail);
  g_clear_object (&entry->loaded.picture);
  g_clear_error (&entry->loaded.error);
  g_clear_pointer (&entry->facts, ink_view_free);
  g_free (entry);
}

/* Returns: (nullable): and where it is, in @index */
static Entry *
find (InkPictureLoader *self, gint64 photo, guint *index)
{
  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = g_ptr_array_index (self->entries, i);
    if (entry->photo == photo) {
      *index = i;
      return entry;
    }
  }
  return NULL;
}

/* ---- Jobs ---------------------------------------------------------------------------------- */

/* What a thread is to load. */
typedef struct {
  InkLibrary *library;
  InkPhotoItem *item;
  InkViewRequest request;
} Job;

/* What it brings. */
typedef struct {
  GdkTexture *texture;
  InkView *facts; /* nullable */
} Product;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->library);
  g_object_unref (job->item);
  g_free (job);
}

static void
product_free (gpointer data)
{
  Product *product = data;

  g_clear_object (&product->texture);
  g_clear_pointer (&product->facts, ink_view_free);
  g_free (product);
}

static void
render_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  InkView *view = ink_library_view_picture (job->library, ink_photo_item_get_file (job->item),
                                            &job->request, cancellable, &error);

  if (!view) {
    g_task_return_error (task, error);
    return;
  }
  Product *product = g_new0 (Product, 1);
  product->texture = ink_pixels_to_texture (view->pixels);
  g_clear_pointer (&view->pixels, ink_pixels_free); /* the texture shares them */
  product->facts = view;
  g_task_return_pointer (task, product, product_free);
}

static void
thumbnail_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  g_autoptr (InkPixels) pixels = ink_library_load_thumbnail (
      job->library, ink_photo_item_get_id (job->item), job->request.size, cancellable, &error);

  if (!pixels) {
    g_task_return_error (task, error);
    return;
  }
  Product *product = g_new0 (Product, 1);
  product->texture = ink_pixels_to_texture (pixels);
  g_task_return_pointer (task, product, product_free);
}

static void
run (InkPictureLoader *self, InkPhotoItem *item, const InkViewRequest *request,
     GTaskThreadFunc thread, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  Job *job = g_new0 (Job, 1);

  job->library = g_object_ref (self->library);
  job->item = g_object_ref (item);
  job->request = *request;
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, thread);
}

/* ---- What is wanted ------------------------------------------------------------------------ */

/* The entry that a job was for; %NULL where it is not wanted any more, though it may be wanted
 * again, by another job. */
static Entry *
entry_of (InkPictureLoader *self, GAsyncResult *result)
{
  Job *job = g_task_get_task_data (G_TASK (result));
  guint index;
  Entry *entry = find (self, ink_photo_item_get_id (job->item), &index);

  return entry && entry->cancellable == g_task_get_cancellable (G_TASK (result)) ? entry : NULL;
}

static void
thumbnail_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkPictureLoader *self = INK_PICTURE_LOADER (source);
  Product *product = g_task_propagate_pointer (G_TASK (result), NULL);
  Entry *entry = entry_of (self, result);

  if (product && entry) {
    entry->loaded.thumbnail = g_steal_pointer (&product->texture);
    g_signal_emit (self, signals[ARRIVED], 0, entry->photo);
  }
  g_clear_pointer (&product, product_free);
}

static void
picture_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkPictureLoader *self = INK_PICTURE_LOADER (source);
  g_autoptr (GError) error = NULL;
  Product *product = g_task_propagate_pointer (G_TASK (result), &error);
  Entry *entry = entry_of (self, result);

  if (entry && product) {
    entry->loaded.picture = g_steal_pointer (&product->texture);
    entry->loaded.facts = entry->facts = g_steal_pointer (&product->facts);
  } else if (entry) {
    entry->loaded.error = g_steal_pointer (&error);
  }
  if (entry)
    g_signal_emit (self, signals[ARRIVED], 0, entry->photo);
  g_clear_pointer (&product, product_free);
  load_next (self);
}

/* Begins the first rendering that is wanted and not begun, unless one before it is under way. */
static void
load_next (InkPictureLoader *self)
{
  const InkViewRequest request = {.size = self->size};

  if (self->rest || !self->library)
    return;
  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = g_ptr_array_index (self->entries, i);
    if (entry->loaded.picture || entry->loaded.error)
      continue;
    if (!entry->begun)
      run (self, entry->item, &request, render_thread, entry->cancellable, picture_loaded_cb, NULL);
    entry->begun = TRUE;
    return;
  }
}

static gboolean
rest_cb (gpointer data)
{
  InkPictureLoader *self = data;

  self->rest = 0;
  load_next (self);
  return G_SOURCE_REMOVE;
}

static void
add_entry (InkPictureLoader *self, GPtrArray *entries, InkPhotoItem *item)
{
  const InkViewRequest request = {.size = THUMBNAIL_SIDE};
  gint64 photo = ink_photo_item_get_id (item);
  guint index;

  if (find (self, photo, &index)) {
    g_ptr_array_add (entries, g_ptr_array_steal_index (self->entries, index));
    return;
  }
  Entry *entry = g_new0 (Entry, 1);
  entry->photo = photo;
  entry->item = g_object_ref (item);
  entry->cancellable = g_cancellable_new ();
  g_ptr_array_add (entries, entry);
  if (self->library)
    run (self, item, &request, thumbnail_thread, entry->cancellable, thumbnail_loaded_cb, NULL);
}

/* ---- The object ---------------------------------------------------------------------------- */

static void
ink_picture_loader_dispose (GObject *object)
{
  InkPictureLoader *self = INK_PICTURE_LOADER (object);

  g_clear_handle_id (&self->rest, g_source_remove);
  g_ptr_array_set_size (self->entries, 0);
  g_clear_object (&self->library);
  G_OBJECT_CLASS (ink_picture_loader_parent_class)->dispose (object);
}

static void
ink_picture_loader_finalize (GObject *object)
{
  g_ptr_array_unref (INK_PICTURE_LOADER (object)->entries);
  G_OBJECT_CLASS (ink_picture_loader_parent_class)->finalize (object);
}

static void
ink_picture_loader_class_init (InkPictureLoaderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ink_picture_loader_dispose;
  G_OBJECT_CLASS (klass)->finalize = ink_picture_loader_finalize;
  signals[ARRIVED] = g_signal_new ("arrived", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
ink_picture_loader_init (InkPictureLoader *self)
{
  self->entries = g_ptr_array_new_with_free_func (entry_free);
}

InkPictureLoader *
ink_picture_loader_new (void)
{
  return g_object_new (INK_TYPE_PICTURE_LOADER, NULL);
}

void
ink_picture_loader_set_library (InkPictureLoader *self, InkLibrary *library)
{
  g_set_object (&self->library, library);
}

void
ink_picture_loader_want (InkPictureLoader *self, GPtrArray *photos, guint size)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (entry_free);
  gint64 now = g_get_monotonic_time ();
  gboolean hurried = now - self->last_wanted < HURRY_MICROSECONDS;

  for (guint i = 0; i < photos->len; i++)
    add_entry (self, entries, g_ptr_array_index (photos, i));
  g_ptr_array_unref (self->entries);
  self->entries = g_steal_pointer (&entries);
  self->size = size;
  self->last_wanted = now;

  g_clear_handle_id (&self->rest, g_source_remove);
  if (hurried)
    self->rest = g_timeout_add (REST_MS, rest_cb, self);
  else
    load_next (self);
}

const InkLoadedPicture *
ink_picture_loader_lookup (InkPictureLoader *self, gint64 photo)
{
  guint index;
  Entry *entry = find (self, photo, &index);

  return entry ? &entry->loaded : NULL;
}

void
ink_picture_loader_render_async (InkPictureLoader *self, InkPhotoItem *photo,
                                 const InkViewRequest *request, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer data)
{
  run (self, photo, request, render_thread, cancellable, callback, data);
}

GdkTexture *
ink_picture_loader_render_finish (InkPictureLoader *self, GAsyncResult *result,
                                  InkViewRequest *request, GError **error)
{
  Job *job = g_task_get_task_data (G_TASK (result));
  Product *product = g_task_propagate_pointer (G_TASK (result), error);
  GdkTexture *texture = product ? g_steal_pointer (&product->texture) : NULL;

  if (request)
    *request = job->request;
  g_clear_pointer (&product, product_free);
  return texture;
}
