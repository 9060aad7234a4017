/* test-decode-mutated.c: sound pictures of each format, changed as a fuzzer changes them, one after
 * the other through the helper. Whatever that does, the program itself is untouched: each gives a
 * picture or a reason, nothing stays open, and a good picture is read afterwards.
 */
#include <string.h>

#include "app/decode/pictures.h"
#include "base/error.h"

/* Of each format: a few in the ordinary set, 12,500 in all in the slow one. */
#define MUTATIONS (g_test_slow () ? 2500u : 60u)

static InkDecoder *decoder;
static TestFolder *folder;

static guint
count_descriptors (void)
{
  g_autoptr (GDir) descriptors = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (descriptors) != NULL)
    n++;
  return n;
}

static guint
choose (GRand *rand, guint end)
{
  return (guint)g_rand_int_range (rand, 0, (gint32)MAX (end, 1));
}

/* One change: a bit, a byte, a number at the limits, a block that goes, comes twice or is
 * another's. */
static void
mutate (GByteArray *bytes, const GByteArray *other, GRand *rand)
{
  static const guint32 limits[] = {0,      1,       0x7f,       0x80,       0xff,      0x7fff,
                                   0x8000, 0xffff0, 0x7fffffff, 0x80000000, 0xffffffff};
  guint at = choose (rand, bytes->len), size = 1 + choose (rand, MIN (64, bytes->len - at));
  guint32 limit = limits[choose (rand, G_N_ELEMENTS (limits))];

  if (g_rand_boolean (rand))
    limit = GUINT32_SWAP_LE_BE (limit);
  switch (choose (rand, 7)) {
  case 0:
    bytes->data[at] ^= (guint8)(1u << choose (rand, 8));
    break;
  case 1:
    bytes->data[at] = (guint8)choose (rand, 256);
    break;
  case 2:
    memcpy (bytes->data + at, &limit, MIN (sizeof limit, bytes->len - at));
    break;
  case 3:
    if (bytes->len > 2 * size)
      g_byte_array_remove_range (bytes, at, size);
    break;
  case 4: {
    g_autofree guint8 *block = g_memdup2 (bytes->data + at, size);
    g_byte_array_append (bytes, block, size);
    memmove (bytes->data + at + size, bytes->data + at, bytes->len - at - size);
    break;
  }
  case 5:
    memcpy (bytes->data + at, other->data + choose (rand, other->len - MIN (size, other->len)),
            MIN (size, other->len));
    break;
  default:
    if (choose (rand, 8) == 0)
      g_byte_array_set_size (bytes, MAX (at, 1));
    break;
  }
}

static GByteArray *
make_seed (const char *suffix, guint seed)
{
  g_autoptr (VipsImage) image = picture_waves (97, 61, seed);
  g_autofree char *path = picture_save (image, folder, "seed", suffix);
  char *bytes;
  gsize size;

  if (path == NULL)
    return NULL;
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  return g_byte_array_new_take ((guint8 *)bytes, size);
}

/* Returns: whether it gave a picture */
static gboolean
decode (const GByteArray *mutated)
{
  InkDecodeRequest request = {.square = 32, .thumbnail = 64};
  g_autoptr (GBytes) bytes = g_bytes_new (mutated->data, mutated->len);
  g_autoptr (GError) error = NULL;
  g_autoptr (InkDecoded) decoded =
      ink_decoder_decode_bytes (decoder, bytes, &request, NULL, &error);

  g_assert_true ((decoded != NULL) == (error == NULL));
  if (decoded == NULL) {
    g_assert_true (error->domain == INK_ERROR);
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    g_assert_cmpuint (strlen (error->message), >, 0);
    return FALSE;
  }
  g_assert_cmpuint (g_bytes_get_size (decoded->tiles), ==, 32 * 32 * 3);
  return TRUE;
}

static void
test_format (gconstpointer suffix)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20260101);
  g_autoptr (GByteArray) seed = make_seed (suffix, 1), other = make_seed (suffix, 2);
  guint good = 0;

  if (seed == NULL || !picture_suffix_is_read (decoder, suffix)) {
    g_test_skip ("this libvips can't write the format, or this build not read it");
    return;
  }
  g_assert_true (decode (seed));
  guint descriptors = count_descriptors ();
  for (guint i = 0; i < MUTATIONS; i++) {
    g_autoptr (GByteArray) mutated = g_byte_array_new ();
    g_byte_array_append (mutated, seed->data, seed->len);
    for (guint n = 1 + choose (rand, 6); n > 0; n--)
      mutate (mutated, other, rand);
    good += decode (mutated);
  }
  g_test_message ("%u of %u still gave a picture", good, MUTATIONS);
  g_assert_cmpuint (good, >, 0);
  g_assert_cmpuint (good, <, MUTATIONS);
  g_assert_true (decode (seed));
  /* A helper's socket may have gone, or come again, with a helper. */
  g_assert_cmpuint (count_descriptors (), <=, descriptors + 2);
}

int
main (int argc, char **argv)
{
  static const char *const suffixes[] = {".jpg", ".png", ".tif[compression=lzw]", ".webp", ".heic"};

  g_test_init (&argc, &argv, NULL);
  pictures_init (argv[0]);
  folder = test_folder_new ();
  decoder = ink_decoder_new (1);
  ink_decoder_set_time_limit (decoder, 20000);
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *path = g_strdup_printf ("/decode/mutated/%.4s", suffixes[i] + 1);
    g_test_add_data_func (path, suffixes[i], test_format);
  }
  int result = g_test_run ();
  g_object_unref (decoder);
  test_folder_free (folder);
  return result;
}
