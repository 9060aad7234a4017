/* picture-content.c: a photo as other programs can paste it. */
#include "picture-content.h"

#include "pixels.h"

#define PNG "image/png"

/* Larger pictures are pasted reduced: few programs take them, and a PNG of them takes minutes. */
#define LARGEST_SIDE 8192u

#define INK_TYPE_PICTURE_CONTENT (ink_picture_content_get_type ())
G_DECLARE_FINAL_TYPE (InkPictureContent, ink_picture_content, INK, PICTURE_CONTENT,
                      GdkContentProvider)

struct _InkPictureContent {
  GdkContentProvider parent_instance;

  InkLibrary *library;
  InkPhotoItem *photo;
};

G_DEFINE_FINAL_TYPE (InkPictureContent, ink_picture_content, GDK_TYPE_CONTENT_PROVIDER)

static GdkContentFormats *
ink_picture_content_ref_formats (GdkContentProvider *provider)
{
  return gdk_content_formats_new ((const char *[]){PNG}, 1);
}

static void
encode_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  InkPictureContent *self = source;
  GError *error = NULL;
  guint width, height;

  ink_photo_item_get_size (self->photo, &width, &height);
  const InkViewRequest request = {.size = width > 0 ? MIN (MAX (width, height), LARGEST_SIDE)
                                                    : LARGEST_SIDE};
  g_autoptr (InkView) view = ink_library_view_picture (
      self->library, ink_photo_item_get_file (self->photo), &request, cancellable, &error);
  if (!view) {
    g_task_return_error (task, error);
    return;
  }
  g_autoptr (GdkTexture) texture = ink_pixels_to_texture (view->pixels);
  g_task_return_pointer (task, gdk_texture_save_to_png_bytes (texture),
                         (GDestroyNotify)g_bytes_unref);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
encoded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GBytes *png = g_task_propagate_pointer (G_TASK (result), &error);
  gsize size;

  if (!png) {
    g_task_return_error (task, error);
    return;
  }
  GOutputStream *stream = g_task_get_task_data (task);
  gconstpointer bytes = g_bytes_get_data (png, &size);
  g_object_set_data_full (G_OBJECT (task), "png", png, (GDestroyNotify)g_bytes_unref);
  g_output_stream_write_all_async (stream, bytes, size, g_task_get_priority (task),
                                   g_task_get_cancellable (task), written_cb, g_object_ref (task));
}

static void
ink_picture_content_write_mime_type_async (GdkContentProvider *provider, const char *mime_type,
                                           GOutputStream *stream, int io_priority,
                                           GCancellable *cancellable, GAsyncReadyCallback callback,
                                           gpointer data)
{
  GTask *task = g_task_new (provider, cancellable, callback, data);
  g_autoptr (GTask) encoding = g_task_new (provider, cancellable, encoded_cb, task);

  g_task_set_priority (task, io_priority);
  g_task_set_task_data (task, g_object_ref (stream), g_object_unref);
  g_task_run_in_thread (encoding, encode_thread);
}

static gboolean
ink_picture_content_write_mime_type_finish (GdkContentProvider *provider, GAsyncResult *result,
                                            GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
ink_picture_content_finalize (GObject *object)
{
  InkPictureContent *self = INK_PICTURE_CONTENT (object);

  g_object_unref (self->library);
  g_object_unref (self->photo);
  G_OBJECT_CLASS (ink_picture_content_parent_class)->finalize (object);
}

static void
ink_picture_content_class_init (InkPictureContentClass *klass)
{
  GdkContentProviderClass *provider_class = GDK_CONTENT_PROVIDER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ink_picture_content_finalize;
  provider_class->ref_formats = ink_picture_content_ref_formats;
  provider_class->write_mime_type_async = ink_picture_content_write_mime_type_async;
  provider_class->write_mime_type_finish = ink_picture_content_write_mime_type_finish;
}

static void
ink_picture_content_init (InkPictureContent *self)
{
}

static GdkContentProvider *
offer_files (GPtrArray *photos)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new ();

  for (guint i = 0; i < photos->len; i++)
    g_ptr_array_add (files, ink_photo_item_get_file (g_ptr_array_index (photos, i)));
  GdkFileList *list = gdk_file_list_new_from_array ((GFile **)files->pdata, files->len);
  GdkContentProvider *provider = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, list);
  g_boxed_free (GDK_TYPE_FILE_LIST, list);
  return provider;
}

GdkContentProvider *
ink_picture_content_new (InkLibrary *library, GPtrArray *photos)
{
  GdkContentProvider *files = offer_files (photos);

  if (photos->len > 1)
    return files;
  InkPictureContent *self = g_object_new (INK_TYPE_PICTURE_CONTENT, NULL);
  self->library = g_object_ref (library);
  self->photo = g_object_ref (g_ptr_array_index (photos, 0));
  return gdk_content_provider_new_union (
      (GdkContentProvider *[]){GDK_CONTENT_PROVIDER (self), files}, 2);
}
