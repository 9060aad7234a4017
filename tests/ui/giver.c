/* giver.c: another program of the desktop: gives a file, or the bytes of one, by drag or clipboard.
 *
 * giver file|bytes FILE: a window "Giver" that is a drag source as a whole; a click puts the same
 * on the clipboard instead.
 */
#include <gtk/gtk.h>

static GdkContentProvider *
make_content (const char *kind, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *type = NULL;
  char *data;
  gsize size;

  if (g_str_equal (kind, "file")) {
    g_autofree char *uri = g_file_get_uri (file);
    g_autofree char *list = g_strconcat (uri, "\r\n", NULL);
    bytes = g_bytes_new (list, strlen (list));
    return gdk_content_provider_new_for_bytes ("text/uri-list", bytes);
  }
  if (!g_file_get_contents (path, &data, &size, NULL))
    g_error ("can't read %s", path);
  bytes = g_bytes_new_take (data, size);
  type = g_content_type_guess (path, g_bytes_get_data (bytes, NULL), size, NULL);
  return gdk_content_provider_new_for_bytes (type, bytes);
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
    g_error ("giver file|bytes FILE");
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
