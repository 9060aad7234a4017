/* test-grid-layout.c: the arithmetic of the grid, against a plain walk over all its cells. */
#include "grid-layout.h"

/* 23 photos above a heading, 5 below it, in a grid of 4 columns: cells of 100 and gaps of 10. */
static void
make_layout (InkGridLayout *layout)
{
  InkGridBand bands[] = {
      {.count = 23},
      {.count = 5, .heading = 50},
  };

  ink_grid_layout_init (layout, 12, 10);
  ink_grid_layout_set_bands (layout, bands, G_N_ELEMENTS (bands));
  ink_grid_layout_update (layout, 2 * 12 + 4 * 110 - 10, 100);
}

static void
test_places (void)
{
  InkGridLayout layout;
  double x, y;

  make_layout (&layout);
  g_assert_cmpuint (layout.columns, ==, 4);
  g_assert_cmpint (layout.cell, ==, 100);
  g_assert_cmpuint (ink_grid_layout_count (&layout), ==, 28);

  ink_grid_layout_locate (&layout, 0, &x, &y);
  g_assert_cmpfloat (x, ==, 12);
  g_assert_cmpfloat (y, ==, 12);
  ink_grid_layout_locate (&layout, 22, &x, &y);
  g_assert_cmpfloat (x, ==, 12 + 2 * 110);
  g_assert_cmpfloat (y, ==, 12 + 5 * 110);
  /* The second band begins below six rows and the heading. */
  ink_grid_layout_locate (&layout, 23, &x, &y);
  g_assert_cmpfloat (x, ==, 12);
  g_assert_cmpfloat (y, ==, 12 + 6 * 110 + 50);
  g_assert_cmpint (ink_grid_layout_heading_above (&layout, 22), ==, 0);
  g_assert_cmpint (ink_grid_layout_heading_above (&layout, 26), ==, 50);
  g_assert_cmpint (ink_grid_layout_heading_above (&layout, 27), ==, 0);
  g_assert_cmpfloat (layout.height, ==, 12 + 8 * 110 + 50 - 10 + 12);
  ink_grid_layout_clear (&layout);
}

/* Whatever the width: cells stay near the size asked for, and never reach beyond the margins. */
static void
test_widths (void)
{
  for (int wanted = 96; wanted <= 512; wanted += 52)
    for (int width = 130; width < 2500; width += 7) {
      InkGridLayout layout;
      InkGridBand band = {.count = 1000};
      ink_grid_layout_init (&layout, 12, 8);
      ink_grid_layout_set_bands (&layout, &band, 1);
      ink_grid_layout_update (&layout, width, wanted);
      int used = 2 * 12 + (int)layout.columns * (layout.cell + 8) - 8;
      g_assert_cmpuint (layout.columns, >=, 1);
      g_assert_cmpint (used, <=, width);
      g_assert_cmpint (width - used, <, (int)layout.columns);
      if (layout.columns > 1)
        g_assert_cmpint (layout.cell, >=, wanted * 2 / 3 - 8);
      ink_grid_layout_clear (&layout);
    }
}

/* Each point of the content hits the cell that lies there, or none between cells. */
static void
test_hits (void)
{
  InkGridLayout layout;

  make_layout (&layout);
  for (int y = -30; y < layout.height + 30; y += 3)
    for (int x = -30; x < 500; x += 3) {
      guint expected = INK_GRID_NOWHERE;
      for (guint i = 0; i < ink_grid_layout_count (&layout); i++) {
        double left, top;
        ink_grid_layout_locate (&layout, i, &left, &top);
        if (x >= left && x < left + layout.cell && y >= top && y < top + layout.cell)
          expected = i;
      }
      g_assert_cmpuint (ink_grid_layout_hit (&layout, x, y), ==, expected);
      g_assert_cmpuint (ink_grid_layout_nearest (&layout, x, y), <, 28);
    }
  ink_grid_layout_clear (&layout);
}

/* The range holds every cell that shows between two heights, and no row more than it must. */
static void
test_range (void)
{
  InkGridLayout layout;

  make_layout (&layout);
  for (int top = -200; top < layout.height + 200; top += 11) {
    int bottom = top + 260;
    guint first = INK_GRID_NOWHERE, last = 0;
    gboolean any = ink_grid_layout_range (&layout, top, bottom, &first, &last);
    for (guint i = 0; i < ink_grid_layout_count (&layout); i++) {
      double x, y;
      ink_grid_layout_locate (&layout, i, &x, &y);
      if (y < bottom && y + layout.cell > top) {
        g_assert_true (any);
        g_assert_cmpuint (i, >=, first);
        g_assert_cmpuint (i, <=, last);
      }
    }
    if (any)
      g_assert_cmpuint (last - first, <, 16); /* four rows */
  }
  ink_grid_layout_clear (&layout);
}

static void
add_run (guint first, guint last, gpointer data)
{
  gboolean *touched = data;

  for (guint i = first; i <= last; i++) {
    g_assert_false (touched[i]);
    touched[i] = TRUE;
  }
}

/* A rubber band touches the cells that it has something in common with, and no others. */
static void
test_runs (void)
{
  InkGridLayout layout;

  make_layout (&layout);
  for (int left = -40; left < 500; left += 37)
    for (int top = -40; top < layout.height + 40; top += 41) {
      int right = left + 150, bottom = top + 190;
      gboolean touched[28] = {FALSE};
      ink_grid_layout_foreach_run (&layout, left, top, right, bottom, add_run, touched);
      for (guint i = 0; i < 28; i++) {
        double x, y;
        ink_grid_layout_locate (&layout, i, &x, &y);
        g_assert_cmpint (touched[i], ==,
                         x <= right && x + layout.cell >= left && y <= bottom &&
                             y + layout.cell >= top);
      }
    }
  ink_grid_layout_clear (&layout);
}

static void
test_keys (void)
{
  const struct {
    guint from;
    InkGridStep step;
    guint to;
  } steps[] = {
      {0, INK_GRID_LEFT, 0},     {0, INK_GRID_UP, 0},      {5, INK_GRID_RIGHT, 6},
      {22, INK_GRID_RIGHT, 23},  {23, INK_GRID_LEFT, 22},  {5, INK_GRID_DOWN, 9},
      {19, INK_GRID_DOWN, 22},   {20, INK_GRID_DOWN, 23},  {22, INK_GRID_DOWN, 25},
      {24, INK_GRID_UP, 21},     {26, INK_GRID_UP, 22},    {27, INK_GRID_UP, 23},
      {24, INK_GRID_DOWN, 27},   {27, INK_GRID_DOWN, 27},  {27, INK_GRID_RIGHT, 27},
      {9, INK_GRID_FIRST, 0},    {9, INK_GRID_LAST, 27},   {0, INK_GRID_PAGE_DOWN, 8},
      {12, INK_GRID_PAGE_UP, 4}, {3, INK_GRID_PAGE_UP, 3},
  };
  InkGridLayout layout;

  make_layout (&layout);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    g_assert_cmpuint (ink_grid_layout_step (&layout, steps[i].from, steps[i].step, 330), ==,
                      steps[i].to);
  ink_grid_layout_clear (&layout);
}

/* Without a first band: nothing strong was found. And without any photo. */
static void
test_empty_bands (void)
{
  InkGridBand bands[] = {
      {.count = 0},
      {.count = 9, .heading = 50},
  };
  InkGridLayout layout;
  guint first, last;
  double x, y;

  ink_grid_layout_init (&layout, 12, 10);
  ink_grid_layout_set_bands (&layout, bands, G_N_ELEMENTS (bands));
  ink_grid_layout_update (&layout, 454, 100);
  ink_grid_layout_locate (&layout, 0, &x, &y);
  g_assert_cmpfloat (y, ==, 12 + 50);
  g_assert_cmpuint (ink_grid_layout_step (&layout, 0, INK_GRID_UP, 300), ==, 0);
  g_assert_cmpuint (ink_grid_layout_step (&layout, 8, INK_GRID_DOWN, 300), ==, 8);

  bands[1].count = 0;
  ink_grid_layout_set_bands (&layout, bands, G_N_ELEMENTS (bands));
  ink_grid_layout_update (&layout, 454, 100);
  g_assert_cmpuint (ink_grid_layout_count (&layout), ==, 0);
  g_assert_cmpuint (ink_grid_layout_hit (&layout, 20, 20), ==, INK_GRID_NOWHERE);
  g_assert_cmpuint (ink_grid_layout_nearest (&layout, 20, 20), ==, INK_GRID_NOWHERE);
  g_assert_false (ink_grid_layout_range (&layout, 0, 1000, &first, &last));
  ink_grid_layout_clear (&layout);
}

/* Two million photos make content taller than a float can tell apart to a pixel. */
static void
test_large (void)
{
  InkGridBand band = {.count = 2000000};
  InkGridLayout layout;

  ink_grid_layout_init (&layout, 12, 8);
  ink_grid_layout_set_bands (&layout, &band, 1);
  ink_grid_layout_update (&layout, 1200, 168);
  for (guint i = 0; i < band.count; i += 997) {
    double x, y;
    ink_grid_layout_locate (&layout, i, &x, &y);
    g_assert_cmpuint (ink_grid_layout_hit (&layout, x, y), ==, i);
    g_assert_cmpuint (ink_grid_layout_hit (&layout, x, y + layout.cell - 1), ==, i);
    g_assert_cmpuint (ink_grid_layout_hit (&layout, x, y + layout.cell), ==, INK_GRID_NOWHERE);
  }
  ink_grid_layout_clear (&layout);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/grid-layout/places", test_places);
  g_test_add_func ("/ui/grid-layout/widths", test_widths);
  g_test_add_func ("/ui/grid-layout/hits", test_hits);
  g_test_add_func ("/ui/grid-layout/range", test_range);
  g_test_add_func ("/ui/grid-layout/runs", test_runs);
  g_test_add_func ("/ui/grid-layout/keys", test_keys);
  g_test_add_func ("/ui/grid-layout/empty-bands", test_empty_bands);
  g_test_add_func ("/ui/grid-layout/large", test_large);
  return g_test_run ();
}
