/* test-text-format.c: the status line and its parts, in English. */
#include "text-format.h"

static void
assert_time_left (double seconds, const char *expected)
{
  g_autofree char *text = ink_format_time_left (seconds);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_time_left (void)
{
  assert_time_left (-1, NULL);
  assert_time_left (0.0 / 0.0, NULL);
  assert_time_left (0, "less than a minute left");
  assert_time_left (59, "less than a minute left");
  assert_time_left (61, "about 2 minutes left");
  assert_time_left (29 * 60, "about 29 minutes left");
  assert_time_left (55 * 60, "about an hour left");
  assert_time_left (80 * 60, "about an hour left");
  assert_time_left (100 * 60, "about 2 hours left");
  assert_time_left (1e300, "about 16667 hours left");
}

static void
assert_progress (InkIndexProgress progress, const char *expected)
{
  g_autofree char *text = ink_format_progress (&progress);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_progress (void)
{
  assert_progress ((InkIndexProgress){.state = INK_INDEX_IDLE}, "");
  assert_progress ((InkIndexProgress){.state = INK_INDEX_SCANNING}, "Looking for photos…");
  assert_progress ((InkIndexProgress){.state = INK_INDEX_SCANNING, .found = 7},
                   "Looking for photos · 7 found");
  assert_progress ((InkIndexProgress){.state = INK_INDEX_INDEXING,
                                      .done = 203,
                                      .total = 451,
                                      .rate = 12.2,
                                      .seconds_left = 3600},
                   "Indexing 203 of 451 · 12 a second · about an hour left");
  assert_progress (
      (InkIndexProgress){
          .state = INK_INDEX_INDEXING, .done = 1, .total = 9, .rate = 0.1, .seconds_left = -1},
      "Indexing 1 of 9 · 6 a minute");
  assert_progress ((InkIndexProgress){.state = INK_INDEX_PAUSED, .done = 3, .total = 9},
                   "Paused at 3 of 9");
  assert_progress ((InkIndexProgress){.state = INK_INDEX_IDLE, .prepared = 250, .to_prepare = 1000},
                   "Making search ready · 250 of 1000 photos");
}

static void
test_fraction (void)
{
  InkIndexProgress progress = {.state = INK_INDEX_SCANNING, .done = 1, .total = 4};

  g_assert_cmpfloat (ink_format_fraction (&progress), <, 0);
  progress.state = INK_INDEX_INDEXING;
  g_assert_cmpfloat (ink_format_fraction (&progress), ==, 0.25);
  progress.done = 5; /* more were found than were counted */
  g_assert_cmpfloat (ink_format_fraction (&progress), ==, 1);
  progress.total = 0;
  g_assert_cmpfloat (ink_format_fraction (&progress), <, 0);
  progress = (InkIndexProgress){.state = INK_INDEX_IDLE, .prepared = 250, .to_prepare = 1000};
  g_assert_cmpfloat (ink_format_fraction (&progress), ==, 0.25);
}

static void
assert_taken (const char *taken, const char *expected)
{
  g_autofree char *text = ink_format_taken (taken);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_taken (void)
{
  assert_taken (NULL, NULL);
  assert_taken ("yesterday", NULL);
  assert_taken ("2021-05-04T16:05:00", "4 May 2021, 16:05");
  /* As the clock showed where the photo was taken. */
  assert_taken ("2021-05-04T16:05:00+09:00", "4 May 2021, 16:05");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/text-format/time-left", test_time_left);
  g_test_add_func ("/ui/text-format/progress", test_progress);
  g_test_add_func ("/ui/text-format/fraction", test_fraction);
  g_test_add_func ("/ui/text-format/taken", test_taken);
  return g_test_run ();
}
