/* cmd-status.c: status and check: the library as a whole. */
#include "cli/cli.h"

static void
print_status_json (InkLibrary *library, const InkStatus *status, const GPtrArray *folders)
{
  InkJson json;

  ink_json_init (&json);
  ink_json_open (&json, '{');
  ink_json_string (&json, "library", ink_library_get_directory (library));
  ink_json_key (&json, "folders");
  ink_json_open (&json, '[');
  for (guint i = 0; i < folders->len; i++) {
    const InkFolder *folder = folders->pdata[i];
    ink_json_open (&json, '{');
    ink_cli_json_path (&json, folder->path);
    ink_json_integer (&json, "photos", folder->photos);
    ink_json_integer (&json, "failed", folder->failed);
    ink_json_boolean (&json, "offline", folder->offline);
    ink_json_integer (&json, "away", folder->away);
    ink_json_integer (&json, "missing", folder->missing);
    ink_json_strings (&json, "excluded", (const char *const *)folder->excluded);
    ink_json_close (&json, '}');
  }
  ink_json_close (&json, ']');
  ink_json_integer (&json, "photos", status->photos);
  ink_json_integer (&json, "failed", status->failed);
  ink_json_integer (&json, "embedded", status->embedded);
  ink_json_string (&json, "model", status->model);
  ink_json_string (&json, "last_run", status->last_run);
  ink_json_strings (&json, "formats", (const char *const *)status->formats);
  ink_json_string (&json, "sandbox", status->sandbox);
  ink_json_integer (&json, "database_bytes", (gint64)status->database_bytes);
  ink_json_integer (&json, "thumbnail_bytes", (gint64)status->thumbnail_bytes);
  ink_json_string (&json, "isa", clip_cpu_isa ());
  ink_json_close (&json, '}');
  ink_json_print (&json);
}

static void
print_folder (InkCli *cli, const InkFolder *folder)
{
  g_autoptr (GString) facts = g_string_new (NULL);

  g_string_append_printf (facts, folder->photos == 1 ? "%u photo" : "%u photos", folder->photos);
  if (folder->offline)
    g_string_append (facts, ", not there at present");
  else if (folder->away > 0)
    g_string_append_printf (facts, ", %u on a drive that is not there at present", folder->away);
  if (folder->missing > 0)
    g_string_append_printf (facts, ", %u not found any more", folder->missing);
  ink_cli_print (cli, "Folder      %s (%s)", folder->path, facts->str);
  for (char **pattern = folder->excluded; *pattern != NULL; pattern++)
    ink_cli_print (cli, "            without %s", *pattern);
}

static int
run_status (InkCli *cli, gpointer options, int argc, char **argv)
{
  g_autoptr (InkLibrary) library = ink_cli_open (cli);
  g_autoptr (GError) error = NULL;

  if (library == NULL)
    return cli->status;
  g_autoptr (InkStatus) status = ink_library_get_status (library, &error);
  g_autoptr (GPtrArray) folders = status ? ink_library_get_folders (library, &error) : NULL;
  if (folders == NULL)
    return ink_cli_fail (cli, g_steal_pointer (&error), NULL);
  if (cli->json) {
    print_status_json (library, status, folders);
    return 0;
  }

  g_autofree char *formats = g_strjoinv (", ", status->formats);
  g_autofree char *database = g_format_size (status->database_bytes);
  g_autofree char *thumbnails = g_format_size (status->thumbnail_bytes);
  ink_cli_print (cli, "Library     %s", ink_library_get_directory (library));
  for (guint i = 0; i < folders->len; i++) {
    const InkFolder *folder = folders->pdata[i];
    print_folder (cli, folder);
  }
  ink_cli_print (cli, "Photos      %u, of which %u can be searched; %u could not be read",
                 status->photos, status->embedded, status->failed);
  ink_cli_print (cli, "Model       %s", status->model != NULL ? status->model : "none");
  ink_cli_print (cli, "Last run    %s", status->last_run != NULL ? status->last_run : "never");
  ink_cli_print (cli, "Size        %s, and %s of thumbnails", database, thumbnails);
  ink_cli_print (cli, "Formats     %s", formats);
  ink_cli_print (cli, "Sandbox     %s", status->sandbox);
  ink_cli_print (cli, "Processor   %s", clip_cpu_isa ());
  return 0;
}

const InkCommand ink_command_status = {
    .name = "status",
    .arguments = "",
    .summary = "Print folders, counts, model, formats and sizes",
    .run = run_status,
};

typedef struct {
  gboolean repair;
} CheckOptions;

static void
add_check_options (GOptionContext *context, gpointer data)
{
  CheckOptions *options = data;
  const GOptionEntry entries[] = {
      {"repair", 0, 0, G_OPTION_ARG_NONE, &options->repair, "Mend what can be mended", NULL},
      {NULL},
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static int
run_check (InkCli *cli, gpointer data, int argc, char **argv)
{
  const CheckOptions *options = data;
  g_autoptr (InkLibrary) library = ink_cli_open (cli);
  g_autoptr (GError) error = NULL;
  InkJson json;

  if (library == NULL)
    return cli->status;
  g_autoptr (GPtrArray) problems = ink_library_check (library, options->repair, &error);
  if (problems == NULL)
    return ink_cli_fail (cli, g_steal_pointer (&error), NULL);
  for (guint i = 0; i < problems->len; i++)
    ink_cli_print (cli, "%s", (const char *)problems->pdata[i]);
  if (problems->len == 0)
    ink_cli_print (cli, "The library is in order.");
  if (cli->json) {
    ink_json_init (&json);
    ink_json_open (&json, '{');
    ink_json_boolean (&json, "ok", problems->len == 0);
    ink_json_key (&json, "problems");
    ink_json_open (&json, '[');
    for (guint i = 0; i < problems->len; i++)
      ink_json_string (&json, NULL, problems->pdata[i]);
    ink_json_close (&json, ']');
    ink_json_close (&json, '}');
    ink_json_print (&json);
  }
  return problems->len == 0 ? 0 : 1;
}

const InkCommand ink_command_check = {
    .name = "check",
    .arguments = "",
    .summary = "Check the library's integrity",
    .description = "Exits with 1 where something is wrong. No photo is ever touched.\n",
    .run = run_check,
    .options_size = sizeof (CheckOptions),
    .add_options = add_check_options,
};
