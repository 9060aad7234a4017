/* test-decode-exif.c: orientation and date, from well-formed and from hostile EXIF blocks. */
#include <string.h>

#include "app/decode/pictures.h"
#include "app/decode/tiff-writer.h"

static InkDecoder *decoder;

static const InkDecodeRequest request = {.square = 64, .pixels = 64};

/* A picture of 60 × 40 in quarters, as a file with @suffix. */
static GBytes *
make_file (const char *suffix)
{
  g_autoptr (VipsImage) image = picture_quarters (60, 40);
  void *bytes = NULL;
  gsize size = 0;
  if (vips_image_write_to_buffer (image, suffix, &bytes, &size, NULL) != 0)
    g_error ("%s", vips_error_buffer ());
  return g_bytes_new_take (bytes, size);
}

static InkDecoded *
decode_with_exif (GBytes *exif)
{
  g_autoptr (GBytes) plain = make_file (".jpg[Q=95]");
  g_autoptr (GBytes) file = jpeg_with_exif (plain, exif);
  g_autoptr (GError) error = NULL;
  InkDecoded *decoded = ink_decoder_decode_bytes (decoder, file, &request, NULL, &error);
  g_assert_no_error (error);
  return decoded;
}

/* ---- Orientation --------------------------------------------------------------------------- */

enum { RED = 0xff0000, GREEN = 0x00ff00, BLUE = 0x0000ff, WHITE = 0xffffff };

/* Where the four quarters must be seen, by EXIF 2.32, 4.6.4: the value names the side of the scene
 * that row 0 and column 0 of the file are. */
static const struct {
  gboolean swaps;
  guint32 quarters[4]; /* upper left, upper right, lower left, lower right */
} turned[9] = {
    [1] = {FALSE, {RED, GREEN, BLUE, WHITE}}, /* row 0 top, column 0 left */
    [2] = {FALSE, {GREEN, RED, WHITE, BLUE}}, /* top, right */
    [3] = {FALSE, {WHITE, BLUE, GREEN, RED}}, /* bottom, right */
    [4] = {FALSE, {BLUE, WHITE, RED, GREEN}}, /* bottom, left */
    [5] = {TRUE, {RED, BLUE, GREEN, WHITE}},  /* left, top */
    [6] = {TRUE, {BLUE, RED, WHITE, GREEN}},  /* right, top */
    [7] = {TRUE, {WHITE, GREEN, BLUE, RED}},  /* right, bottom */
    [8] = {TRUE, {GREEN, WHITE, RED, BLUE}},  /* left, bottom */
};

static void
expect_turned (const InkDecoded *decoded, guint orientation)
{
  guint width = turned[orientation].swaps ? 40 : 60;
  guint height = turned[orientation].swaps ? 60 : 40;

  g_assert_cmpuint (decoded->orientation, ==, orientation);
  g_assert_cmpuint (decoded->width, ==, width);
  g_assert_cmpuint (decoded->height, ==, height);
  g_assert_cmpuint (decoded->pixels_width, ==, width);
  g_assert_cmpuint (decoded->pixels_height, ==, height);
  for (guint i = 0; i < 4; i++) {
    guint x = (i % 2 == 0 ? 1 : 3) * width / 4, y = (i / 2 == 0 ? 1 : 3) * height / 4;
    guint32 seen = picture_pixel (decoded->pixels, width, x, y);
    guint32 in_square =
        picture_pixel (decoded->tiles, 64, i % 2 == 0 ? 16 : 48, i / 2 == 0 ? 16 : 48);
    g_assert_true (picture_colours_are_near (seen, turned[orientation].quarters[i], 4));
    g_assert_true (picture_colours_are_near (in_square, turned[orientation].quarters[i], 4));
  }
}

static GBytes *
make_orientation (guint orientation, gboolean big_endian)
{
  TiffEntry entry = {0x0112, TIFF_SHORT, 1, {orientation}, NULL};
  g_autoptr (TiffWriter) writer = tiff_writer_new (big_endian);
  guint32 directory = tiff_writer_add_directory (writer, &entry, 1);
  return tiff_writer_finish (writer, directory);
}

/* Each quarter alone, found in the turned picture. */
static void
expect_crops (GBytes *exif, guint orientation)
{
  g_autoptr (GBytes) plain = make_file (".jpg[Q=95]");
  g_autoptr (GBytes) file = jpeg_with_exif (plain, exif);
  guint width = turned[orientation].swaps ? 40 : 60, height = 100 - width;

  for (guint i = 0; i < 4; i++) {
    InkDecodeRequest part = {.pixels = 64,
                             .has_region = TRUE,
                             .crop = TRUE,
                             .region = {i % 2 * 0.5 + 0.1, i / 2 * 0.5 + 0.1, 0.3, 0.2}};
    g_autoptr (GError) error = NULL;
    g_autoptr (InkDecoded) decoded = ink_decoder_decode_bytes (decoder, file, &part, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (decoded->pixels_width, ==, width * 3 / 10);
    g_assert_cmpuint (decoded->pixels_height, ==, height * 2 / 10);
    guint32 seen = picture_pixel (decoded->pixels, decoded->pixels_width, 2, 2);
    g_assert_true (picture_colours_are_near (seen, turned[orientation].quarters[i], 4));
  }
}

static void
test_orientations (gconstpointer data)
{
  gboolean big_endian = GPOINTER_TO_INT (data);

  for (guint orientation = 1; orientation <= 8; orientation++) {
    g_autoptr (GBytes) exif = make_orientation (orientation, big_endian);
    g_autoptr (InkDecoded) decoded = decode_with_exif (exif);
    expect_turned (decoded, orientation);
    expect_crops (exif, orientation);
  }
}

/* Gives @image an EXIF block of its own too: without one, libvips writes none to a PNG. */
static void
set_orientation (VipsImage *image, guint orientation)
{
  g_autoptr (GBytes) tiff = make_orientation (orientation, FALSE);
  g_autofree guint8 *block = g_malloc0 (g_bytes_get_size (tiff) + 6);

  memcpy (block, "Exif", 4);
  memcpy (block + 6, g_bytes_get_data (tiff, NULL), g_bytes_get_size (tiff));
  vips_image_set_blob_copy (image, VIPS_META_EXIF_NAME, block, g_bytes_get_size (tiff) + 6);
  vips_image_set_int (image, VIPS_META_ORIENTATION, (int)orientation);
}

/* The same in the formats that libvips writes an orientation to. HEIF, AVIF and JPEG XL turn the
 * picture themselves and are not to be turned twice. */
static void
test_orientation_of_format (gconstpointer suffix)
{
  static const char *const turning[] = {".heic", ".avif", ".jxl"};
  gboolean turns_itself = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (turning); i++)
    turns_itself |= g_str_has_prefix (suffix, turning[i]);

  if (!picture_suffix_is_read (decoder, suffix)) {
    g_test_skip ("this build does not read the format");
    return;
  }
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (VipsImage) plain = picture_quarters (60, 40);
  g_autoptr (VipsImage) image = NULL;
  g_assert_cmpint (vips_copy (plain, &image, NULL), ==, 0);
  set_orientation (image, 6);
  g_autofree char *path = picture_save (image, folder, "x", suffix);
  if (path == NULL) {
    g_test_skip ("this libvips can't write the format");
    return;
  }
  g_autoptr (InkDecoded) decoded = picture_decode (decoder, path, &request);
  g_test_message ("orientation %u", decoded->orientation);
  expect_turned (decoded, turns_itself ? 1 : 6);
}

/* ---- Dates --------------------------------------------------------------------------------- */

typedef struct {
  const char *changed, *changed_offset;
  const char *original, *original_offset;
  const char *digitized;
  const char *expected;
} DateCase;

static GBytes *
make_dates (const DateCase *c, gboolean big_endian)
{
  g_autoptr (TiffWriter) writer = tiff_writer_new (big_endian);
  TiffEntry sub[4], top[2];
  guint n_sub = 0, n_top = 0;

  if (c->original != NULL)
    sub[n_sub++] = (TiffEntry){0x9003, TIFF_ASCII, .text = c->original};
  if (c->digitized != NULL)
    sub[n_sub++] = (TiffEntry){0x9004, TIFF_ASCII, .text = c->digitized};
  if (c->changed_offset != NULL)
    sub[n_sub++] = (TiffEntry){0x9010, TIFF_ASCII, .text = c->changed_offset};
  if (c->original_offset != NULL)
    sub[n_sub++] = (TiffEntry){0x9011, TIFF_ASCII, .text = c->original_offset};
  if (c->changed != NULL)
    top[n_top++] = (TiffEntry){0x0132, TIFF_ASCII, .text = c->changed};
  guint32 exif = tiff_writer_add_directory (writer, sub, n_sub);
  top[n_top++] = (TiffEntry){0x8769, TIFF_LONG, 1, {exif}, NULL};
  guint32 first = tiff_writer_add_directory (writer, top, n_top);
  return tiff_writer_finish (writer, first);
}

static void
test_dates (gconstpointer data)
{
  static const DateCase cases[] = {
      {.original = "2024:05:01 10:20:30", .expected = "2024-05-01T10:20:30"},
      {.original = "2024:05:01 10:20:30",
       .original_offset = "+05:30",
       .expected = "2024-05-01T10:20:30+05:30"},
      {.original = "2024:05:01 10:20:30",
       .original_offset = "-09:00",
       .changed = "2025:01:01 00:00:00",
       .changed_offset = "+01:00",
       .expected = "2024-05-01T10:20:30-09:00"},
      /* An offset belongs to its own date only. */
      {.original = "2024:05:01 10:20:30",
       .changed_offset = "+01:00",
       .expected = "2024-05-01T10:20:30"},
      {.changed = "2025:01:01 00:00:00",
       .changed_offset = "+01:00",
       .expected = "2025-01-01T00:00:00+01:00"},
      {.digitized = "1999:12:31 23:59:59",
       .changed = "2025:01:01 00:00:00",
       .expected = "1999-12-31T23:59:59"},
      /* What cameras write whose clock was never set. */
      {.original = "0000:00:00 00:00:00", .expected = NULL},
      {.original = "    :  :     :  :  ", .expected = NULL},
      {.original = "", .expected = NULL},
      {.original = "0000:00:00 00:00:00",
       .changed = "2020:02:29 12:00:00",
       .expected = "2020-02-29T12:00:00"},
      /* What is no date. */
      {.original = "2023:02:29 12:00:00", .expected = NULL},
      {.original = "2023:13:01 12:00:00", .expected = NULL},
      {.original = "2023:12:01 24:00:00", .expected = NULL},
      {.original = "2023-12-01 12:00:00", .expected = NULL},
      {.original = "2023:12:01 12:00:0", .expected = NULL},
      {.original = "2023:12:01 12:00:00",
       .original_offset = "+25:00",
       .expected = "2023-12-01T12:00:00"},
      {.original = "2023:12:01 12:00:00",
       .original_offset = "      ",
       .expected = "2023-12-01T12:00:00"},
      {.original = "2023:12:01 12:00:00",
       .original_offset = "nonsense, much too long for an offset",
       .expected = "2023-12-01T12:00:00"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) exif = make_dates (&cases[i], GPOINTER_TO_INT (data));
    g_autoptr (InkDecoded) decoded = decode_with_exif (exif);
    g_assert_cmpstr (decoded->taken, ==, cases[i].expected);
  }
}

/* ---- The camera ---------------------------------------------------------------------------- */

/* Settings and place as cameras write them, with a place that @north and @east turn about. */
static GBytes *
make_camera (gboolean big_endian, const char *north, const char *east)
{
  g_autoptr (TiffWriter) writer = tiff_writer_new (big_endian);
  TiffEntry place[] = {
      {1, TIFF_ASCII, .text = north}, {2, TIFF_RATIONAL, 3, {48, 1, 8, 1, 1443, 100}, NULL},
      {3, TIFF_ASCII, .text = east},  {4, TIFF_RATIONAL, 3, {11, 1, 34, 1, 3000, 100}, NULL},
      {5, TIFF_BYTE, 1, {1}, NULL},   {6, TIFF_RATIONAL, 1, {1250, 100}, NULL},
  };
  TiffEntry sub[] = {
      {0x829a, TIFF_RATIONAL, 1, {10, 2500}, NULL}, {0x829d, TIFF_RATIONAL, 1, {28, 10}, NULL},
      {0x8827, TIFF_SHORT, 1, {400}, NULL},         {0x920a, TIFF_RATIONAL, 1, {350, 10}, NULL},
      {0xa405, TIFF_SHORT, 1, {52}, NULL},          {0xa434, TIFF_ASCII, .text = "Lens 35 mm"},
  };
  guint32 places = tiff_writer_add_directory (writer, place, G_N_ELEMENTS (place));
  guint32 exif = tiff_writer_add_directory (writer, sub, G_N_ELEMENTS (sub));
  TiffEntry top[] = {
      {0x010f, TIFF_ASCII, .text = "Maker"},
      {0x0110, TIFF_ASCII, .text = "Model 7  "},
      {0x8769, TIFF_LONG, 1, {exif}, NULL},
      {0x8825, TIFF_LONG, 1, {places}, NULL},
  };
  return tiff_writer_finish (writer, tiff_writer_add_directory (writer, top, G_N_ELEMENTS (top)));
}

static void
test_camera (gconstpointer data)
{
  g_autoptr (GBytes) exif = make_camera (GPOINTER_TO_INT (data), "N", "W");
  g_autoptr (InkDecoded) decoded = decode_with_exif (exif);
  const InkCamera *camera = &decoded->camera;

  g_assert_cmpstr (camera->make, ==, "Maker");
  g_assert_cmpstr (camera->model, ==, "Model 7");
  g_assert_cmpstr (camera->lens, ==, "Lens 35 mm");
  g_assert_cmpfloat_with_epsilon (camera->exposure, 0.004, 1e-9);
  g_assert_cmpfloat_with_epsilon (camera->aperture, 2.8, 1e-9);
  g_assert_cmpfloat_with_epsilon (camera->focal_length, 35, 1e-9);
  g_assert_cmpfloat_with_epsilon (camera->focal_length_35, 52, 1e-9);
  g_assert_cmpuint (camera->iso, ==, 400);
  g_assert_true (camera->has_place);
  g_assert_cmpfloat_with_epsilon (camera->latitude, 48.137341667, 1e-8);
  g_assert_cmpfloat_with_epsilon (camera->longitude, -11.575, 1e-8);
  g_assert_true (camera->has_altitude);
  g_assert_cmpfloat_with_epsilon (camera->altitude, -12.5, 1e-9);
}

/* What cameras write for "unknown", and what nothing can mean. */
static void
test_no_camera (void)
{
  g_autoptr (TiffWriter) writer = tiff_writer_new (FALSE);
  TiffEntry sub[] = {
      {0x829a, TIFF_RATIONAL, 1, {1, 0}, NULL},          /* 1/0 of a second */
      {0x829d, TIFF_RATIONAL, 1, {0, 10}, NULL},         /* f/0 */
      {0x8827, TIFF_ASCII, .text = "fast"},              /* no number */
      {0x920a, TIFF_RATIONAL, 1, {G_MAXUINT32, 1}, NULL} /* four thousand kilometres */
  };
  guint32 exif = tiff_writer_add_directory (writer, sub, G_N_ELEMENTS (sub));
  TiffEntry top[] = {{0x010f, TIFF_ASCII, .text = "   "}, {0x8769, TIFF_LONG, 1, {exif}, NULL}};
  guint32 first = tiff_writer_add_directory (writer, top, G_N_ELEMENTS (top));
  g_autoptr (GBytes) block = tiff_writer_finish (writer, first);
  g_autoptr (InkDecoded) decoded = decode_with_exif (block);

  g_assert_null (decoded->camera.make);
  g_assert_cmpfloat (decoded->camera.exposure, ==, 0);
  g_assert_cmpfloat (decoded->camera.aperture, ==, 0);
  g_assert_cmpfloat (decoded->camera.focal_length, ==, 0);
  g_assert_cmpuint (decoded->camera.iso, ==, 0);
  g_assert_false (decoded->camera.has_place);
  g_assert_false (decoded->camera.has_altitude);

  /* A place of which one does not know on which side of the world it is, is none. */
  g_autoptr (GBytes) nowhere = make_camera (FALSE, "N", "");
  g_autoptr (InkDecoded) lost = decode_with_exif (nowhere);
  g_assert_false (lost->camera.has_place);
}

/* ---- Hostile blocks ------------------------------------------------------------------------ */

/* Any block, cut off anywhere or with any byte changed, costs at most its own facts: the picture
 * itself is decoded. */
static void
test_damaged (gconstpointer data)
{
  static const DateCase date = {.original = "2024:05:01 10:20:30",
                                .original_offset = "+05:30",
                                .changed = "2025:01:01 00:00:00"};
  g_autoptr (GBytes) dates = make_dates (&date, FALSE);
  g_autoptr (GBytes) camera = make_camera (TRUE, "S", "E");
  GBytes *exif = data != NULL ? camera : dates;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (exif, &size);
  static const guint8 replacements[] = {0x00, 0x7f, 0x80, 0xff};

  for (gsize length = 0; length < size; length += 3) {
    g_autoptr (GBytes) cut = g_bytes_new_from_bytes (exif, 0, length);
    g_autoptr (InkDecoded) decoded = decode_with_exif (cut);
    g_assert_cmpuint (decoded->width, ==, 60);
  }
  for (gsize at = 0; at < size; at++) {
    g_autofree guint8 *changed = g_memdup2 (bytes, size);
    changed[at] = replacements[at % G_N_ELEMENTS (replacements)];
    g_autoptr (GBytes) block = g_bytes_new (changed, size);
    g_autoptr (InkDecoded) decoded = decode_with_exif (block);
    g_assert_cmpuint (decoded->width, ==, 60);
  }
}

static void
test_bad_orientation (void)
{
  static const guint32 values[] = {0, 9, 0xffff};

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++) {
    g_autoptr (GBytes) exif = make_orientation (values[i], FALSE);
    g_autoptr (InkDecoded) decoded = decode_with_exif (exif);
    expect_turned (decoded, 1);
  }
}

/* A directory that names itself as the EXIF directory. */
static void
test_loop (void)
{
  g_autoptr (TiffWriter) writer = tiff_writer_new (FALSE);
  TiffEntry entries[] = {{0x0112, TIFF_SHORT, 1, {1}, NULL}, {0x8769, TIFF_LONG, 1, {8}, NULL}};
  guint32 directory = tiff_writer_add_directory (writer, entries, 2);
  g_assert_cmpuint (directory, ==, 8);
  g_autoptr (GBytes) exif = tiff_writer_finish (writer, directory);
  g_autoptr (InkDecoded) decoded = decode_with_exif (exif);
  expect_turned (decoded, 1);
}

int
main (int argc, char **argv)
{
  static const char *const suffixes[] = {".png",        ".webp[lossless]", ".tif",
                                         ".heic[Q=95]", ".avif[Q=95]",     ".jxl[lossless]"};

  g_test_init (&argc, &argv, NULL);
  pictures_init (argv[0]);
  decoder = ink_decoder_new (1);
  g_test_add_data_func ("/decode/exif/orientations/little-endian", GINT_TO_POINTER (FALSE),
                        test_orientations);
  g_test_add_data_func ("/decode/exif/orientations/big-endian", GINT_TO_POINTER (TRUE),
                        test_orientations);
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *name = g_strconcat ("/decode/exif/orientations/", suffixes[i], NULL);
    g_test_add_data_func (name, suffixes[i], test_orientation_of_format);
  }
  g_test_add_data_func ("/decode/exif/dates/little-endian", GINT_TO_POINTER (FALSE), test_dates);
  g_test_add_data_func ("/decode/exif/dates/big-endian", GINT_TO_POINTER (TRUE), test_dates);
  g_test_add_data_func ("/decode/exif/camera/little-endian", GINT_TO_POINTER (FALSE), test_camera);
  g_test_add_data_func ("/decode/exif/camera/big-endian", GINT_TO_POINTER (TRUE), test_camera);
  g_test_add_func ("/decode/exif/no-camera", test_no_camera);
  g_test_add_data_func ("/decode/exif/damaged/dates", NULL, test_damaged);
  g_test_add_data_func ("/decode/exif/damaged/camera", "camera", test_damaged);
  g_test_add_func ("/decode/exif/bad-orientation", test_bad_orientation);
  g_test_add_func ("/decode/exif/loop", test_loop);
  int result = g_test_run ();
  g_object_unref (decoder);
  return result;
}
