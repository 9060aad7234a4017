/* main.c: starts the program with a window. */
#include "application.h"
#include "environment.h"

int
main (int argc, char **argv)
{
  ink_environment_init_locale ();
  ink_environment_choose_renderer ();

  g_autoptr (InkApplication) application = ink_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
