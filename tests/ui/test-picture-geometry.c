/* test-picture-geometry.c: where a picture lies in a view. */
#include "picture-geometry.h"

#define EPSILON 1e-6

/* A picture of 1200 × 800 in a view of 600 × 600. */
static InkPictureGeometry
make (void)
{
  InkPictureGeometry geometry = {.pixel = 1};

  ink_picture_geometry_init (&geometry, 1200, 800);
  ink_picture_geometry_resize (&geometry, 600, 600, 1);
  return geometry;
}

static void
expect_area (const InkPictureGeometry *geometry, float x, float y, float width, float height)
{
  graphene_rect_t area = ink_picture_geometry_get_area (geometry);

  g_assert_cmpfloat (area.origin.x, ==, x);
  g_assert_cmpfloat (area.origin.y, ==, y);
  g_assert_cmpfloat (area.size.width, ==, width);
  g_assert_cmpfloat (area.size.height, ==, height);
}

static void
expect_region (InkRegion region, double x, double y, double width, double height)
{
  g_assert_cmpfloat_with_epsilon (region.x, x, EPSILON);
  g_assert_cmpfloat_with_epsilon (region.y, y, EPSILON);
  g_assert_cmpfloat_with_epsilon (region.width, width, EPSILON);
  g_assert_cmpfloat_with_epsilon (region.height, height, EPSILON);
}

static void
test_fit (void)
{
  InkPictureGeometry geometry = make ();

  expect_area (&geometry, 0, 100, 600, 400);
  ink_picture_geometry_resize (&geometry, 300, 1000, 1);
  expect_area (&geometry, 0, 400, 300, 200);
  ink_picture_geometry_turn (&geometry, 1);
  expect_area (&geometry, 0, 275, 300, 450);

  /* A small picture is not blown up, whatever a pixel of the screen is. */
  ink_picture_geometry_init (&geometry, 100, 50);
  ink_picture_geometry_resize (&geometry, 600, 600, 1);
  expect_area (&geometry, 250, 275, 100, 50);
  ink_picture_geometry_resize (&geometry, 600, 600, 0.5);
  expect_area (&geometry, 275, 288, 50, 25);
}

/* The point under the pointer stays there. */
static void
test_zoom_to_pointer (void)
{
  InkPictureGeometry geometry = make ();
  const graphene_rect_t at = GRAPHENE_RECT_INIT (150, 200, 1, 1);
  InkRegion before = ink_picture_geometry_get_region (&geometry, &at);

  ink_picture_geometry_zoom (&geometry, 2, 150, 200);
  InkRegion after = ink_picture_geometry_get_region (&geometry, &at);
  g_assert_false (geometry.fitted);
  g_assert_cmpfloat_with_epsilon (after.x, before.x, 1e-3);
  g_assert_cmpfloat_with_epsilon (after.y, before.y, 1e-3);

  /* Neither smaller than fitted nor larger than eight pixels for one. */
  ink_picture_geometry_zoom (&geometry, 1000, 300, 300);
  g_assert_cmpfloat (ink_picture_geometry_get_scale (&geometry), ==, 8);
  ink_picture_geometry_zoom (&geometry, 0.001, 300, 300);
  g_assert_true (geometry.fitted);
  expect_area (&geometry, 0, 100, 600, 400);
}

static void
test_pan (void)
{
  InkPictureGeometry geometry = make ();

  /* What is seen whole does not move. */
  ink_picture_geometry_pan (&geometry, 50, 50);
  expect_area (&geometry, 0, 100, 600, 400);

  ink_picture_geometry_zoom (&geometry, 1, 300, 300);
  expect_area (&geometry, -300, -100, 1200, 800);
  ink_picture_geometry_pan (&geometry, 20, -30);
  expect_area (&geometry, -280, -130, 1200, 800);
  /* Its edges stay outside of the view. */
  ink_picture_geometry_pan (&geometry, 5000, 5000);
  expect_area (&geometry, 0, 0, 1200, 800);
  ink_picture_geometry_pan (&geometry, -5000, -5000);
  expect_area (&geometry, -600, -200, 1200, 800);
}

/* What lies in the middle stays there, and four quarters are none. */
static void
test_turn (void)
{
  InkPictureGeometry geometry = make ();
  const graphene_rect_t middle = GRAPHENE_RECT_INIT (250, 250, 100, 100);

  ink_picture_geometry_zoom (&geometry, 2, 100, 150);
  InkRegion before = ink_picture_geometry_get_region (&geometry, &middle);
  for (int i = 0; i < 4; i++) {
    ink_picture_geometry_turn (&geometry, 1);
    InkRegion region = ink_picture_geometry_get_region (&geometry, &middle);
    expect_region (region, before.x, before.y, before.width, before.height);
  }
  g_assert_cmpuint (geometry.turns, ==, 0);
  ink_picture_geometry_turn (&geometry, -1);
  g_assert_cmpuint (geometry.turns, ==, 3);
  ink_picture_geometry_turn (&geometry, 5);
  g_assert_cmpuint (geometry.turns, ==, 0);
}

/* The left upper corner as it is seen, of the picture as it is stored. */
static void
test_regions (void)
{
  static const InkRegion corners[4] = {
      {0, 0, 0.25, 0.5}, {0, 0.75, 0.5, 0.25}, {0.75, 0.5, 0.25, 0.5}, {0.5, 0, 0.5, 0.25}};

  for (int turns = 0; turns < 4; turns++) {
    InkPictureGeometry geometry = make ();
    ink_picture_geometry_turn (&geometry, turns);
    graphene_rect_t area = ink_picture_geometry_get_area (&geometry);
    graphene_rect_t corner = GRAPHENE_RECT_INIT (area.origin.x, area.origin.y, area.size.width / 4,
                                                 area.size.height / 2);
    InkRegion region = ink_picture_geometry_get_region (&geometry, &corner);
    expect_region (region, corners[turns].x, corners[turns].y, corners[turns].width,
                   corners[turns].height);
    /* And back. */
    graphene_rect_t again = ink_picture_geometry_get_rectangle (&geometry, &region);
    g_assert_true (graphene_rect_equal (&again, &corner));
  }

  /* Beside the picture there is none of it. */
  InkPictureGeometry geometry = make ();
  InkRegion none = ink_picture_geometry_get_region (&geometry, &GRAPHENE_RECT_INIT (0, 0, 50, 50));
  g_assert_cmpfloat (none.width * none.height, ==, 0);
}

static void
test_choose (void)
{
  const double most = 16e6, side = 8192;
  InkPictureGeometry geometry = make ();

  /* Reduced while that does, else all of it at once. */
  InkViewRequest request = ink_picture_geometry_choose (&geometry, most, side);
  g_assert_false (request.has_region);
  g_assert_cmpuint (request.size, ==, 600);
  ink_picture_geometry_zoom (&geometry, 0.75, 300, 300);
  request = ink_picture_geometry_choose (&geometry, most, side);
  g_assert_false (request.has_region);
  g_assert_cmpuint (request.size, ==, 1200);

  /* Of a very large picture what is seen and as much around it as may be held. */
  ink_picture_geometry_init (&geometry, 24000, 16000);
  request = ink_picture_geometry_choose (&geometry, most, side);
  g_assert_false (request.has_region);
  g_assert_cmpuint (request.size, ==, 600);
  ink_picture_geometry_zoom (&geometry, 1, 300, 300);
  request = ink_picture_geometry_choose (&geometry, most, side);
  g_assert_true (request.has_region);
  InkRegion visible = ink_picture_geometry_get_visible (&geometry);
  g_assert_cmpfloat (request.region.x, <=, visible.x);
  g_assert_cmpfloat (request.region.x + request.region.width, >=, visible.x + visible.width);
  g_assert_cmpfloat_with_epsilon (request.region.width * 24000, 1200, 1);
  g_assert_cmpuint (request.size, >=, 1200);
  g_assert_cmpuint (request.size, <=, 1201);

  /* At the edge nothing beyond it. */
  ink_picture_geometry_pan (&geometry, 1e6, 1e6);
  request = ink_picture_geometry_choose (&geometry, most, side);
  g_assert_cmpfloat (request.region.x, ==, 0);
  g_assert_cmpfloat_with_epsilon (request.region.width * 24000, 900, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/picture-geometry/fit", test_fit);
  g_test_add_func ("/ui/picture-geometry/zoom-to-pointer", test_zoom_to_pointer);
  g_test_add_func ("/ui/picture-geometry/pan", test_pan);
  g_test_add_func ("/ui/picture-geometry/turn", test_turn);
  g_test_add_func ("/ui/picture-geometry/regions", test_regions);
  g_test_add_func ("/ui/picture-geometry/choose", test_choose);
  return g_test_run ();
}
