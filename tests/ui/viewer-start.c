/* viewer-start.c: makes the four pictures, and starts the program with them. */
#include "viewer-start.h"

#include "app/decode/tiff-writer.h"

const char *const viewer_pictures[] = {"rings-900x1200.jpg", "blobs-777x333.jpg",
                                       "checker-ball-512.png", "waves-640x480.jpg"};

static GBytes *
make_exif (void)
{
  g_autoptr (TiffWriter) writer = tiff_writer_new (TRUE);
  TiffEntry place[] = {
      {1, TIFF_ASCII, .text = "N"},
      {2, TIFF_RATIONAL, 3, {48, 1, 8, 1, 1443, 100}, NULL},
      {3, TIFF_ASCII, .text = "E"},
      {4, TIFF_RATIONAL, 3, {11, 1, 34, 1, 3000, 100}, NULL},
  };
  TiffEntry sub[] = {{0x829a, TIFF_RATIONAL, 1, {1, 250}, NULL},
                     {0x829d, TIFF_RATIONAL, 1, {28, 10}, NULL}};
  guint32 places = tiff_writer_add_directory (writer, place, G_N_ELEMENTS (place));
  guint32 exif = tiff_writer_add_directory (writer, sub, G_N_ELEMENTS (sub));
  TiffEntry top[] = {{0x010f, TIFF_ASCII, .text = "Maker"},
                     {0x0110, TIFF_ASCII, .text = "Model 7"},
                     {0x8769, TIFF_LONG, 1, {exif}, NULL},
                     {0x8825, TIFF_LONG, 1, {places}, NULL}};

  return tiff_writer_finish (writer, tiff_writer_add_directory (writer, top, G_N_ELEMENTS (top)));
}

static void
fill_pictures (const char *folder)
{
  for (guint i = 0; i < G_N_ELEMENTS (viewer_pictures); i++) {
    g_autofree char *from = g_build_filename (g_getenv ("INKLING_TEST_DATA"), "starter",
                                              "golden-images", viewer_pictures[i], NULL);
    g_autofree char *to = g_build_filename (folder, viewer_pictures[i], NULL);
    g_autoptr (GError) error = NULL;
    char *data;
    gsize size;

    g_assert_true (g_file_get_contents (from, &data, &size, &error));
    g_autoptr (GBytes) file = g_bytes_new_take (data, size);
    if (i == 0) {
      g_autoptr (GBytes) plain = g_steal_pointer (&file), exif = make_exif ();
      file = jpeg_with_exif (plain, exif);
    }
    g_file_set_contents (to, g_bytes_get_data (file, NULL), (gssize)g_bytes_get_size (file),
                         &error);
    g_assert_no_error (error);
    /* A day between one and the next, so that the grid has them in this order. */
    GDateTime *time = g_date_time_new_local (2024, 5, 20 - (int)i, 12, 0, 0);
    g_autoptr (GFile) changed = g_file_new_for_path (to);
    g_file_set_attribute_uint64 (changed, G_FILE_ATTRIBUTE_TIME_MODIFIED,
                                 (guint64)g_date_time_to_unix (time), G_FILE_QUERY_INFO_NONE, NULL,
                                 &error);
    g_assert_no_error (error);
    g_date_time_unref (time);
  }
}

GSubprocess *
viewer_start (Desktop *desktop, const char *folder, gboolean accessible)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "ui", "inkling", NULL);
  g_autofree char *library = g_build_filename (desktop_get_home (desktop), "library", NULL);
  const char *accessibility = accessible ? "GTK_A11Y=atspi" : "GTK_A11Y=none";

  fill_pictures (folder);
  GSubprocess *inkling = desktop_run (
      desktop, (const char *[]){"env", accessibility, program, "--library", library, folder, NULL});
  g_autofree char *window =
      desktop_place_window (desktop, "Inkling", 0, 0, VIEWER_WIDTH, VIEWER_HEIGHT);
  return inkling;
}
