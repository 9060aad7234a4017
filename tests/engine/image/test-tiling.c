/* test-tiling.c: the rectangles and tiles that the whole of a picture is shown as. */
#include "clip.h"

#include <math.h>

/* Shapes of photos, screens and panoramas. */
static const guint shapes[][2] = {
    {100, 100}, {400, 300}, {300, 400},   {300, 200},   {200, 300}, {1920, 1080},
    {200, 100}, {201, 100}, {500, 100},   {100, 500},   {1, 1},     {1, 30000},
    {30000, 1}, {6000, 8},  {4000, 3000}, {7, 1048576},
};

static void
check (const ClipTiling *tiling, guint width, guint height, guint size)
{
  double ratio = (double)width / height;
  double tile_ratio = (double)tiling->tile_width / tiling->tile_height;
  double area = (double)tiling->tile_width * tiling->tile_height / ((double)size * size);

  g_assert_cmpuint (tiling->tile_width % CLIP_PLACE_SIDE, ==, 0);
  g_assert_cmpuint (tiling->tile_height % CLIP_PLACE_SIDE, ==, 0);
  g_assert_cmpuint (tiling->n, >=, 1);
  g_assert_cmpuint (tiling->n, <=, CLIP_TILES_MAX);
  g_assert_cmpfloat (area, >, 0.87);
  g_assert_cmpfloat (area, <, 1.13);
  if (fmax (ratio, 1 / ratio) <= 2) {
    g_assert_cmpuint (tiling->n, ==, 1);
    g_assert_cmpuint (tiling->width, ==, tiling->tile_width);
    g_assert_cmpuint (tiling->height, ==, tiling->tile_height);
    g_assert_cmpfloat (fabs (log (tile_ratio / ratio)), <, 0.08);
    return;
  }
  /* A panorama: tiles of about 2:1 that overlap by half and cover everything. */
  guint longer = MAX (tiling->width, tiling->height);
  guint tile = MAX (tiling->tile_width, tiling->tile_height);
  g_assert_cmpuint (MIN (tiling->width, tiling->height), ==,
                    MIN (tiling->tile_width, tiling->tile_height));
  if (tiling->n > 1)
    g_assert_cmpuint (longer - tile, <=, (tiling->n - 1) * tile / 2);
  else
    g_assert_cmpuint (longer, ==, tile);
  g_assert_true ((tiling->width > tiling->height) == (width > height));
}

static void
test_shapes (void)
{
  static const guint sizes[] = {224, 256, 320, 384};

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    for (guint j = 0; j < G_N_ELEMENTS (sizes); j++) {
      ClipTiling tiling;

      clip_tiling_init (&tiling, CLIP_VIEW_WHOLE, shapes[i][0], shapes[i][1], sizes[j]);
      check (&tiling, shapes[i][0], shapes[i][1], sizes[j]);
    }
}

static void
test_known (void)
{
  static const struct {
    ClipView view;
    guint width, height, size;
    ClipTiling tiling;
  } known[] = {
      {CLIP_VIEW_WHOLE, 100, 100, 224, {224, 224, 224, 224, 1}},
      {CLIP_VIEW_WHOLE, 3000, 2000, 224, {288, 192, 288, 192, 1}},
      {CLIP_VIEW_WHOLE, 3000, 4000, 224, {192, 256, 192, 256, 1}},
      {CLIP_VIEW_WHOLE, 2000, 1000, 224, {320, 160, 320, 160, 1}},
      {CLIP_VIEW_WHOLE, 4000, 1000, 224, {640, 160, 320, 160, 3}},
      {CLIP_VIEW_WHOLE, 1000, 6000, 224, {160, 960, 160, 320, 5}},
      {CLIP_VIEW_WHOLE, 6000, 4000, 320, {384, 256, 384, 256, 1}},
      {CLIP_VIEW_WHOLE, 100000, 1, 224, {1440, 160, 320, 160, 8}},
      {CLIP_VIEW_WHOLE, 100, 100, 1, {32, 32, 32, 32, 1}},
      {CLIP_VIEW_SQUARES, 100, 100, 224, {224, 224, 224, 224, 1}},
      {CLIP_VIEW_SQUARES, 125, 100, 224, {280, 224, 224, 224, 1}},
      {CLIP_VIEW_SQUARES, 126, 100, 224, {282, 224, 224, 224, 2}},
      {CLIP_VIEW_SQUARES, 4000, 3000, 224, {298, 224, 224, 224, 2}},
      {CLIP_VIEW_SQUARES, 2000, 3000, 320, {320, 480, 320, 320, 2}},
      {CLIP_VIEW_SQUARES, 1600, 900, 224, {398, 224, 224, 224, 2}},
      {CLIP_VIEW_SQUARES, 2000, 1000, 224, {448, 224, 224, 224, 3}},
      {CLIP_VIEW_SQUARES, 3000, 1000, 224, {672, 224, 224, 224, 4}},
      {CLIP_VIEW_SQUARES, 1, 1000, 224, {224, 224000, 224, 224, 8}},
      {CLIP_VIEW_CENTRE, 4000, 1000, 224, {896, 224, 224, 224, 1}},
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    ClipTiling tiling = {0};
    const ClipTiling *expected = &known[i].tiling;

    clip_tiling_init (&tiling, known[i].view, known[i].width, known[i].height, known[i].size);
    g_assert_cmpuint (tiling.width, ==, expected->width);
    g_assert_cmpuint (tiling.height, ==, expected->height);
    g_assert_cmpuint (tiling.tile_width, ==, expected->tile_width);
    g_assert_cmpuint (tiling.tile_height, ==, expected->tile_height);
    g_assert_cmpuint (tiling.n, ==, expected->n);
    g_assert_cmpuint ((gsize)3 * tiling.n * tiling.tile_width * tiling.tile_height, <=,
                      clip_tiling_get_room (known[i].view, known[i].size));
  }
}

/* Squares of any picture leave nothing out, and each lies a fifth over the next, as long as there
 * are enough of them. */
static void
test_squares_cover (void)
{
  for (guint width = 126; width <= 660; width++) {
    ClipTiling tiling;
    double step;

    clip_tiling_init (&tiling, CLIP_VIEW_SQUARES, width, 100, 100);
    g_assert_cmpuint (tiling.n, >=, 2);
    step = (double)(width - 100) / (tiling.n - 1);
    g_assert_cmpfloat (step, <=, 80 + 1e-9);
    /* One less would not do. */
    if (tiling.n > 2)
      g_assert_cmpfloat ((double)(width - 100) / (tiling.n - 2), >, 80);
  }
}

/* Where the number of squares is odd the first is the reference's, to the last bit; where it is
 * even they begin at the left. */
static void
test_order (void)
{
  static const struct {
    guint width, height, n;
  } sizes[] = {{240, 200, 1}, {301, 200, 2}, {200, 303, 2}, {210, 100, 3}, {97, 400, 5}};

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    guint width = sizes[i].width, height = sizes[i].height, middle;
    g_autofree guint8 *rgb = g_malloc ((gsize)width * height * 3);
    ClipPicture picture = {rgb, width, height, (gsize)width * 3};
    guint8 square[64 * 64 * 3], tile[64 * 64 * 3];
    ClipTiling tiling;

    /* It grows brighter from one end to the other. */
    for (gsize k = 0; k < (gsize)width * height * 3; k++)
      rgb[k] =
          (guint8)(255 * (width > height ? k / 3 % width : k / 3 / width) / MAX (width, height));
    clip_tiling_init (&tiling, CLIP_VIEW_SQUARES, width, height, 64);
    g_assert_cmpuint (tiling.n, ==, sizes[i].n);
    g_assert_true (clip_picture_square (&picture, 64, square, NULL));
    middle = square[sizeof square / 2];
    g_assert_true (clip_picture_tile (&picture, &tiling, 0, tile, NULL));
    if (tiling.n % 2)
      g_assert_cmpmem (tile, sizeof tile, square, sizeof square);
    else
      g_assert_cmpuint (tile[sizeof tile / 2], <, middle);
    if (tiling.n > 1) {
      g_assert_true (clip_picture_tile (&picture, &tiling, tiling.n - 1, tile, NULL));
      g_assert_cmpuint (tile[sizeof tile / 2], >, middle);
    }
  }
}

static void
test_names (void)
{
  for (ClipView view = CLIP_VIEW_CENTRE; view <= CLIP_VIEW_SQUARES; view++) {
    ClipView read = CLIP_VIEW_CENTRE;

    g_assert_true (clip_view_from_string (clip_view_to_string (view), &read));
    g_assert_cmpint (read, ==, view);
  }
  g_assert_false (clip_view_from_string ("round", &(ClipView){0}));
}

/* The tiles of a panorama whose brightness grows from left to right: each begins where it should,
 * and what two of them share is the same. */
static void
test_tiles (void)
{
  const guint width = 640, height = 160;
  g_autofree guint8 *rgb = g_malloc ((gsize)width * height * 3);
  ClipPicture picture = {rgb, width, height, width * 3};
  g_autofree guint8 *tile = NULL;
  ClipTiling tiling;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      for (guint c = 0; c < 3; c++)
        rgb[((gsize)y * width + x) * 3 + c] = (guint8)(x / 4 + c + y % 7);
  clip_tiling_init (&tiling, CLIP_VIEW_WHOLE, width, height, 224);
  g_assert_cmpuint (tiling.n, ==, 3);
  tile = g_malloc ((gsize)tiling.tile_width * tiling.tile_height * 3);
  for (guint i = 0; i < tiling.n; i++) {
    static const guint begins[] = {160, 0, 320}; /* the middle first */

    g_assert_true (clip_picture_tile (&picture, &tiling, i, tile, NULL));
    for (guint y = 0; y < height; y++)
      g_assert_cmpmem (tile + (gsize)y * tiling.tile_width * 3, tiling.tile_width * 3,
                       rgb + ((gsize)y * width + begins[i]) * 3, tiling.tile_width * 3);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tiling/shapes", test_shapes);
  g_test_add_func ("/tiling/known", test_known);
  g_test_add_func ("/tiling/names", test_names);
  g_test_add_func ("/tiling/squares-cover", test_squares_cover);
  g_test_add_func ("/tiling/order", test_order);
  g_test_add_func ("/tiling/tiles", test_tiles);
  return g_test_run ();
}
