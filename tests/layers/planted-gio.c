/* planted-gio.c: what must never stand in the engine: a call of GIO (see planted.sh). */
#include <gio/gio.h>

#include "clip.h"

int
main (void)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/");
  return file != NULL && clip_precision_to_string (CLIP_PRECISION_F32) != NULL ? 0 : 1;
}
