/* photo-actions.c: what other programs do with photos. */
#include "photo-actions.h"

#include "open-portal.h"
#include "picture-content.h"

#define FILE_MANAGER "org.freedesktop.FileManager1"
#define FILE_MANAGER_PATH "/org/freedesktop/FileManager1"

/* ---- The program that the user has set ----------------------------------------------------- */

static void
launched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_app_info_launch_default_for_uri_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
launch (GTask *task, GFile *file)
{
  GtkWidget *parent = g_task_get_source_object (task);
  g_autoptr (GdkAppLaunchContext) context =
      gdk_display_get_app_launch_context (gtk_widget_get_display (parent));
  g_autofree char *uri = g_file_get_uri (file);

  g_app_info_launch_default_for_uri_async (uri, G_APP_LAUNCH_CONTEXT (context), NULL, launched_cb,
                                           g_object_ref (task));
}

void
ink_photo_actions_launch_async (GtkWidget *parent, InkPhotoItem *photo,
                                GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (parent, NULL, callback, data);

  launch (task, ink_photo_item_get_file (photo));
}

/* ---- The file manager ---------------------------------------------------------------------- */

/* What it is asked for. */
typedef struct {
  const char *method; /* of the file manager */
  GVariant *uris;
  GFile *file;   /* the first */
  GFile *folder; /* nullable: opened where there is no file manager on the bus */
} Errand;

static void
errand_free (gpointer data)
{
  Errand *errand = data;

  g_variant_unref (errand->uris);
  g_object_unref (errand->file);
  g_clear_object (&errand->folder);
  g_free (errand);
}

/* Without a file manager on the bus, the folder still opens in whatever opens folders.
 * @error: (transfer full) */
static void
do_without (GTask *task, GError *error)
{
  Errand *errand = g_task_get_task_data (task);

  if (!errand->folder) {
    g_task_return_error (task, error);
    return;
  }
  g_error_free (error);
  launch (task, errand->folder);
}

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  g_dbus_error_strip_remote_error (error);
  do_without (task, error);
}

static void
portal_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (ink_open_portal_open_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Errand *errand = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus && ink_open_portal_is_needed ())
    ink_open_portal_open_async (bus, errand->file, INK_OPEN_DIRECTORY, portal_cb,
                                g_object_ref (task));
  else if (bus)
    g_dbus_connection_call (bus, FILE_MANAGER, FILE_MANAGER_PATH, FILE_MANAGER, errand->method,
                            g_variant_new ("(@ass)", errand->uris, ""), NULL,
                            G_DBUS_CALL_FLAGS_NONE, -1, NULL, shown_cb, g_object_ref (task));
  else
    do_without (task, error);
}

/* @method: of the file manager; a constant */
static void
ask_file_manager (GtkWidget *parent, GPtrArray *files, const char *method, gboolean or_folder,
                  GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (parent, NULL, callback, data);
  Errand *errand = g_new0 (Errand, 1);
  GVariantBuilder uris;

  g_variant_builder_init (&uris, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < files->len; i++)
    g_variant_builder_add_value (&uris,
                                 g_variant_new_take_string (g_file_get_uri (files->pdata[i])));
  errand->method = method;
  errand->file = g_object_ref (files->pdata[0]);
  errand->uris = g_variant_ref_sink (g_variant_builder_end (&uris));
  if (or_folder)
    errand->folder = g_file_get_parent (files->pdata[0]);
  g_task_set_task_data (task, errand, errand_free);
  g_bus_get (G_BUS_TYPE_SESSION, NULL, bus_cb, task);
}

/* Returns: (transfer container): their files */
static GPtrArray *
files_of (GPtrArray *photos)
{
  GPtrArray *files = g_ptr_array_sized_new (photos->len);

  for (guint i = 0; i < photos->len; i++)
    g_ptr_array_add (files, ink_photo_item_get_file (photos->pdata[i]));
  return files;
}

void
ink_photo_actions_show_in_files_async (GtkWidget *parent, GPtrArray *photos,
                                       GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GPtrArray) files = files_of (photos);

  ask_file_manager (parent, files, "ShowItems", TRUE, callback, data);
}

void
ink_photo_actions_show_file_async (GtkWidget *parent, GFile *file, GAsyncReadyCallback callback,
                                   gpointer data)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new ();

  g_ptr_array_add (files, file);
  ask_file_manager (parent, files, "ShowItems", TRUE, callback, data);
}

void
ink_photo_actions_show_properties_async (GtkWidget *parent, GPtrArray *photos,
                                         GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GPtrArray) files = files_of (photos);

  ask_file_manager (parent, files, "ShowItemProperties", FALSE, callback, data);
}

/* ---- A program of one's choice ------------------------------------------------------------- */

static void
program_chosen_cb (GtkDialog *dialog, int response, gpointer data)
{
  g_autoptr (GTask) task = data;
  GPtrArray *photos = g_task_get_task_data (task);
  GtkWidget *parent = g_task_get_source_object (task);
  g_autoptr (GAppInfo) program = gtk_app_chooser_get_app_info (GTK_APP_CHOOSER (dialog));
  g_autoptr (GdkAppLaunchContext) context =
      gdk_display_get_app_launch_context (gtk_widget_get_display (parent));
  g_autolist (GFile) files = NULL;
  GError *error = NULL;

  gtk_window_destroy (GTK_WINDOW (dialog));
  if (response != GTK_RESPONSE_OK || !program) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  for (guint i = photos->len; i-- > 0;)
    files = g_list_prepend (files,
                            g_object_ref (ink_photo_item_get_file (g_ptr_array_index (photos, i))));
  if (g_app_info_launch (program, files, G_APP_LAUNCH_CONTEXT (context), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
type_known_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  GtkWidget *parent = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  if (!info) {
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }
  const char *type =
      g_file_info_get_attribute_string (info, G_FILE_ATTRIBUTE_STANDARD_FAST_CONTENT_TYPE);
  GtkWidget *dialog = gtk_app_chooser_dialog_new_for_content_type (
      GTK_WINDOW (parent), GTK_DIALOG_MODAL, type ? type : "image/jpeg");
  g_signal_connect (dialog, "response", G_CALLBACK (program_chosen_cb), task);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
portal_bus_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GPtrArray *photos = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus)
    ink_open_portal_open_async (bus, ink_photo_item_get_file (photos->pdata[0]), INK_OPEN_WITH,
                                portal_cb, g_object_ref (task));
  else
    g_task_return_error (task, error);
}

/* The portal takes one file at a time. */
void
ink_photo_actions_open_with_async (GtkWidget *parent, GPtrArray *photos,
                                   GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (parent, NULL, callback, data);

  g_task_set_task_data (task, g_ptr_array_ref (photos), (GDestroyNotify)g_ptr_array_unref);
  if (ink_open_portal_is_needed ()) {
    g_bus_get (G_BUS_TYPE_SESSION, NULL, portal_bus_cb, task);
    return;
  }
  g_file_query_info_async (ink_photo_item_get_file (g_ptr_array_index (photos, 0)),
                           G_FILE_ATTRIBUTE_STANDARD_FAST_CONTENT_TYPE, G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT, NULL, type_known_cb, task);
}

gboolean
ink_photo_actions_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- The clipboard ------------------------------------------------------------------------- */

void
ink_photo_actions_copy (GtkWidget *parent, InkLibrary *library, GPtrArray *photos)
{
  g_autoptr (GdkContentProvider) content = ink_picture_content_new (library, photos);

  gdk_clipboard_set_content (gtk_widget_get_clipboard (parent), content);
}

void
ink_photo_actions_copy_paths (GtkWidget *parent, const GPtrArray *folders, GPtrArray *photos)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < photos->len; i++) {
    g_autofree char *path = ink_folders_get_true_path (
        folders, ink_photo_item_get_path (g_ptr_array_index (photos, i)));
    if (i > 0)
      g_string_append_c (text, '\n');
    g_string_append (text, path);
  }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (parent), text->str);
}
