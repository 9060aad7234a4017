/* replay.c: gives a fuzz target all files of a folder, without a fuzz engine: replay FOLDER. Each
 * is also given cut at every length, or at a thousand of them, since a file that ends early is the
 * commonest damage. */
#include <string.h>

#include "fuzz/fuzz.h"

#define MOST_CUTS 1000

/* In an allocation that ends where the bytes do, so that sanitizers see a read beyond. */
static void
give (const char *bytes, gsize size)
{
  g_autofree guint8 *copy = g_malloc (MAX (size, 1));

  memcpy (copy, bytes, size);
  g_assert_cmpint (LLVMFuzzerTestOneInput (copy, size), ==, 0);
}

static void
test_file (gconstpointer path)
{
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  give (bytes, size);
  gsize step = size / MOST_CUTS + 1;
  for (gsize cut = 0; cut < size; cut += step)
    give (bytes, cut);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  g_autoptr (GDir) folder = g_dir_open (argv[1], 0, NULL);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_assert_nonnull (folder);
  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *test = g_strconcat ("/fuzz/", name, NULL);
    g_ptr_array_add (paths, g_build_filename (argv[1], name, NULL));
    g_test_add_data_func (test, paths->pdata[paths->len - 1], test_file);
  }
  g_assert_cmpuint (paths->len, >, 0);
  return g_test_run ();
}
