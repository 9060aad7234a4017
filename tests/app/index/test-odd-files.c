/* test-odd-files.c: files that are not what a camera writes: each is indexed, or listed as failed
 * with its reason, and none costs another. */
#include "app/index/index-fixture.h"

#include <string.h>

#include "app/decode/pictures.h"

static VipsImage *
make_grey (int width, int height)
{
  g_autoptr (VipsImage) black = NULL;
  VipsImage *grey = NULL;

  g_assert_cmpint (vips_black (&black, width, height, "bands", 3, NULL), ==, 0);
  g_assert_cmpint (vips_linear1 (black, &grey, 1, 90, "uchar", TRUE, NULL), ==, 0);
  return grey;
}

static void
put_grey (const Index *index, const char *name, const char *suffix, int width, int height)
{
  g_autoptr (VipsImage) image = make_grey (width, height);
  g_autofree char *path = picture_save (image, index->base.photos, name, suffix);

  g_assert_nonnull (path);
}

/* Three frames, one below the other. */
static void
put_animation (const Index *index, const char *name, const char *suffix)
{
  g_autoptr (VipsImage) frames = make_grey (40, 90);
  g_autoptr (VipsImage) marked = NULL;
  g_autofree char *path = NULL;

  g_assert_cmpint (vips_copy (frames, &marked, NULL), ==, 0);
  vips_image_set_int (marked, VIPS_META_PAGE_HEIGHT, 30);
  path = picture_save (marked, index->base.photos, name, suffix);
  g_assert_nonnull (path);
}

static void
expect_size (const Index *index, const char *name, const char *type, guint width, guint height)
{
  g_autoptr (InkPhoto) photo = index_find (index, name);

  g_assert_nonnull (photo);
  g_assert_cmpstr (photo->failure_reason, ==, NULL);
  g_assert_cmpint (photo->state, ==, INK_PHOTO_OK);
  g_assert_cmpstr (photo->type, ==, type);
  g_assert_cmpuint (photo->width, ==, width);
  g_assert_cmpuint (photo->height, ==, height);
}

static void
expect_failure (const Index *index, const char *name, const char *code)
{
  g_autoptr (InkPhoto) photo = index_find (index, name);

  g_assert_nonnull (photo);
  g_assert_cmpint (photo->state, ==, INK_PHOTO_FAILED);
  g_assert_cmpstr (photo->failure_code, ==, code);
  g_assert_cmpstr (photo->failure_reason, !=, "");
}

static void
test_shapes (Index *index, gconstpointer unused)
{
  put_grey (index, "tall.png", ".png", 1, 30000);
  put_grey (index, "wide.jpg", ".jpg", 30000, 1);
  put_grey (index, "dot.png", ".png", 1, 1);
  put_animation (index, "frames.gif", ".gif");
  put_animation (index, "frames.webp", ".webp");
  index_run (index);
  index_expect (index, 5, 5, 0, 0, 0, 0);
  expect_size (index, "tall.png", "png", 1, 30000);
  expect_size (index, "wide.jpg", "jpeg", 30000, 1);
  expect_size (index, "dot.png", "png", 1, 1);
  expect_size (index, "frames.gif", "gif", 40, 30);
  expect_size (index, "frames.webp", "webp", 40, 30);
}

/* A progressive JPEG can't be decoded reduced without all of its coefficients in memory. */
static void
test_progressive (Index *index, gconstpointer unused)
{
  put_grey (index, "progressive.jpg", ".jpg[interlace,Q=50]", 14000, 10000);
  index_put_picture (index, "other.png", 1);
  index_run (index);
  index_expect (index, 2, 2, 0, 0, 0, 0);
  expect_size (index, "progressive.jpg", "jpeg", 14000, 10000);
}

static void
test_broken (Index *index, gconstpointer unused)
{
  g_autofree char *path = index_path (index, "whole.jpg");
  g_autofree char *bytes = NULL;
  gsize size;

  put_grey (index, "whole.jpg", ".jpg", 500, 400);
  put_grey (index, "wrong.jpg", ".png", 50, 40);
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  test_folder_write (index->base.photos, "cut.jpg", bytes, size / 2);
  test_folder_write (index->base.photos, "head.jpg", bytes, 20);
  test_folder_write (index->base.photos, "zero.jpg", "", 0);
  test_folder_write (index->base.photos, "text.png", "no picture", 10);
  index_run (index);
  index_expect (index, 6, 2, 0, 0, 0, 4);
  expect_size (index, "whole.jpg", "jpeg", 500, 400);
  expect_size (index, "wrong.jpg", "png", 50, 40); /* by content, whatever its name */
  expect_failure (index, "cut.jpg", "damaged");
  expect_failure (index, "head.jpg", "damaged");
  expect_failure (index, "zero.jpg", "empty");
  expect_failure (index, "text.png", "unsupported");
}

int
main (int argc, char **argv)
{
  static const IndexTest tests[] = {
      {"/odd-files/shapes", test_shapes},
      {"/odd-files/progressive", test_progressive},
      {"/odd-files/broken", test_broken},
  };

  return index_run_tests (argc, argv, tests, G_N_ELEMENTS (tests));
}
