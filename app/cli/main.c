/* main.c: inkling-cli: finds the command, reads its options and runs it. */
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "cli/cli.h"
#include "config.h"

static const InkCommand *const commands[] = {
    &ink_command_index,      &ink_command_search,   &ink_command_similar,  &ink_command_saved,
    &ink_command_duplicates, &ink_command_export,   &ink_command_status,   &ink_command_failed,
    &ink_command_retry,      &ink_command_forget,   &ink_command_watch,    &ink_command_models,
    &ink_command_embed,      &ink_command_tokenize, &ink_command_classify, &ink_command_check,
    &ink_command_bench,
};

/* What the global options are parsed into. */
typedef struct {
  char *directory, *model, *precision, *view;
  int image_size, threads;
  gboolean json, quiet, version, help;
} Globals;

static void
globals_clear (Globals *globals)
{
  g_free (globals->directory);
  g_free (globals->model);
  g_free (globals->precision);
  g_free (globals->view);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Globals, globals_clear)

/* Adds the global options, which are the same before and after the command. Every text here and
 * in the commands is a "file name" for GOption, i.e. raw bytes: its strings are converted from the
 * locale, which fails in the C locale for what is UTF-8 already. */
static void
add_globals (GOptionContext *context, Globals *globals)
{
  const GOptionEntry entries[] = {
      {"library", 0, 0, G_OPTION_ARG_FILENAME, &globals->directory,
       "The library's folder (default: $XDG_DATA_HOME/inkling)", "DIR"},
      {"model", 0, 0, G_OPTION_ARG_FILENAME, &globals->model, "Use this model for this call only",
       "NAME|FOLDER"},
      {"image-size", 0, 0, G_OPTION_ARG_INT, &globals->image_size,
       "Side of the square that the image tower sees", "N"},
      {"view", 0, 0, G_OPTION_ARG_FILENAME, &globals->view,
       "What the model is shown of a photo: squares, centre or whole", "VIEW"},
      {"threads", 0, 0, G_OPTION_ARG_INT, &globals->threads,
       "Threads of the engine (default: one a processor)", "N"},
      {"precision", 0, 0, G_OPTION_ARG_FILENAME, &globals->precision,
       "Arithmetic of the engine: auto, f32, bf16 or int8", "P"},
      {"json", 0, 0, G_OPTION_ARG_NONE, &globals->json, "Print JSON", NULL},
      {"quiet", 0, 0, G_OPTION_ARG_NONE, &globals->quiet, "No progress and no notes", NULL},
      {"version", 0, 0, G_OPTION_ARG_NONE, &globals->version, "Print the version and exit", NULL},
      {"help", 'h', 0, G_OPTION_ARG_NONE, &globals->help, "Print this help and exit", NULL},
      {NULL},
  };
  GOptionGroup *group =
      g_option_group_new ("global", "Global options:", "Show the global options", NULL, NULL);

  g_option_group_add_entries (group, entries);
  g_option_context_add_group (context, group);
  g_option_context_set_help_enabled (context, FALSE);
}

static const InkCommand *
find_command (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i]->name, name) == 0)
      return commands[i];
  return NULL;
}

static void
print_overview (FILE *file, GOptionContext *context)
{
  g_autofree char *globals = g_option_context_get_help (context, FALSE, NULL);
  const char *options = strstr (globals, "Global options:");

  fprintf (file, "Usage: inkling-cli COMMAND [OPTION…]\n\n"
                 "Finds photos on this computer by describing them. Nothing leaves the computer."
                 "\n\nCommands:\n");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (file, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
  fprintf (file, "\n%s\nEach command has its own --help.\n", options != NULL ? options : "");
}

static int
print_version (void)
{
  printf ("inkling-cli %s\n", INK_VERSION);
  return 0;
}

/* GOption begins the usage line with the program's name. */
static int
print_help (const InkCommand *command, GOptionContext *context)
{
  g_autofree char *name = g_strconcat ("inkling-cli ", command->name, NULL);

  g_set_prgname (name);
  g_autofree char *help = g_option_context_get_help (context, FALSE, NULL);
  fputs (help, stdout);
  return 0;
}

/* Global options may stand before and after the command; all of them are added to @globals. */
static gboolean
parse (GOptionContext *context, char ***argv, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (g_option_context_parse_strv (context, argv, &local))
    return TRUE;
  g_set_error_literal (error, INK_ERROR, INK_ERROR_USAGE, local->message);
  return FALSE;
}

static gboolean
apply_globals (InkCli *cli, const Globals *globals, GError **error)
{
  const struct {
    const char *name;
    int value, limit;
  } numbers[] = {{"threads", globals->threads, 1024}, {"image-size", globals->image_size, 4096}};
  ClipView view;

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (numbers[i].value < 0 || numbers[i].value > numbers[i].limit)
      return g_set_error (error, INK_ERROR, INK_ERROR_USAGE, "--%s must lie between 1 and %d",
                          numbers[i].name, numbers[i].limit),
             FALSE;
  if (globals->precision != NULL &&
      !clip_precision_from_string (globals->precision, &cli->library.engine.precision))
    return g_set_error (error, INK_ERROR, INK_ERROR_USAGE,
                        "--precision is auto, f32, bf16 or int8, not “%s”", globals->precision),
           FALSE;
  if (globals->view != NULL && !clip_view_from_string (globals->view, &view))
    return g_set_error (error, INK_ERROR, INK_ERROR_USAGE,
                        "--view is squares, centre or whole, not “%s”", globals->view),
           FALSE;
  if (globals->directory != NULL && *globals->directory == '\0')
    return g_set_error (error, INK_ERROR, INK_ERROR_USAGE, "--library names no folder"), FALSE;
  cli->library.directory = globals->directory;
  cli->library.model = globals->model;
  cli->library.view = globals->view;
  cli->library.engine.threads = (guint)globals->threads;
  cli->library.engine.image_size = (guint)globals->image_size;
  cli->json = globals->json;
  cli->quiet = globals->quiet;
  return TRUE;
}

/* How @command is used, as the first line of its help says it. */
static GOptionContext *
make_command_context (const InkCommand *command, gpointer options)
{
  GOptionContext *context = g_option_context_new (command->arguments);

  g_option_context_set_summary (context, command->summary);
  g_option_context_set_description (context, command->description);
  if (command->add_options != NULL)
    command->add_options (context, options);
  return context;
}

static gboolean
check_arguments (const InkCommand *command, char **arguments, GError **error)
{
  guint n = g_strv_length (arguments);

  if (n < command->min_arguments)
    g_set_error (error, INK_ERROR, INK_ERROR_USAGE, "something is missing: inkling-cli %s %s",
                 command->name, command->arguments);
  else if (n > command->max_arguments)
    g_set_error (error, INK_ERROR, INK_ERROR_USAGE, "one argument too many: “%s”",
                 arguments[command->max_arguments]);
  else
    return TRUE;
  return FALSE;
}

/* argv[0] is the program's name for GOption, the rest is what follows the command. */
static int
run_command (InkCli *cli, const InkCommand *command, gpointer options, Globals *globals,
             char **argv)
{
  g_autoptr (GOptionContext) context = make_command_context (command, options);
  g_auto (GStrv) arguments = g_strdupv (argv);
  g_autoptr (GError) error = NULL;

  cli->command = command->name;
  add_globals (context, globals);
  if (!parse (context, &arguments, &error) || !apply_globals (cli, globals, &error))
    return ink_cli_usage (cli, "%s", error->message);
  if (globals->version)
    return print_version ();
  if (globals->help)
    return print_help (command, context);
  /* GOption leaves a "--" that parts options from words. */
  char **words = arguments + 1;
  if (words[0] != NULL && strcmp (words[0], "--") == 0)
    words++;
  if (!check_arguments (command, words, &error))
    return ink_cli_usage (cli, "%s", error->message);

  int status = command->run (cli, options, (int)g_strv_length (words), words);
  return MAX (status, cli->status);
}

static int
run (InkCli *cli, char **argv)
{
  g_auto (Globals) globals = {0};
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (GStrv) arguments = g_strdupv (argv);
  g_autoptr (GError) error = NULL;

  cli->json = g_strv_contains ((const char *const *)argv, "--json"); /* for what goes wrong early */
  /* First what stands before the command, which is the first word that is no option. */
  g_option_context_set_strict_posix (context, TRUE);
  add_globals (context, &globals);
  if (!parse (context, &arguments, &error))
    return ink_cli_usage (cli, "%s", error->message);
  if (globals.version)
    return print_version ();
  if (arguments[1] == NULL && globals.help)
    return print_overview (stdout, context), 0;
  if (arguments[1] == NULL && !cli->json)
    return print_overview (stderr, context), 2;
  if (arguments[1] == NULL)
    return ink_cli_usage (cli, "there is no command; inkling-cli --help lists them");
  const InkCommand *command = find_command (arguments[1]);
  if (command == NULL)
    return ink_cli_usage (cli, "there is no command “%s”; inkling-cli --help lists them",
                          arguments[1]);

  g_autofree gpointer options = g_malloc0 (command->options_size + 1);
  int status = run_command (cli, command, options, &globals, arguments + 1);
  if (command->clear_options != NULL)
    command->clear_options (options);
  return status;
}

/* Where a standard stream is closed, the next file that is opened, the library's lock for one,
 * would take its number and get what is printed. */
static void
fill_standard_streams (void)
{
  int file;

  do
    file = open ("/dev/null", O_RDONLY);
  while (file >= 0 && file <= STDERR_FILENO);
  if (file >= 0)
    close (file);
}

/* Results that did not arrive, as on a full disk, are a failure. */
static int
finish_output (int status)
{
  gboolean complete = ferror (stdout) == 0;

  if (fflush (stdout) == 0 && complete)
    return status;
  fprintf (stderr, "inkling-cli: the results could not be written to standard output\n");
  return MAX (status, 1);
}

int
main (int argc, char **argv)
{
  InkCli cli = {.command = ""};

  fill_standard_streams ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, INK_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("inkling-cli");
  int status = run (&cli, argv);
  g_clear_object (&cli.cancellable);
  return finish_output (status);
}
