/* bench-duplicates.c: how long it takes to find the near-duplicates of a large library, and how
 * many of those that are there: bench-duplicates [PHOTOS [DIMENSIONS]] */
#include <stdio.h>
#include <stdlib.h>

#include "near-library.h"
#include "search/duplicates.h"

int
main (int argc, char **argv)
{
  static const char *const names[NEAR_KINDS] = {"copies", "crops", "bursts", "equal files",
                                                "minutes later"};
  guint n = argc > 1 ? (guint)atoi (argv[1]) : 1000000;
  guint dims = argc > 2 ? (guint)atoi (argv[2]) : 512;
  g_autoptr (NearLibrary) library = near_library_new (n - n / 10, n / 10, dims);
  g_autoptr (GError) error = NULL;
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GPtrArray) groups =
      ink_duplicates_find (library->catalogue, library->vectors, NULL, &error);

  g_assert_no_error (error);
  printf ("%u photos × %u: %.1f s, %u groups, %u wrong members\n", n, dims,
          (double)(g_get_monotonic_time () - begin) / G_USEC_PER_SEC, groups->len,
          near_library_count_wrong (library, groups));
  for (guint kind = 0; kind < NEAR_KINDS; kind++) {
    guint all, found;

    near_library_count (library, groups, kind, &all, &found);
    printf ("  %-13s %u of %u\n", names[kind], found, all);
  }
  return 0;
}
