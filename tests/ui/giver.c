/* giver.c: another program of the desktop: gives a file, or the bytes of one, by drag or clipboard.
 *
 * giver file|files|mixed|web|bytes FILE: a window "Giver" that is a drag source as a whole; a click
 * puts the same on the clipboard instead. "files" is the file 300 times; "mixed" the file and the
 * folder that it is in; "web" what a browser gives of a picture: an address that is not on this
 * computer, and the bytes.
 */
#include <gtk/gtk.h>

/* The file's address, so many times, then that of @other. @other: (nullable) */
static GdkContentProvider *
make_list (GFile *file, guint times, GFile *other)
{
  g_autofree char *uri = g_file_get_uri (file);
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < times; i++)
    g_string_append_printf (list, "%s\r\n", uri);
  g_autofree char *last = other ? g_file_get_uri (other) : NULL;
  if (last)
    g_string_append_printf (list, "%s\r\n", last);
  g_autoptr (GBytes) bytes = g_bytes_new (list->str, list->len);
  return gdk_content_provider_new_for_bytes ("text/uri-list", bytes);
}

static GdkContentProvider *
make_content (const char *kind, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *type = NULL;
  char *data;
  gsize size;

  if (g_str_equal (kind, "file") || g_str_equal (kind, "files"))
    return make_list (file, g_str_equal (kind, "file") ? 1 : 300, NULL);
  if (g_str_equal (kind, "mixed")) {
    g_autoptr (GFile) folder = g_file_get_parent (file);
    return make_list (file, 1, folder);
  }
  if (!g_file_get_contents (path, &data, &size, NULL))
    g_error ("can't read %s", path);
  bytes = g_bytes_new_take (data, size);
  type = g_content_type_guess (path, g_bytes_get_data (bytes, NULL), size, NULL);
  GdkContentProvider *picture = gdk_content_provider_new_for_bytes (type, bytes);
  if (!g_str_equal (kind, "web"))
    return picture;
  g_autoptr (GFile) address = g_file_new_for_uri ("https://example.org/picture.png");
  return gdk_content_provider_new_union (
      (GdkContentProvider *[]){make_list (address, 1, NULL), picture}, 2);
}

static void
clicked_cb (GtkGestureClick *gesture, int n_press, double x, double y, GdkContentProvider *content)
{
  GtkWidget *widget = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));

  gdk_clipboard_set_content (gtk_widget_get_clipboard (widget), content);
}

int
main (int argc, char **argv)
{
  if (argc != 3)
    g_error ("giver file|files|mixed|web|bytes FILE");
  gtk_init ();

  GtkWidget *window = gtk_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GdkContentProvider *content = make_content (argv[1], argv[2]);
  GtkDragSource *drag = gtk_drag_source_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_drag_source_set_content (drag, content);
  g_signal_connect (click, "released", G_CALLBACK (clicked_cb), content);
  gtk_widget_add_controller (box, GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (box, GTK_EVENT_CONTROLLER (click));
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), "Giver");
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), 200, 200);
  gtk_window_present (GTK_WINDOW (window));
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}
