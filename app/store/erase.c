/* erase.c: a library, put out of the world. */
#include "store/lock.h"
#include "store/store.h"

#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>

/* Folders that nftw() may hold open at once. */
#define MOST_OPEN 16

static int
remove_one (const char *path, const struct stat *status, int type, struct FTW *position)
{
  return g_remove (path) == 0 || errno == ENOENT ? 0 : errno;
}

gboolean
ink_store_erase_tree (const char *path, GError **error)
{
  int errsv = nftw (path, remove_one, MOST_OPEN, FTW_DEPTH | FTW_PHYS);

  if (errsv < 0)
    errsv = errno;
  if (errsv == 0 || errsv == ENOENT)
    return TRUE;
  g_autofree char *display = g_filename_display_name (path);
  ink_set_error_from_errno (error, errsv, "Can't delete %s", display);
  return FALSE;
}

/* The database with its journals, those set aside, and the models that were added. */
static gboolean
is_ours (const char *name)
{
  return g_str_has_prefix (name, "library.db") || g_str_equal (name, "models");
}

gboolean
ink_store_erase (const char *directory, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (directory, 0, NULL);
  g_autofree char *lock_path = g_build_filename (directory, "library.lock", NULL);
  const char *name;

  if (!folder)
    return TRUE; /* there never was one */
  g_autoptr (InkLock) lock = ink_lock_take (directory, g_get_prgname (), error);
  if (!lock)
    return FALSE;
  while ((name = g_dir_read_name (folder))) {
    g_autofree char *path = g_build_filename (directory, name, NULL);
    if (is_ours (name) && !ink_store_erase_tree (path, error))
      return FALSE;
  }
  g_remove (lock_path);
  g_rmdir (directory); /* which fails, rightly, where other files lie in it */
  return TRUE;
}
