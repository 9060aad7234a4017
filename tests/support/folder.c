/* folder.c: a temporary folder that goes with everything in it (folder.h). */
#include "support/folder.h"

#include <ftw.h>
#include <glib/gstdio.h>

TestFolder *
test_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("inkling-test-XXXXXX", &error);
  if (path == NULL)
    g_error ("%s", error->message);
  return path;
}

static int
remove_one (const char *path, const struct stat *info, int type, struct FTW *place)
{
  return g_remove (path);
}

void
test_folder_free (TestFolder *folder)
{
  if (folder != NULL && nftw (folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
    g_warning ("%s could not be removed", folder);
  g_free (folder);
}

void
test_folder_write (const TestFolder *folder, const char *name, gconstpointer data, gsize size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  if (!g_file_set_contents (path, data, (gssize)size, &error))
    g_error ("%s", error->message);
}
