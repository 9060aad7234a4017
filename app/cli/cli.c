/* cli.c: what the commands of inkling-cli share. */
#include "cli/cli.h"

#include <glib-unix.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "config.h"

InkLibrary *
ink_cli_open (InkCli *cli)
{
  g_autoptr (GError) error = NULL;
  InkLibrary *library = ink_library_open (&cli->library, &error);

  if (library == NULL) {
    ink_cli_fail (cli, g_steal_pointer (&error), cli->library.directory);
    cli->status = 3; /* it can't be used, whatever the reason */
  }
  return library;
}

ClipModel *
ink_cli_get_model (InkCli *cli, InkLibrary *library)
{
  g_autoptr (GError) error = NULL;
  ClipModel *model = ink_library_get_model (library, &error);

  if (model == NULL)
    ink_cli_fail (cli, g_steal_pointer (&error), cli->library.model);
  return model;
}

/* @text with control characters, which could move a terminal's cursor, made visible. */
static char *
make_printable (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *line = g_string_new (NULL);

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar code = g_utf8_get_char (c);
    if (g_unichar_iscntrl (code) && code != '\t')
      g_string_append (line, code == '\n' ? "\\n" : "�");
    else
      g_string_append_unichar (line, code);
  }
  return g_string_free (line, FALSE);
}

int
ink_cli_fail (InkCli *cli, GError *error, const char *input)
{
  int status = ink_error_exit_status (error);

  if (cli->json) {
    InkJson json;
    ink_json_init (&json);
    ink_json_open (&json, '{');
    ink_json_key (&json, "error");
    ink_json_open (&json, '{');
    ink_json_string (&json, "code", ink_error_code (error));
    ink_json_string (&json, "message", error->message);
    ink_json_string (&json, "input", input);
    ink_json_close (&json, '}');
    ink_json_close (&json, '}');
    ink_json_print (&json);
  } else {
    g_autofree char *message = make_printable (error->message);
    fprintf (stderr, "inkling-cli%s%s: %s\n", *cli->command != '\0' ? " " : "", cli->command,
             message);
  }
  g_error_free (error);
  cli->status = MAX (cli->status, status);
  return status;
}

int
ink_cli_usage (InkCli *cli, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  GError *error = g_error_new_valist (INK_ERROR, INK_ERROR_USAGE, format, arguments);
  va_end (arguments);

  int status = ink_cli_fail (cli, error, NULL);
  if (!cli->json)
    fprintf (stderr, "Try: inkling-cli%s%s --help\n", *cli->command != '\0' ? " " : "",
             cli->command);
  return status;
}

void
ink_cli_print (InkCli *cli, const char *format, ...)
{
  if (cli->json)
    return;

  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *line = make_printable (text);
  puts (line);
}

void
ink_cli_note (InkCli *cli, const char *format, ...)
{
  if (cli->quiet)
    return;

  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *line = make_printable (text);
  fprintf (stderr, "%s\n", line);
}

gboolean
ink_cli_check_texts (InkCli *cli, const char *const *texts)
{
  for (gsize i = 0; texts != NULL && texts[i] != NULL; i++)
    if (!g_utf8_validate (texts[i], -1, NULL)) {
      ink_cli_usage (cli, "“%s” is not UTF-8 text", texts[i]);
      return FALSE;
    }
  return TRUE;
}

char *
ink_cli_path (InkCli *cli, const char *argument)
{
  g_autoptr (GError) error = NULL;
  char *path = ink_path_from_argument (argument, &error);

  if (path == NULL)
    ink_cli_fail (cli, g_steal_pointer (&error), argument);
  return path;
}

void
ink_cli_json_path (InkJson *json, const char *path)
{
  g_autofree char *uri = ink_path_to_uri (path);

  ink_json_string (json, "path", path);
  ink_json_string (json, "uri", uri);
}

static gboolean
interrupt_cb (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_CONTINUE;
}

/* The commands block, so signals are watched by a loop in a thread of its own. */
static gpointer
watch_signals (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  const int signals[] = {SIGINT, SIGTERM};

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++) {
    g_autoptr (GSource) source = g_unix_signal_source_new (signals[i]);
    g_source_set_callback (source, interrupt_cb, data, NULL);
    g_source_attach (source, context);
  }
  g_main_loop_run (loop);
  return NULL;
}

GCancellable *
ink_cli_cancellable (InkCli *cli)
{
  if (cli->cancellable == NULL) {
    cli->cancellable = g_cancellable_new ();
    g_thread_unref (g_thread_new ("signals", watch_signals, cli->cancellable));
  }
  return cli->cancellable;
}
