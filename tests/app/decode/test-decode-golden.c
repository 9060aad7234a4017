/* test-decode-golden.c: the square that the helper makes of a file, against what Pillow and
 * torchvision make of it. */
#include <stdlib.h>

#include "app/decode/pictures.h"
#include "support/golden.h"

static void
compare_with_picture (GBytes *square, guint size, const char *name)
{
  g_autofree char *in_folder = g_strconcat ("golden/preprocess/", name, NULL);
  g_autofree char *path = golden_path (in_folder);
  g_autoptr (VipsImage) expected = vips_image_new_from_file (path, NULL);
  g_assert_nonnull (expected);
  g_assert_cmpint (vips_image_get_bands (expected), ==, 3);
  gsize n = 0;
  guint8 *bytes = vips_image_write_to_memory (expected, &n);
  g_assert_cmpuint (n, ==, (gsize)3 * size * size);

  const guint8 *ours = g_bytes_get_data (square, NULL);
  int worst = 0;
  for (gsize i = 0; i < n; i++)
    worst = MAX (worst, abs ((int)ours[i] - (int)bytes[i]));
  g_free (bytes);
  g_test_message ("%s: largest difference %d levels", name, worst);
  g_assert_cmpint (worst, <=, 2);
}

/* PNG is decoded the same by everyone. JPEG decoders may differ by two levels before the
 * resampling, which does not make differences larger than that. */
static void
test_case (gconstpointer data)
{
  JsonObject *object = (JsonObject *)data;
  guint size = (guint)json_object_get_int_member (object, "size");
  g_autofree char *name =
      g_build_filename ("golden/preprocess", json_object_get_string_member (object, "file"), NULL);
  g_autofree char *path = golden_path (name);
  g_autoptr (InkDecoder) decoder = ink_decoder_new (1);
  InkDecodeRequest request = {.square = size, .full = TRUE};

  g_autoptr (InkDecoded) decoded = picture_decode (decoder, path, &request);
  g_assert_cmpuint (g_bytes_get_size (decoded->tiles), ==, (gsize)3 * size * size);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, decoded->tiles);

  const char *expected = json_object_get_string_member (object, "rgb_sha256");
  if (json_object_get_boolean_member (object, "exact"))
    g_assert_cmpstr (sha256, ==, expected);
  else if (g_str_equal (sha256, expected))
    return;
  else if (!json_object_get_null_member (object, "expected"))
    compare_with_picture (decoded->tiles, size, json_object_get_string_member (object, "expected"));
  else
    g_test_skip ("the golden data has no pixels for a comparison with tolerance");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pictures_init (argv[0]);
  g_autoptr (JsonParser) parser = golden_load ("golden/preprocess/cases.json");
  JsonObject *root = golden_root (parser);

  for (guint i = 0; i < golden_count (root, "cases"); i++) {
    JsonObject *object = golden_element (root, "cases", i);
    g_autofree char *name =
        g_strdup_printf ("/decode/golden/%s-%d", json_object_get_string_member (object, "file"),
                         (int)json_object_get_int_member (object, "size"));
    g_test_add_data_func (name, object, test_case);
  }
  return g_test_run ();
}
