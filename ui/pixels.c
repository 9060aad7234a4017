/* pixels.c: decoded pixels as GTK shows them. */
#include "pixels.h"

GdkTexture *
ink_pixels_to_texture (const InkPixels *pixels)
{
  return gdk_memory_texture_new ((int)pixels->width, (int)pixels->height, GDK_MEMORY_R8G8B8,
                                 pixels->rgb, (gsize)pixels->width * 3);
}
