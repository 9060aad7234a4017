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

/* Behind the list of addresses. */
#define FIRST_PICTURE_TYPE 1

typedef struct {
  char *label;
  char *mime_type;
  char *note; /* nullable: what was left out */
  GByteArray *bytes;
  GListModel *pictures; /* nullable: of a list of files … */
  guint checked;        /* … so many of which are no folder */
  GInputStream *stream;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->label);
  g_free (reading->mime_type);
  g_free (reading->note);
  g_byte_array_unref (reading->bytes);
  g_clear_object (&reading->pictures);
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

/* Whether its name says that it is no picture; what has no telling name is for the decoder. */
static gboolean
is_something_else (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);
  gboolean uncertain;
  g_autofree char *type = g_content_type_guess (name, NULL, 0, &uncertain);

  return !uncertain && !g_content_type_is_unknown (type) && !g_content_type_is_a (type, "image/*");
}

static char *
describe_left_out (guint others, guint too_many)
{
  if (others > 0)
    return g_strdup_printf (ngettext ("%u file is no picture and was left out.",
                                      "%u files are no pictures and were left out.", others),
                            others);
  if (too_many > 0)
    /* Translators: pictures to search by; the number is always larger than one. */
    return g_strdup_printf (ngettext ("More than %u picture says less: the others were left out.",
                                      "More than %u pictures say less: the others were left out.",
                                      MAX_FILES),
                            MAX_FILES);
  return NULL;
}

/* @remote: (out): some are not on this computer: what a browser has of a picture's address
 * @note: (out) (nullable): what was left out */
static GListModel *
pictures_from_files (GPtrArray *files, gboolean *remote, char **note)
{
  GListStore *pictures = g_list_store_new (INK_TYPE_PICTURE_QUERY);
  guint others = 0, too_many = 0;

  *remote = FALSE;
  for (guint i = 0; i < files->len; i++) {
    GFile *file = g_ptr_array_index (files, i);

    if (!g_file_peek_path (file)) {
      *remote = TRUE;
    } else if (is_something_else (file)) {
      others++;
    } else if (g_list_model_get_n_items (G_LIST_MODEL (pictures)) >= MAX_FILES) {
      too_many++;
    } else {
      g_autoptr (InkPictureQuery) picture = ink_picture_query_new_for_file (file, -1);
      g_list_store_append (pictures, picture);
    }
  }
  *note = describe_left_out (others, too_many);
  return G_LIST_MODEL (pictures);
}

GListModel *
ink_picture_source_take_files (GPtrArray *files, char **note)
{
  gboolean remote;

  return pictures_from_files (files, &remote, note);
}

static GListModel *
pictures_from_uris (const char *text, gboolean *remote, char **note)
{
  g_auto (GStrv) uris = g_uri_list_extract_uris (text);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; uris[i]; i++)
    g_ptr_array_add (files, g_file_new_for_uri (uris[i]));
  return pictures_from_files (files, remote, note);
}

static GListModel *
pictures_from_bytes (Reading *reading)
{
  GListStore *pictures = g_list_store_new (INK_TYPE_PICTURE_QUERY);
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (g_steal_pointer (&reading->bytes));
  g_autoptr (InkPictureQuery) picture = ink_picture_query_new_for_bytes (bytes, reading->label);

  reading->bytes = g_byte_array_new ();
  g_list_store_append (pictures, picture);
  return G_LIST_MODEL (pictures);
}

static void check_next (GTask *task);

static void
type_known_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, NULL);

  if (info && g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY) {
    g_autofree char *path = g_file_get_path (G_FILE (source));
    g_autofree char *name = g_filename_display_basename (path);
    g_task_return_new_error (task, INK_ERROR, INK_ERROR_UNSUPPORTED,
                             /* Translators: answer to a folder that was dropped on the window. */
                             _ ("“%s” is a folder. Add it from the menu to find its photos."),
                             name);
    return;
  }
  check_next (task);
}

/* The answer to a list of files: the pictures, unless what seemed one is a folder. */
static void
check_next (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);
  g_autoptr (InkPictureQuery) next = g_list_model_get_item (reading->pictures, reading->checked++);

  if (!next) {
    g_task_return_pointer (task, g_steal_pointer (&reading->pictures), g_object_unref);
    return;
  }
  g_file_query_info_async (ink_picture_query_get_file (next), G_FILE_ATTRIBUTE_STANDARD_TYPE,
                           G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT,
                           g_task_get_cancellable (task), type_known_cb, g_object_ref (task));
}

static gboolean read_offer (GTask *task, guint first);

static void
finish_uris (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);
  g_autofree char *note = NULL;
  gboolean remote;

  g_byte_array_append (reading->bytes, (const guint8 *)"", 1);
  g_autoptr (GListModel) pictures =
      pictures_from_uris ((const char *)reading->bytes->data, &remote, &note);
  if (g_list_model_get_n_items (pictures) > 0) {
    reading->note = g_steal_pointer (&note);
    reading->pictures = g_steal_pointer (&pictures);
    check_next (task);
    return;
  }
  /* A browser gives the address of a picture, and the picture itself. */
  if (remote && read_offer (task, FIRST_PICTURE_TYPE))
    return;
  if (remote)
    g_task_return_new_error (task, INK_ERROR, INK_ERROR_NOT_FOUND,
                             _ ("The picture is not on this computer. Save it and drop the file."));
  else
    g_task_return_new_error (task, INK_ERROR, INK_ERROR_UNSUPPORTED,
                             _ ("Only pictures can be searched by."));
}

static void
finish_reading (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);

  if (g_str_equal (reading->mime_type, URI_LIST))
    finish_uris (task);
  else if (reading->bytes->len > 0)
    g_task_return_pointer (task, pictures_from_bytes (reading), g_object_unref);
  else
    g_task_return_new_error (task, INK_ERROR, INK_ERROR_EMPTY, _ ("There is no picture in it."));
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
  g_set_object (&reading->stream, stream);
  g_object_unref (stream);
  g_free (reading->mime_type);
  reading->mime_type = g_strdup (mime_type);
  g_byte_array_set_size (reading->bytes, 0);
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

/* Asks for those of our types, from @first on, that the task's drop or clipboard offers.
 * Returns: whether there are any */
static gboolean
read_offer (GTask *task, guint first)
{
  gpointer source = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GdkContentFormats *offered =
      GDK_IS_DROP (source) ? gdk_drop_get_formats (source) : gdk_clipboard_get_formats (source);
  const char *wanted[G_N_ELEMENTS (mime_types) + 1];
  guint n = 0;

  for (guint i = first; i < G_N_ELEMENTS (mime_types); i++)
    if (gdk_content_formats_contain_mime_type (offered, mime_types[i]))
      wanted[n++] = mime_types[i];
  wanted[n] = NULL;
  if (n == 0)
    return FALSE;
  if (GDK_IS_DROP (source))
    gdk_drop_read_async (source, wanted, G_PRIORITY_DEFAULT, cancellable, drop_opened_cb,
                         g_object_ref (task));
  else
    gdk_clipboard_read_async (source, wanted, G_PRIORITY_DEFAULT, cancellable, clipboard_opened_cb,
                              g_object_ref (task));
  return TRUE;
}

static void
begin_reading (gpointer source, const char *label, GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, data);
  Reading *reading = g_new0 (Reading, 1);

  reading->label = g_strdup (label);
  reading->bytes = g_byte_array_new ();
  g_task_set_task_data (task, reading, reading_free);
  if (!read_offer (task, 0))
    g_task_return_new_error (task, INK_ERROR, INK_ERROR_EMPTY, _ ("There is no picture in it."));
}

void
ink_picture_source_read_drop_async (GdkDrop *drop, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer data)
{
  begin_reading (drop, _ ("Dropped picture"), cancellable, callback, data);
}

void
ink_picture_source_read_clipboard_async (GdkClipboard *clipboard, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer data)
{
  begin_reading (clipboard, _ ("Pasted picture"), cancellable, callback, data);
}

GListModel *
ink_picture_source_read_finish (GAsyncResult *result, char **note, GError **error)
{
  Reading *reading = g_task_get_task_data (G_TASK (result));

  *note = g_steal_pointer (&reading->note);
  return g_task_propagate_pointer (G_TASK (result), error);
}
