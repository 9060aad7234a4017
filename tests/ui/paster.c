/* paster.c: another program of the desktop: writes what the clipboard offers as a type to a file.
 *
 * paster TYPE FILE
 */
#include <gtk/gtk.h>

static const char *path;

static void
spliced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM (source);
  g_autoptr (GError) error = NULL;

  if (g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, &error) < 0)
    g_error ("%s", error->message);
  g_autoptr (GBytes) bytes = g_memory_output_stream_steal_as_bytes (memory);
  if (!g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes),
                            &error))
    g_error ("%s", error->message);
  exit (0);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  GInputStream *stream = gdk_clipboard_read_finish (GDK_CLIPBOARD (source), result, NULL, &error);

  if (!stream)
    g_error ("%s", error->message);
  g_output_stream_splice_async (g_memory_output_stream_new_resizable (), stream,
                                G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, G_PRIORITY_DEFAULT, NULL,
                                spliced_cb, NULL);
}

int
main (int argc, char **argv)
{
  if (argc != 3)
    g_error ("paster TYPE FILE");
  gtk_init ();
  path = argv[2];
  gdk_clipboard_read_async (gdk_display_get_clipboard (gdk_display_get_default ()),
                            (const char *[]){argv[1], NULL}, G_PRIORITY_DEFAULT, NULL, opened_cb,
                            NULL);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}
