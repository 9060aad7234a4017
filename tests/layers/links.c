/* links.c: a program that does nothing; what matters is that it links (see meson.build). */

int
main (void)
{
  return 0;
}
