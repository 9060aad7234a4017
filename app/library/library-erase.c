/* library-erase.c: all that the program keeps, deleted. */
#include "base/dirs.h"
#include "library/library.h"
#include "store/store.h"

gboolean
ink_library_erase (const char *directory, GError **error)
{
  g_autofree char *library = directory ? g_strdup (directory) : ink_dirs_get_library ();
  g_autofree char *cache = ink_dirs_get_cache ();

  return ink_store_erase (library, error) && ink_store_erase_tree (cache, error);
}
