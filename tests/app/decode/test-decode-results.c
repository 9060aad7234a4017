/* test-decode-results.c: what one decode gives: squares, regions, thumbnails, pixels, the
 * perceptual hash and the content key. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/decode/pictures.h"
#include "base/error.h"
#include "decode/content-key.h"

static InkDecoder *decoder;
static TestFolder *folder;

static InkDecoded *
save_and_decode (VipsImage *image, const char *suffix, const InkDecodeRequest *request)
{
  g_autofree char *path = picture_save (image, folder, "picture", suffix);
  g_assert_nonnull (path);
  return picture_decode (decoder, path, request);
}

/* ---- Squares ------------------------------------------------------------------------------- */

static void
compare_squares (GBytes *a, GBytes *b, int *worst, double *mean)
{
  gsize size = g_bytes_get_size (a);
  const guint8 *x = g_bytes_get_data (a, NULL), *y = g_bytes_get_data (b, NULL);
  double sum = 0;

  g_assert_cmpuint (g_bytes_get_size (b), ==, size);
  *worst = 0;
  for (gsize i = 0; i < size; i++) {
    int difference = abs ((int)x[i] - (int)y[i]);
    *worst = MAX (*worst, difference);
    sum += difference;
  }
  *mean = sum / (double)size;
}

/* The tiles that each view makes of a picture of 2:1, by the colours of their upper corners. */
static void
test_views (void)
{
  static const struct {
    ClipView view;
    guint n, width, height;
    const char *corners; /* left or right upper quarter of the picture, twice a tile */
  } views[] = {{CLIP_VIEW_CENTRE, 1, 224, 224, "LR"},
               {CLIP_VIEW_SQUARES, 3, 224, 224, "LRLLRR"},
               {CLIP_VIEW_WHOLE, 1, 320, 160, "LR"}};
  g_autoptr (VipsImage) image = picture_quarters (640, 320);

  for (guint i = 0; i < G_N_ELEMENTS (views); i++) {
    InkDecodeRequest request = {.square = 224, .view = views[i].view, .full = TRUE};
    g_autoptr (InkDecoded) decoded = save_and_decode (image, ".png", &request);
    guint width = views[i].width, height = views[i].height;
    guint32 left = picture_pixel (decoded->tiles, width, 10, 10);
    ClipPicture tiles[CLIP_TILES_MAX];

    g_assert_cmpuint (ink_decoded_list_tiles (decoded, tiles), ==, views[i].n);
    g_assert_cmpuint (g_bytes_get_size (decoded->tiles), ==,
                      (gsize)3 * views[i].n * width * height);
    for (guint k = 0; k < views[i].n; k++) {
      g_assert_cmpuint (tiles[k].width, ==, width);
      g_assert_cmpuint (tiles[k].height, ==, height);
      for (guint side = 0; side < 2; side++) {
        guint32 colour =
            picture_pixel (decoded->tiles, width, side ? width - 10 : 10, k * height + 10);
        g_assert_true ((colour == left) == (views[i].corners[2 * k + side] == 'L'));
      }
    }
  }
}

/* A large picture is decoded reduced unless all of it is asked for, and that hardly shows: three
 * levels at the most for a picture of natural smoothness, and a quarter of a level on average. */
static void
test_reduced (gconstpointer suffix)
{
  InkDecodeRequest fast = {.square = 64}, full = {.square = 64, .full = TRUE};
  g_autoptr (VipsImage) image = picture_waves (1600, 1203, 1);
  g_autoptr (InkDecoded) a = save_and_decode (image, suffix, &fast);
  g_autoptr (InkDecoded) b = save_and_decode (image, suffix, &full);
  int worst;
  double mean;

  compare_squares (a->tiles, b->tiles, &worst, &mean);
  g_test_message ("%s: largest difference %d, mean %.3f", (const char *)suffix, worst, mean);
  g_assert_cmpint (worst, <=, 3);
  g_assert_cmpfloat (mean, <=, 0.25);
  /* The size is that of the file at any rate. */
  g_assert_cmpuint (a->width, ==, 1600);
  g_assert_cmpuint (a->height, ==, 1203);
  g_assert_cmpuint (b->width, ==, 1600);
}

/* A picture of less than three times the square is never reduced: the result is the same byte for
 * byte. */
static void
test_not_reduced (void)
{
  InkDecodeRequest fast = {.square = 200}, full = {.square = 200, .full = TRUE};
  g_autoptr (VipsImage) image = picture_noise (900, 700);
  g_autoptr (InkDecoded) a = save_and_decode (image, ".jpg[Q=90]", &fast);
  g_autoptr (InkDecoded) b = save_and_decode (image, ".jpg[Q=90]", &full);
  g_assert_true (g_bytes_equal (a->tiles, b->tiles));
}

static void
test_region (void)
{
  static const guint32 colours[] = {0xff0000, 0x00ff00, 0x0000ff, 0xffffff};
  g_autoptr (VipsImage) image = picture_quarters (400, 300);

  for (guint i = 0; i < 4; i++) {
    InkDecodeRequest request = {
        .square = 32,
        .has_region = TRUE,
        .region = {i % 2 * 0.5 + 0.1, i / 2 * 0.5 + 0.1, 0.3, 0.3},
    };
    g_autoptr (InkDecoded) decoded = save_and_decode (image, ".png", &request);
    for (guint at = 0; at < 32 * 32; at++)
      g_assert_cmphex (picture_pixel (decoded->tiles, 32, at % 32, at / 32), ==, colours[i]);
    g_assert_cmpuint (decoded->width, ==, 400);
  }
}

/* A part of a large picture is the same as that part of all of it, whether it is decoded reduced or
 * not. */
static void
test_crop (gconstpointer suffix)
{
  g_autoptr (VipsImage) image = picture_waves (1600, 1200, 3);
  g_autofree char *path = picture_save (image, folder, "crop", suffix);
  static const guint sizes[] = {800, 200, 50};
  InkDecodeRequest all = {.pixels = 1600};
  g_autoptr (InkDecoded) whole = picture_decode (decoder, path, &all);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    InkDecodeRequest request = {
        .pixels = sizes[i], .has_region = TRUE, .crop = TRUE, .region = {0.25, 0.5, 0.5, 0.25}};
    g_autoptr (InkDecoded) part = picture_decode (decoder, path, &request);
    guint step = 800 / sizes[i];

    g_assert_cmpuint (part->width, ==, 1600);
    g_assert_cmpuint (part->height, ==, 1200);
    g_assert_cmpuint (part->pixels_width, ==, sizes[i]);
    g_assert_cmpuint (part->pixels_height, ==, (sizes[i] * 3 + 4) / 8);
    for (guint y = 1; y + 1 < part->pixels_height; y += 7)
      for (guint x = 1; x + 1 < part->pixels_width; x += 7) {
        guint32 a = picture_pixel (part->pixels, part->pixels_width, x, y);
        guint32 b = picture_pixel (whole->pixels, 1600, 400 + x * step + step / 2,
                                   600 + y * step + step / 2);
        g_assert_true (picture_colours_are_near (a, b, 12));
      }
  }
}

/* A region without area or beyond the edge means the nearest pixels. */
static void
test_region_limits (void)
{
  static const double regions[][4] = {
      {0, 0, 0, 0}, {1, 1, 1, 1}, {0.9, 0.9, 1, 1}, {0, 0, 1, 1}, {0.5, 0.5, 0, 1}};
  g_autoptr (VipsImage) image = picture_quarters (40, 30);

  for (gsize i = 0; i < G_N_ELEMENTS (regions); i++) {
    InkDecodeRequest request = {.square = 16, .has_region = TRUE};
    memcpy (request.region, regions[i], sizeof request.region);
    g_autoptr (InkDecoded) decoded = save_and_decode (image, ".png", &request);
    g_assert_cmpuint (g_bytes_get_size (decoded->tiles), ==, 3 * 16 * 16);
  }
}

static void
test_senseless_requests (void)
{
  static const InkDecodeRequest requests[] = {
      {.square = G_MAXUINT},
      {.thumbnail = 100000},
      {.pixels = G_MAXINT32},
      {.square = 8, .has_region = TRUE, .region = {-0.1, 0, 1, 1}},
      {.square = 8, .has_region = TRUE, .region = {0, 0, 1e300, 1}},
      {.square = 8, .has_region = TRUE, .region = {0, 0.0 / 0.0, 1, 1}},
  };
  g_autoptr (VipsImage) image = picture_quarters (40, 30);
  g_autofree char *path = picture_save (image, folder, "picture", ".png");

  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (ink_decoder_decode_file (decoder, path, &requests[i], NULL, &error));
    g_assert_error (error, INK_ERROR, INK_ERROR_USAGE);
  }
}

/* ---- Sizes --------------------------------------------------------------------------------- */

static void
test_never_enlarged (void)
{
  InkDecodeRequest request = {.pixels = 500, .thumbnail = 256};
  g_autoptr (VipsImage) image = picture_quarters (40, 30);
  g_autoptr (InkDecoded) decoded = save_and_decode (image, ".png", &request);

  g_assert_cmpuint (decoded->pixels_width, ==, 40);
  g_assert_cmpuint (decoded->pixels_height, ==, 30);
  g_autoptr (InkDecoded) thumbnail =
      ink_decoder_decode_bytes (decoder, decoded->thumbnail, &request, NULL, NULL);
  g_assert_cmpuint (thumbnail->width, ==, 40);
  g_assert_cmpuint (thumbnail->height, ==, 30);
}

/* Strips one pixel wide, and a single pixel. */
static void
test_extreme_shapes (void)
{
  static const guint sizes[][2] = {{1, 30000}, {30000, 1}, {1, 1}, {2, 5000}, {3, 7}};
  InkDecodeRequest request = {.square = 64, .thumbnail = 256, .pixels = 512};

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    guint width = sizes[i][0], height = sizes[i][1];
    g_autoptr (VipsImage) image = picture_waves (width, height, 3);
    g_autoptr (InkDecoded) decoded = save_and_decode (image, ".png", &request);
    g_assert_cmpuint (decoded->width, ==, width);
    g_assert_cmpuint (decoded->height, ==, height);
    g_assert_cmpuint (decoded->pixels_width, <=, 512);
    g_assert_cmpuint (decoded->pixels_height, <=, 512);
    g_assert_cmpuint (g_bytes_get_size (decoded->tiles), ==, 3 * 64 * 64);
    g_assert_nonnull (decoded->thumbnail);
  }
}

/* ---- Thumbnails ---------------------------------------------------------------------------- */

static void
expect_thumbnail (VipsImage *image, guint side, gsize most)
{
  InkDecodeRequest request = {.thumbnail = side};
  g_autoptr (InkDecoded) decoded = save_and_decode (image, ".png", &request);
  gsize size = g_bytes_get_size (decoded->thumbnail);
  g_test_message ("thumbnail of %u: %" G_GSIZE_FORMAT " bytes", side, size);
  g_assert_cmpuint (size, <=, most);

  InkDecodeRequest again = {.pixels = 4096};
  g_autoptr (GError) error = NULL;
  g_autoptr (InkDecoded) thumbnail =
      ink_decoder_decode_bytes (decoder, decoded->thumbnail, &again, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (MAX (thumbnail->width, thumbnail->height), ==, side);
  g_assert_true (picture_colours_are_near (thumbnail->colour, decoded->colour, 8));
}

static void
test_thumbnails (void)
{
  g_autoptr (VipsImage) waves = picture_waves (1200, 900, 2);
  g_autoptr (VipsImage) portrait = picture_waves (700, 1100, 2);
  g_autoptr (VipsImage) noise = picture_noise (1024, 1024);
  g_autoptr (VipsImage) small_noise = picture_noise (256, 256);

  expect_thumbnail (waves, 256, 15000);
  expect_thumbnail (portrait, 256, 15000);
  expect_thumbnail (noise, 256, 15000);
  expect_thumbnail (small_noise, 256, 15000);
  expect_thumbnail (noise, 512, 60000);
  expect_thumbnail (waves, 64, 15000);
}

/* A thumbnail tells nothing but what is seen: no date, place or profile of the photo. */
static void
test_thumbnail_is_bare (void)
{
  InkDecodeRequest request = {.thumbnail = 256};
  g_autoptr (VipsImage) plain = picture_waves (400, 300, 2);
  g_autoptr (VipsImage) image = NULL;
  g_assert_cmpint (vips_copy (plain, &image, NULL), ==, 0);
  vips_image_set_string (image, "exif-ifd0-Artist", "Somebody (Somebody, ASCII, 9 components)");
  g_autofree char *path = picture_save (image, folder, "picture", ".jpg");
  g_autofree char *source = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (path, &source, &length, NULL));
  g_assert_nonnull (memmem (source, length, "Somebody", 8));

  g_autoptr (InkDecoded) decoded = picture_decode (decoder, path, &request);
  gsize size;
  gconstpointer bytes = g_bytes_get_data (decoded->thumbnail, &size);
  g_assert_null (memmem (bytes, size, "Exif", 4));
  g_assert_null (memmem (bytes, size, "Somebody", 8));
}

/* ---- Perceptual hash ----------------------------------------------------------------------- */

static guint
distance (guint64 a, guint64 b)
{
  return (guint)__builtin_popcountll (a ^ b);
}

static guint64
hash_of (VipsImage *image, const char *suffix)
{
  InkDecodeRequest request = {.square = 64};
  g_autoptr (InkDecoded) decoded = save_and_decode (image, suffix, &request);
  return decoded->phash;
}

/* The same picture, smaller, lower in quality or brighter, stays within a few bits; another
 * picture is far from it (32 bits on average). */
static void
test_phash (void)
{
  guint64 hashes[6];

  for (guint seed = 0; seed < 6; seed++) {
    g_autoptr (VipsImage) image = picture_waves (1200, 900, seed);
    g_autoptr (VipsImage) smaller = NULL;
    g_autoptr (VipsImage) brighter = NULL;
    g_assert_cmpint (vips_resize (image, &smaller, 0.31, NULL), ==, 0);
    g_assert_cmpint (vips_linear1 (image, &brighter, 0.9, 20, "uchar", TRUE, NULL), ==, 0);
    hashes[seed] = hash_of (image, ".png");
    guint from_jpeg = distance (hashes[seed], hash_of (image, ".jpg[Q=30]"));
    guint from_smaller = distance (hashes[seed], hash_of (smaller, ".jpg[Q=70]"));
    guint from_brighter = distance (hashes[seed], hash_of (brighter, ".webp[Q=60]"));
    g_test_message ("%016" G_GINT64_MODIFIER "x: %u, %u, %u bits", hashes[seed], from_jpeg,
                    from_smaller, from_brighter);
    g_assert_cmpuint (from_jpeg, <=, 4);
    g_assert_cmpuint (from_smaller, <=, 4);
    g_assert_cmpuint (from_brighter, <=, 4);
    for (guint other = 0; other < seed; other++)
      g_assert_cmpuint (distance (hashes[seed], hashes[other]), >=, 12);
  }
}

static void
test_phash_of_nothing (void)
{
  g_autoptr (VipsImage) black = NULL;
  g_assert_cmpint (vips_black (&black, 300, 200, "bands", 3, NULL), ==, 0);
  g_assert_cmphex (hash_of (black, ".png"), ==, 0);
}

/* ---- Content key --------------------------------------------------------------------------- */

static void
expect_key (const char *path, const guint8 key[INK_CONTENT_KEY_SIZE])
{
  InkDecodeRequest request = {.square = 16};
  g_autoptr (InkDecoded) decoded = picture_decode (decoder, path, &request);
  g_assert_cmpmem (decoded->content_key, INK_CONTENT_KEY_SIZE, key, INK_CONTENT_KEY_SIZE);
}

/* What xxh128sum prints for an empty file. */
static void
test_key_vector (void)
{
  static const guint8 expected[INK_CONTENT_KEY_SIZE] = {0x99, 0xaa, 0x06, 0xd3, 0x01, 0x47,
                                                        0x98, 0xd8, 0x60, 0x01, 0xc3, 0x24,
                                                        0x46, 0x8d, 0x49, 0x7f};
  guint8 key[INK_CONTENT_KEY_SIZE];
  ink_content_key_for_bytes ((const guint8 *)"", 0, key);
  g_assert_cmpmem (key, sizeof key, expected, sizeof expected);
}

/* Name and date of a file do not matter, every byte does; and the program gets the same key by
 * reading as the helper by decoding. */
static void
test_key (void)
{
  g_autoptr (VipsImage) image = picture_waves (300, 200, 1);
  g_autofree char *a = picture_save (image, folder, "a.png", ".png");
  g_autofree char *b = picture_save (image, folder, "b.jpg", ".png");
  g_autofree char *bytes = NULL;
  gsize size;
  guint8 key[INK_CONTENT_KEY_SIZE], other[INK_CONTENT_KEY_SIZE];

  g_assert_true (g_file_get_contents (a, &bytes, &size, NULL));
  ink_content_key_for_bytes ((guint8 *)bytes, size, key);
  expect_key (a, key);
  expect_key (b, key);

  int file = g_open (a, O_RDONLY | O_CLOEXEC, 0);
  g_assert_true (ink_content_key_for_descriptor (file, size, other, NULL));
  g_assert_cmpmem (key, sizeof key, other, sizeof other);
  /* A file that is shorter than it was said to be. */
  g_autoptr (GError) error = NULL;
  g_assert_false (ink_content_key_for_descriptor (file, size + 1, other, &error));
  g_assert_nonnull (error);
  close (file);

  bytes[size - 1] ^= 1;
  ink_content_key_for_bytes ((guint8 *)bytes, size, other);
  g_assert_true (memcmp (key, other, sizeof key) != 0);
}

/* A file above 64 MiB is known by three windows and its size: a change between the windows goes
 * unnoticed, one inside them or of the size does not. */
static void
test_key_of_large_file (void)
{
  const guint64 size = INK_CONTENT_KEY_WHOLE + 12345;
  const struct {
    guint64 at;
    gboolean noticed;
  } changes[] = {
      {0, TRUE},
      {INK_CONTENT_KEY_WINDOW - 1, TRUE},
      {INK_CONTENT_KEY_WINDOW, FALSE},
      {size / 2, TRUE},
      {size / 4, FALSE},
      {size - INK_CONTENT_KEY_WINDOW, TRUE},
      {size - INK_CONTENT_KEY_WINDOW - 1, FALSE},
      {size - 1, TRUE},
  };
  g_autofree char *path = g_build_filename (folder, "large", NULL);
  guint8 key[INK_CONTENT_KEY_SIZE], other[INK_CONTENT_KEY_SIZE];

  /* Sparse: it takes no room on the disk. */
  int file = g_open (path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  g_assert_cmpint (ftruncate (file, (off_t)size), ==, 0);
  g_assert_true (ink_content_key_for_descriptor (file, size, key, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_assert_cmpint (pwrite (file, "x", 1, (off_t)changes[i].at), ==, 1);
    g_assert_true (ink_content_key_for_descriptor (file, size, other, NULL));
    g_assert_cmpint (pwrite (file, "", 1, (off_t)changes[i].at), ==, 1);
    g_assert_cmpint (memcmp (key, other, sizeof key) != 0, ==, changes[i].noticed);
  }
  g_assert_cmpint (ftruncate (file, (off_t)size + 1), ==, 0);
  g_assert_true (ink_content_key_for_descriptor (file, size + 1, other, NULL));
  g_assert_true (memcmp (key, other, sizeof key) != 0);
  close (file);
  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* The helper maps a large file instead of reading it, and has the same key: a PNG with as much
 * behind its end. */
static void
test_large_file (void)
{
  g_autoptr (VipsImage) image = picture_quarters (300, 200);
  g_autofree char *path = picture_save (image, folder, "large.png", ".png");
  const guint64 size = INK_CONTENT_KEY_WHOLE + 1;
  guint8 key[INK_CONTENT_KEY_SIZE];

  int file = g_open (path, O_RDWR | O_CLOEXEC, 0);
  g_assert_cmpint (ftruncate (file, (off_t)size), ==, 0);
  g_assert_true (ink_content_key_for_descriptor (file, size, key, NULL));
  close (file);
  expect_key (path, key);
  g_assert_cmpint (g_unlink (path), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pictures_init (argv[0]);
  decoder = ink_decoder_new (1);
  folder = test_folder_new ();
  g_test_add_data_func ("/decode/results/reduced/jpeg", ".jpg[Q=95]", test_reduced);
  g_test_add_data_func ("/decode/results/reduced/png", ".png", test_reduced);
  g_test_add_func ("/decode/results/not-reduced", test_not_reduced);
  g_test_add_func ("/decode/results/views", test_views);
  g_test_add_func ("/decode/results/region", test_region);
  g_test_add_data_func ("/decode/results/crop/jpeg", ".jpg[Q=95]", test_crop);
  g_test_add_data_func ("/decode/results/crop/png", ".png", test_crop);
  g_test_add_data_func ("/decode/results/crop/tiff", ".tif[tile]", test_crop);
  g_test_add_func ("/decode/results/region-limits", test_region_limits);
  g_test_add_func ("/decode/results/senseless-requests", test_senseless_requests);
  g_test_add_func ("/decode/results/never-enlarged", test_never_enlarged);
  g_test_add_func ("/decode/results/extreme-shapes", test_extreme_shapes);
  g_test_add_func ("/decode/results/thumbnails", test_thumbnails);
  g_test_add_func ("/decode/results/thumbnail-is-bare", test_thumbnail_is_bare);
  g_test_add_func ("/decode/results/phash", test_phash);
  g_test_add_func ("/decode/results/phash-of-nothing", test_phash_of_nothing);
  g_test_add_func ("/decode/results/key-vector", test_key_vector);
  g_test_add_func ("/decode/results/key", test_key);
  g_test_add_func ("/decode/results/key-of-large-file", test_key_of_large_file);
  g_test_add_func ("/decode/results/large-file", test_large_file);
  int result = g_test_run ();
  test_folder_free (folder);
  g_object_unref (decoder);
  return result;
}
