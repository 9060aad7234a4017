/* picture-source.c: pictures from drops and the clipboard, read as bytes. */
#include "config.h"

#include "picture-source.h"

#include <glib/gi18n.h>

#define LIMIT_MEGABYTES 256
#define LIMIT ((gsize)LIMIT_MEGABYTES << 20)
#define CHUNK ((gsize)64 << 10)

/* More pictures in one query say less, not more. */
#define MAX_FILES 8

#define URI_LIST "text/uri-list"

static const char *const mime_types[] = {
    URI_LIST,     "image/png",  "image/jpeg", "image/webp", "image/tiff", "image/gif",
    "image/avif", "image/heif", "image/heic", "image/jxl",  "image/bmp",
};

typedef struct {
  char *label;
  char *mime_type;
  GByteArray *bytes;
  GInputStream *stream;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->label);
  g_free (reading->mime_type);
  g_byte_array_unref (reading->bytes);
  g_clear_object (&reading->stream);
  g_free (reading);
}

GdkContentFormats *
ink_picture_source_get_formats (void)
{
  return gdk_content_formats_new ((const char **)mime_types, G_N_ELEMENTS (mime_types));
}

gboolean
ink_picture_source_accepts (GdkContentFormats *offered)
{
  g_autoptr (GdkContentFormats) ours = ink_picture_source_get_formats ();

  return gdk_content_formats_match (ours, offered);
}

static GListModel *
pictures_from_uris (const char *text)
{
  g_auto (GStrv) uris = g_uri_list_extract_uris (text);
  GListStore *pictures = g_list_store_new (INK_TYPE_PICTURE_QUERY);

  for (guint i = 0; uris[i] && i < MAX_FILES; i++) {
    g_autoptr (GFile) file = g_file_new_for_uri (uris[i]);
    g_autoptr (InkPictureQuery) picture = ink_picture_query_new_for_file (file, -1);
    g_list_store_append (pictures, picture);
  }
  return G_LIST_MODEL (pictures);
}

static void
finish_reading (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);
  GListModel *pictures;

  if (g_str_equal (reading->mime_type, URI_LIST)) {
    g_byte_array_append (reading->bytes, (const guint8 *)"", 1);
    pictures = pictures_from_uris ((const char *)reading->bytes->data);
  } else {
    g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (g_steal_pointer (&reading->bytes));
    g_autoptr (InkPictureQuery) picture = ink_picture_query_new_for_bytes (bytes, reading->label);
    reading->bytes = g_byte_array_new ();
    pictures = G_LIST_MODEL (g_list_store_new (INK_TYPE_PICTURE_QUERY));
    g_list_store_append (G_LIST_STORE (pictures), picture);
  }

  if (g_list_model_get_n_items (pictures) > 0) {
    g_task_return_pointer (task, pictures, g_object_unref);
  } else {
    g_object_unref (pictures);
    g_task_return_new_error (task, INK_ERROR, INK_ERROR_EMPTY, _ ("There is no picture in it."));
  }
}

static void
chunk_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Reading *reading = g_task_get_task_data (task);
  g_autoptr (GBytes) chunk = NULL;
  GError *error = NULL;

  chunk = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  if (!chunk) {
    g_task_return_error (task, error);
    return;
  }
  if (g_bytes_get_size (chunk) == 0) {
    finish_reading (task);
    return;
  }
  if (reading->bytes->len + g_bytes_get_size (chunk) > LIMIT) {
    g_task_return_new_error (
        task, INK_ERROR, INK_ERROR_TOO_LARGE,
        _ ("The picture is larger than %d MB. Save it as a file and drop that."), LIMIT_MEGABYTES);
    return;
  }
  g_byte_array_append (reading->bytes, g_bytes_get_data (chunk, NULL),
                       (guint)g_bytes_get_size (chunk));
  g_input_stream_read_bytes_async (reading->stream, CHUNK, G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task), chunk_read_cb,
                                   g_object_ref (task));
}

static void
stream_opened (GTask *task, GInputStream *stream, const char *mime_type, GError *error)
{
  Reading *reading = g_task_get_task_data (task);

  if (!stream) {
    g_task_return_error (task, error);
    return;
  }
  reading->stream = stream;
  reading->mime_type = g_strdup (mime_type);
  g_input_stream_read_bytes_async (stream, CHUNK, G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                                   chunk_read_cb, g_object_ref (task));
}

static void
drop_opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  const char *mime_type = NULL;
  GError *error = NULL;
  GInputStream *stream = gdk_drop_read_finish (GDK_DROP (source), result, &mime_type, &error);

  stream_opened (task, stream, mime_type, error);
}

static void
clipboard_opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  const char *mime_type = NULL;
  GError *error = NULL;
  GInputStream *stream =
      gdk_clipboard_read_finish (GDK_CLIPBOARD (source), result, &mime_type, &error);

  stream_opened (task, stream, mime_type, error);
}

/* @wanted: receives those of our types that are offered, ended by %NULL. */
static GTask *
begin_reading (gpointer source, GdkContentFormats *offered, const char *label,
               const char *wanted[static G_N_ELEMENTS (mime_types) + 1], GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (source, cancellable, callback, data);
  Reading *reading = g_new0 (Reading, 1);
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (mime_types); i++)
    if (gdk_content_formats_contain_mime_type (offered, mime_types[i]))
      wanted[n++] = mime_types[i];
  wanted[n] = NULL;
  reading->label = g_strdup (label);
  reading->bytes = g_byte_array_new ();
  g_task_set_task_data (task, reading, reading_free);
  return task;
}

void
ink_picture_source_read_drop_async (GdkDrop *drop, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer data)
{
  const char *wanted[G_N_ELEMENTS (mime_types) + 1];
  GTask *task = begin_reading (drop, gdk_drop_get_formats (drop), _ ("Dropped picture"), wanted,
                               cancellable, callback, data);

  gdk_drop_read_async (drop, wanted, G_PRIORITY_DEFAULT, cancellable, drop_opened_cb, task);
}

void
ink_picture_source_read_clipboard_async (GdkClipboard *clipboard, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer data)
{
  const char *wanted[G_N_ELEMENTS (mime_types) + 1];
  GTask *task = begin_reading (clipboard, gdk_clipboard_get_formats (clipboard),
                               _ ("Pasted picture"), wanted, cancellable, callback, data);

  gdk_clipboard_read_async (clipboard, wanted, G_PRIORITY_DEFAULT, cancellable, clipboard_opened_cb,
                            task);
}

GListModel *
ink_picture_source_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
