/* picture-query.c: a picture to search by. */
#include "config.h"

#include "picture-query.h"

#include "pixels.h"

#include <glib/gi18n.h>

struct _InkPictureQuery {
  GObject parent_instance;

  GFile *file;   /* nullable */
  GBytes *bytes; /* nullable: an encoded picture */
  char *label;
  gint64 photo;
  gboolean has_region;
  InkRegion region;
  GdkTexture *preview;
};

G_DEFINE_FINAL_TYPE (InkPictureQuery, ink_picture_query, G_TYPE_OBJECT)

enum { PROP_0, PROP_PREVIEW, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];

typedef struct {
  InkLibrary *library;
  guint size;
} PreviewJob;

static void
preview_job_free (gpointer data)
{
  PreviewJob *job = data;

  g_object_unref (job->library);
  g_free (job);
}

static InkPixels *
load_region (InkPictureQuery *self, PreviewJob *job, GCancellable *cancellable, GError **error)
{
  const InkViewRequest request = {job->size, TRUE, self->region};
  g_autoptr (InkView) view =
      ink_library_view_picture (job->library, self->file, &request, cancellable, error);

  return view ? g_steal_pointer (&view->pixels) : NULL;
}

static void
preview_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  InkPictureQuery *self = source;
  PreviewJob *job = data;
  GError *error = NULL;
  g_autoptr (InkPixels) pixels = NULL;

  if (self->has_region)
    pixels = load_region (self, job, cancellable, &error);
  else if (self->photo >= 0)
    pixels = ink_library_load_thumbnail (job->library, self->photo, job->size, cancellable, &error);
  else if (self->file)
    pixels = ink_library_load_picture (job->library, self->file, job->size, cancellable, &error);
  else
    pixels = ink_library_load_bytes (job->library, self->bytes, job->size, cancellable, &error);

  if (pixels)
    g_task_return_pointer (task, ink_pixels_to_texture (pixels), g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
preview_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkPictureQuery *self = INK_PICTURE_QUERY (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), &error);

  if (!texture)
    g_debug ("no preview of %s: %s", self->label, error->message);
  else if (g_set_object (&self->preview, texture))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PREVIEW]);
}

void
ink_picture_query_load_preview (InkPictureQuery *self, InkLibrary *library, guint size)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, preview_loaded_cb, NULL);
  PreviewJob *job = g_new0 (PreviewJob, 1);

  job->library = g_object_ref (library);
  job->size = size;
  g_task_set_task_data (task, job, preview_job_free);
  g_task_run_in_thread (task, preview_thread);
}

static void
ink_picture_query_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  InkPictureQuery *self = INK_PICTURE_QUERY (object);

  switch (id) {
  case PROP_PREVIEW:
    g_value_set_object (value, self->preview);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ink_picture_query_finalize (GObject *object)
{
  InkPictureQuery *self = INK_PICTURE_QUERY (object);

  g_clear_object (&self->file);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_object (&self->preview);
  g_free (self->label);
  G_OBJECT_CLASS (ink_picture_query_parent_class)->finalize (object);
}

static void
ink_picture_query_class_init (InkPictureQueryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ink_picture_query_get_property;
  object_class->finalize = ink_picture_query_finalize;

  properties[PROP_PREVIEW] = g_param_spec_object ("preview", NULL, NULL, GDK_TYPE_TEXTURE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
ink_picture_query_init (InkPictureQuery *self)
{
  self->photo = -1;
}

InkPictureQuery *
ink_picture_query_new_for_file (GFile *file, gint64 photo)
{
  InkPictureQuery *self = g_object_new (INK_TYPE_PICTURE_QUERY, NULL);
  g_autofree char *name = g_file_get_basename (file);

  self->file = g_object_ref (file);
  self->label = g_filename_display_name (name);
  self->photo = photo;
  return self;
}

InkPictureQuery *
ink_picture_query_new_for_region (GFile *file, gint64 photo, const InkRegion *region)
{
  InkPictureQuery *self = ink_picture_query_new_for_file (file, photo);
  g_autofree char *name = g_steal_pointer (&self->label);

  /* Translators: what a picture is called that is only a part of another; %s is a file's name. */
  self->label = g_strdup_printf (_ ("a part of %s"), name);
  self->has_region = TRUE;
  self->region = *region;
  return self;
}

InkPictureQuery *
ink_picture_query_new_for_bytes (GBytes *bytes, const char *label)
{
  InkPictureQuery *self = g_object_new (INK_TYPE_PICTURE_QUERY, NULL);

  self->bytes = g_bytes_ref (bytes);
  self->label = g_strdup (label);
  return self;
}

GFile *
ink_picture_query_get_file (InkPictureQuery *picture)
{
  return picture->file;
}

const char *
ink_picture_query_get_label (InkPictureQuery *self)
{
  return self->label;
}

void
ink_picture_query_add_to (InkPictureQuery *self, InkQuery *query)
{
  if (self->bytes)
    ink_query_add_bytes (query, self->bytes);
  else
    ink_query_add_file (query, self->file, self->has_region ? &self->region : NULL);
  if (self->photo >= 0)
    g_set_object (&query->exclude, self->file);
}

GdkTexture *
ink_picture_query_get_preview (InkPictureQuery *self)
{
  return self->preview;
}
