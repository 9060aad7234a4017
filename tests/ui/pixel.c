/* pixel.c: prints the colour of a point of the screen: pixel X Y gives rrggbb. */
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <stdio.h>
#include <stdlib.h>

int
main (int argc, char **argv)
{
  Display *display = XOpenDisplay (NULL);

  if (display == NULL || argc != 3)
    return 2;
  XImage *image = XGetImage (display, DefaultRootWindow (display), atoi (argv[1]), atoi (argv[2]),
                             1, 1, AllPlanes, ZPixmap);
  if (image == NULL)
    return 1;
  printf ("%06lx\n", XGetPixel (image, 0, 0) & 0xffffff);
  XDestroyImage (image);
  XCloseDisplay (display);
  return 0;
}
