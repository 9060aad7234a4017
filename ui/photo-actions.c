/* photo-actions.c: what other programs do with photos. */
#include "photo-actions.h"

#define FILE_MANAGER "org.freedesktop.FileManager1"
#define FILE_MANAGER_PATH "/org/freedesktop/FileManager1"

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

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  /* Without a file manager on the bus, the folder still opens in whatever opens folders. */
  g_autoptr (GFile) folder = g_file_get_parent (g_task_get_task_data (task));
  launch (task, folder);
}

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GVariant *uris = g_object_get_data (G_OBJECT (task), "uris");
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);

  if (bus) {
    g_dbus_connection_call (bus, FILE_MANAGER, FILE_MANAGER_PATH, FILE_MANAGER, "ShowItems",
                            g_variant_new ("(@ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                            NULL, shown_cb, g_object_ref (task));
    return;
  }
  g_autoptr (GFile) folder = g_file_get_parent (g_task_get_task_data (task));
  launch (task, folder);
}

void
ink_photo_actions_show_in_files_async (GtkWidget *parent, GPtrArray *photos,
                                       GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (parent, NULL, callback, data);
  GVariantBuilder uris;

  g_variant_builder_init (&uris, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < photos->len; i++) {
    GFile *file = ink_photo_item_get_file (g_ptr_array_index (photos, i));
    g_variant_builder_add_value (&uris, g_variant_new_take_string (g_file_get_uri (file)));
  }
  g_task_set_task_data (
      task, g_object_ref (ink_photo_item_get_file (g_ptr_array_index (photos, 0))), g_object_unref);
  g_object_set_data_full (G_OBJECT (task), "uris",
                          g_variant_ref_sink (g_variant_builder_end (&uris)),
                          (GDestroyNotify)g_variant_unref);
  g_bus_get (G_BUS_TYPE_SESSION, NULL, bus_cb, task);
}

gboolean
ink_photo_actions_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ink_photo_actions_copy_paths (GtkWidget *parent, GPtrArray *photos)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < photos->len; i++) {
    g_autofree char *path =
        g_filename_display_name (ink_photo_item_get_path (g_ptr_array_index (photos, i)));
    if (i > 0)
      g_string_append_c (text, '\n');
    g_string_append (text, path);
  }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (parent), text->str);
}
