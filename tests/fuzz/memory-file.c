/* memory-file.c: bytes as a file for functions that want a path (fuzz.h). */
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/fuzz.h"

char *
fuzz_make_file (const guint8 *data, gsize size, int *descriptor)
{
  *descriptor = memfd_create ("fuzz", MFD_CLOEXEC);
  g_assert_cmpint (*descriptor, >=, 0);
  g_assert_cmpint (write (*descriptor, data, size), ==, (gssize)size);
  return g_strdup_printf ("/proc/self/fd/%d", *descriptor);
}
