/* taker.c: another program of the desktop: takes files that are dropped on it.
 *
 * A window "Taker" whose label says how many files came last, and their names in their order.
 */
#include <gtk/gtk.h>

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, GtkLabel *label)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_printf (text, "%u files:", g_slist_length (files));
  for (const GSList *file = files; file; file = file->next) {
    g_autofree char *name = g_file_get_basename (file->data);
    g_string_append_printf (text, " %s", name);
  }
  gtk_label_set_label (label, text->str);
  return TRUE;
}

int
main (int argc, char **argv)
{
  gtk_init ();

  GtkWidget *window = gtk_window_new ();
  GtkWidget *label = gtk_label_new ("nothing yet");
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), label);
  gtk_widget_add_controller (window, GTK_EVENT_CONTROLLER (target));
  gtk_window_set_child (GTK_WINDOW (window), label);
  gtk_window_set_title (GTK_WINDOW (window), "Taker");
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), 200, 200);
  gtk_window_present (GTK_WINDOW (window));
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}
