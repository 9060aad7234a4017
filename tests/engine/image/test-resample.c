/* test-resample.c: the resampler on pictures of every awkward shape, against Pillow and against
 * what must hold for any picture. */
#include "clip.h"
#include "image/preprocess.h"
#include "support/expect.h"

#include <string.h>

/* SHA-256 of what Pillow 13.0.0 makes of noise() with BICUBIC. */
static const struct {
  guint width, height, out_width, out_height;
  const char *sha256;
} resized[] = {
    {1, 1, 1, 1, "7abbfe4b915f265c2d534d57d89d0cbd0728d5a675b71b60fb299a19fbcf10f1"},
    {1, 1, 7, 5, "fcff9c0c570be0dd916fde6a490ccd6d4fcbc0057b30337b66af09a166f8c826"},
    {2, 2, 64, 64, "36a1fea4d3540b7375654e84a19f3e961608724ceda4e9e0255a07841c275999"},
    {7, 5, 3, 11, "e72e07d1e17747f61549c71810a5499d8803b29e4c0f793a71259da8ae6088da"},
    {100, 80, 100, 33, "b564cd313158e6fa53469c3176a61c514b61164af76f168491cd0a8a09fb4f60"},
    {100, 80, 37, 80, "8c861f3c571477a179d9f8060c98cc73f0a8637423d0d189ef0076ad6d3f7253"},
    {640, 480, 33, 224, "1c668b284053d76564f0a4f27c440cc64c69a904b8a1f774b1bc042eb17f97ac"},
    {3, 1000, 5, 9, "d17b9aadb5a6d49ee1007be9240b6c9dc045a41fe7ee978e212ddcee37bf00cf"},
    {2000, 3, 9, 4, "abe19585bf61304ba039f4d4ac769ee0e5e23d599c6057e12e4dfbf15bfd67bf"},
    {31, 57, 1, 1, "db790f6622ecee85526cbc556fa3797133eeaabba757d3a0c28869a73c80a694"},
    {257, 129, 256, 128, "fcb7778c9a28fd99d6ef5ba632758647eac79719b2966ca90075e584b898bc66"},
    {3, 301, 5, 300, "f00c7111489a1c5fab627d82b5a9671ae7c5d14fa1377eb7543df0bc03b592b9"},
    {3, 301, 5, 301, "1ab07c959cd132eb43e87f122a37e80b639fd50c0072e58c6981c114463f1e24"},
    {72, 295, 26, 203, "bf1d5a72b42c12d36d6ba150e4fcc38e10101b2be9ffe75d4d75426dfc84b07e"},
    {72, 295, 26, 202, "f09e8df5663042302e01f557814fc3e6fe95a385882632cc0bddb164bfe92dea"},
    {1, 30000, 1, 224, "9d84a5c7946922f334746508ea04d639eec047f9bc71b42dbd10ebec23fe1b9a"},
    {30000, 1, 640, 2, "25d1acbb11caa2a307c7eb6b9acff8efc5b15feecd201169e5149ed98e736e78"},
};

/* The same after torchvision's Resize (bicubic) and CenterCrop. */
static const struct {
  guint width, height, size;
  const char *sha256;
} squares[] = {
    {1, 1, 224, "8f9b8f6f4ad28a79d25ef48d97800e99d0dab5bcd686cb18a1aa37f25be1b672"},
    {1, 30000, 32, "451d805a2e8da4258fafdaed755355b73418ba0827120c5fce21b65f7bcc2a9e"},
    {30000, 1, 32, "77dbb9c6e5062f848fadfc3884ec82954427ccb72bd47bc719cab0bb1548fd8d"},
    {3, 2, 320, "cebd8fdaff9dfc299d56d24acc3308324d34f44ceeba582a3368c437e1e121a7"},
    {225, 224, 224, "addcb69292757992c8b027f795486c97f48c8b932f6aa48ef3b5cc843f9ed31f"},
    {1024, 683, 224, "8adba1f8381f13284aea3e7821bdbb018a7e8b65209d84dcf5fc54d86761d0ce"},
    {683, 1024, 225, "9830458d6d7187b966ce7dbdce0779923a7d74b95c37a14bc92b375329ec0981"},
    {2100, 300, 256, "e51375e86cfd874ceae3856292b6679930b0b3fba7a3bae6e9f816b03efa002e"},
    {33, 1200, 16, "76a6ab9404ec28f2651de4a4e2537d8c1fd61b032f82c6dfce4f581f647df2f7"},
    {150, 299, 37, "fc9cd9f69e3eb8979e4aa08f2cf60468f365d6d15d43cfd5ba64a391d4b3237c"},
    {150, 301, 37, "f609a26596ab43ba7f2727b0598deb25bb41750dc99e5befbb0633525f94696d"},
    {1080, 2400, 224, "0c033b90f8d6a06f4dfa2a4846b19692a3793391cfab3612f60ce7baee64790c"},
    {500, 501, 320, "70bec96986b9e8bf297ba1ced0e4b747e22bb40b5807b592f11d38b2f40ab78f"},
};

/* The generator of the pictures above: byte i is the top byte of a hash of i + 1. */
static guint8 *
noise (guint width, guint height)
{
  gsize n = (gsize)width * height * 3;
  guint8 *rgb = g_malloc (n);

  for (gsize i = 0; i < n; i++) {
    guint32 value = (guint32)(i + 1) * 2654435761u;

    value ^= value >> 15;
    rgb[i] = (guint8)(value * 2246822519u >> 24);
  }
  return rgb;
}

static ClipPicture
packed (const guint8 *rgb, guint width, guint height)
{
  return (ClipPicture){rgb, width, height, (gsize)width * 3};
}

static void
assert_sha256 (const guint8 *bytes, gsize n, const char *expected)
{
  g_autofree char *sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, n);

  g_assert_cmpstr (sha256, ==, expected);
}

static void
test_pillow_resize (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (resized); i++) {
    g_autofree guint8 *rgb = noise (resized[i].width, resized[i].height);
    ClipPicture picture = packed (rgb, resized[i].width, resized[i].height);
    gsize n = (gsize)resized[i].out_width * resized[i].out_height * 3;
    g_autofree guint8 *out = g_malloc (n);
    g_autoptr (GError) error = NULL;

    g_test_message ("%u × %u to %u × %u", resized[i].width, resized[i].height, resized[i].out_width,
                    resized[i].out_height);
    g_assert_true (
        clip_picture_resize (&picture, resized[i].out_width, resized[i].out_height, out, &error));
    g_assert_no_error (error);
    assert_sha256 (out, n, resized[i].sha256);
  }
}

static void
test_pillow_square (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (squares); i++) {
    g_autofree guint8 *rgb = noise (squares[i].width, squares[i].height);
    ClipPicture picture = packed (rgb, squares[i].width, squares[i].height);
    gsize n = (gsize)squares[i].size * squares[i].size * 3;
    g_autofree guint8 *out = g_malloc (n);
    g_autoptr (GError) error = NULL;

    g_test_message ("%u × %u, square of %u", squares[i].width, squares[i].height, squares[i].size);
    g_assert_true (clip_picture_square (&picture, squares[i].size, out, &error));
    g_assert_no_error (error);
    assert_sha256 (out, n, squares[i].sha256);
  }
}

/* A picture of one colour stays exactly that colour: rounding loses nothing. */
static void
test_constant (void)
{
  const guint sides[] = {1, 2, 3, 31, 224, 337};
  const guint8 levels[] = {0, 1, 127, 254, 255};

  for (guint i = 0; i < G_N_ELEMENTS (sides) * G_N_ELEMENTS (sides); i++) {
    guint width = sides[i % G_N_ELEMENTS (sides)], height = sides[i / G_N_ELEMENTS (sides)];
    guint8 level = levels[i % G_N_ELEMENTS (levels)];
    gsize n = (gsize)width * height * 3;
    g_autofree guint8 *rgb = g_malloc (n);
    ClipPicture picture = packed (rgb, width, height);
    guint8 square[64 * 64 * 3];

    memset (rgb, level, n);
    g_assert_true (clip_picture_square (&picture, 64, square, NULL));
    for (gsize j = 0; j < sizeof square; j++)
      g_assert_cmpuint (square[j], ==, level);
  }
}

/* Bytes between the end of a row and the next are never looked at. */
static void
test_stride (void)
{
  const guint width = 123, height = 77, padding = 61;
  const gsize stride = width * 3 + padding;
  g_autofree guint8 *rgb = noise (width, height);
  g_autofree guint8 *padded = g_malloc (stride * height);
  ClipPicture picture = packed (rgb, width, height);
  ClipPicture wide = {padded, width, height, stride};
  guint8 square[48 * 48 * 3], from_padded[sizeof square];

  memset (padded, 0xa5, stride * height);
  for (guint y = 0; y < height; y++)
    memcpy (padded + y * stride, rgb + y * width * 3, width * 3);
  g_assert_true (clip_picture_square (&picture, 48, square, NULL));
  g_assert_true (clip_picture_square (&wide, 48, from_padded, NULL));
  g_assert_cmpmem (square, sizeof square, from_padded, sizeof from_padded);
}

/* The square computed alone is the centre of the whole resized picture. */
static void
test_square_is_centre (void)
{
  const guint width = 500, height = 300, size = 60, out_width = 100;
  g_autofree guint8 *rgb = noise (width, height);
  g_autofree guint8 *whole = g_malloc ((gsize)out_width * size * 3);
  ClipPicture picture = packed (rgb, width, height);
  guint8 square[60 * 60 * 3];

  g_assert_true (clip_picture_resize (&picture, out_width, size, whole, NULL));
  g_assert_true (clip_picture_square (&picture, size, square, NULL));
  for (guint y = 0; y < size; y++)
    g_assert_cmpmem (square + y * size * 3, size * 3,
                     whole + ((gsize)y * out_width + (out_width - size) / 2) * 3, size * 3);
}

/* Mirroring the picture mirrors the result: the filter leans to neither side. */
static void
test_mirror (void)
{
  const guint width = 90, height = 41, out_width = 37, out_height = 64;
  g_autofree guint8 *rgb = noise (width, height);
  g_autofree guint8 *mirrored = g_malloc ((gsize)width * height * 3);
  g_autofree guint8 *out = g_malloc ((gsize)out_width * out_height * 3);
  g_autofree guint8 *out_mirrored = g_malloc ((gsize)out_width * out_height * 3);
  ClipPicture picture = packed (rgb, width, height);
  ClipPicture mirror = packed (mirrored, width, height);

  for (guint i = 0; i < width * height; i++)
    memcpy (mirrored + i * 3, rgb + (i / width * width + width - 1 - i % width) * 3, 3);
  g_assert_true (clip_picture_resize (&picture, out_width, out_height, out, NULL));
  g_assert_true (clip_picture_resize (&mirror, out_width, out_height, out_mirrored, NULL));
  for (guint i = 0; i < out_width * out_height; i++) {
    guint twin = i / out_width * out_width + out_width - 1 - i % out_width;

    /* Weights are rounded one by one, so the mirrored sum may differ by less than a level. */
    for (guint c = 0; c < 3; c++)
      g_assert_cmpint (ABS (out[i * 3 + c] - out_mirrored[twin * 3 + c]), <=, 1);
  }
}

static void
test_bad_arguments (void)
{
  const guint8 pixel[3] = {1, 2, 3};
  const ClipPicture bad[] = {
      {pixel, 0, 1, 3},
      {pixel, 1, 0, 3},
      {pixel, 1, 1, 2},
      {NULL, 1, 1, 3},
      {pixel, G_MAXUINT, 1, G_MAXSIZE},
      {pixel, 1, (1u << 20) + 1, 3},
      {pixel, 1u << 20, 1, 3},
  };
  ClipPicture good = packed (pixel, 1, 1);
  g_autoptr (GError) error = NULL;
  guint8 out[3];

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_false (clip_picture_square (&bad[i], 1, out, &error));
    expect_clip_error (&error, CLIP_ERROR_ARGUMENT, NULL, NULL);
    g_assert_false (clip_picture_resize (&bad[i], 1, 1, out, &error));
    expect_clip_error (&error, CLIP_ERROR_ARGUMENT, NULL, NULL);
  }
  g_assert_false (clip_picture_square (&good, 0, out, &error));
  expect_clip_error (&error, CLIP_ERROR_ARGUMENT, NULL, NULL);
  g_assert_false (clip_picture_resize (&good, 0, 1, out, &error));
  expect_clip_error (&error, CLIP_ERROR_ARGUMENT, NULL, NULL);
  g_assert_false (clip_picture_resize (&good, 1, G_MAXUINT, out, &error));
  expect_clip_error (&error, CLIP_ERROR_ARGUMENT, NULL, NULL);
}

/* The longest picture that is accepted, so that sums come as near to overflowing as they can. */
static void
test_longest (void)
{
  const guint length = 1u << 20;
  g_autofree guint8 *rgb = g_malloc ((gsize)length * 3);
  guint8 out[3];

  memset (rgb, 255, (gsize)length * 3);
  for (guint upright = 0; upright < 2; upright++) {
    ClipPicture picture = upright ? packed (rgb, 1, length) : packed (rgb, length, 1);
    g_autoptr (GError) error = NULL;

    g_assert_true (clip_picture_resize (&picture, 1, 1, out, &error));
    g_assert_no_error (error);
    g_assert_true (clip_picture_square (&picture, 1, out, &error));
    g_assert_no_error (error);
    for (guint c = 0; c < 3; c++)
      g_assert_cmpuint (out[c], ==, 255);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image/resample/pillow-resize", test_pillow_resize);
  g_test_add_func ("/image/resample/pillow-square", test_pillow_square);
  g_test_add_func ("/image/resample/constant", test_constant);
  g_test_add_func ("/image/resample/stride", test_stride);
  g_test_add_func ("/image/resample/square-is-centre", test_square_is_centre);
  g_test_add_func ("/image/resample/mirror", test_mirror);
  g_test_add_func ("/image/resample/bad-arguments", test_bad_arguments);
  g_test_add_func ("/image/resample/longest", test_longest);
  return g_test_run ();
}
