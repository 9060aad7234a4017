/* cmd-status.c: status and check: the library as a whole. */
#include "cli/cli.h"

/* All that status prints. */
typedef struct {
  InkStatus *status;
  GPtrArray *folders; /* InkFolder */
  InkStatistics *statistics;
  InkModelChange *change;
} Facts;

static void
facts_clear (Facts *facts)
{
  g_clear_pointer (&facts->status, ink_status_free);
  g_clear_pointer (&facts->folders, g_ptr_array_unref);
  g_clear_pointer (&facts->statistics, ink_statistics_free);
  g_clear_pointer (&facts->change, ink_model_change_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Facts, facts_clear)

static gboolean
get_facts (InkLibrary *library, Facts *facts, GError **error)
{
  return (facts->status = ink_library_get_status (library, error)) != NULL &&
         (facts->folders = ink_library_get_folders (library, error)) != NULL &&
         (facts->statistics = ink_library_get_statistics (library, error)) != NULL &&
         (facts->change = ink_library_get_model_change (library, error)) != NULL;
}

/* An array of what there is by @key: "type" or "year". */
static void
write_counts (InkJson *json, const char *name, const char *key, const GPtrArray *counts)
{
  ink_json_key (json, name);
  ink_json_open (json, '[');
  for (guint i = 0; i < counts->len; i++) {
    const InkPhotoCount *count = counts->pdata[i];
    ink_json_open (json, '{');
    ink_json_string (json, key, count->name);
    ink_json_integer (json, "photos", count->photos);
    ink_json_integer (json, "bytes", (gint64)count->bytes);
    ink_json_close (json, '}');
  }
  ink_json_close (json, ']');
}

static void
write_spaces (InkJson *json, const GPtrArray *spaces)
{
  ink_json_key (json, "spaces");
  ink_json_open (json, '[');
  for (guint i = 0; i < spaces->len; i++) {
    const InkSpaceCount *space = spaces->pdata[i];
    ink_json_open (json, '{');
    ink_json_string (json, "model", space->model);
    ink_json_integer (json, "image_size", space->image_size);
    ink_json_integer (json, "dims", space->dims);
    ink_json_integer (json, "photos", space->photos);
    ink_json_boolean (json, "searched", space->searched);
    ink_json_close (json, '}');
  }
  ink_json_close (json, ']');
}

static void
write_change (InkJson *json, const InkModelChange *change)
{
  if (change->state == INK_MODEL_UNCHANGED) {
    ink_json_null (json, "change");
    return;
  }
  ink_json_key (json, "change");
  ink_json_open (json, '{');
  ink_json_string (json, "model", change->model);
  ink_json_string (json, "previous_model", change->previous_model);
  ink_json_boolean (json, "searched", change->state == INK_MODEL_CHANGED);
  ink_json_integer (json, "done", change->done);
  ink_json_integer (json, "total", change->total);
  ink_json_integer (json, "bytes", (gint64)change->bytes);
  ink_json_close (json, '}');
}

static void
print_status_json (InkLibrary *library, const Facts *facts)
{
  const InkStatus *status = facts->status;
  const GPtrArray *folders = facts->folders;
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
    ink_json_boolean (&json, "watchable", !folder->untold);
    ink_json_boolean (&json, "read_only", folder->read_only);
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
  ink_json_integer (&json, "weight_bytes", (gint64)facts->statistics->weight_bytes);
  ink_json_integer (&json, "photo_bytes", (gint64)facts->statistics->bytes);
  write_counts (&json, "types", "type", facts->statistics->types);
  write_counts (&json, "years", "year", facts->statistics->years);
  write_spaces (&json, facts->statistics->spaces);
  write_change (&json, facts->change);
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

/* "jpeg 1200, png 30": the names of @counts with their numbers. */
static char *
join_counts (const GPtrArray *counts)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < counts->len; i++) {
    const InkPhotoCount *count = counts->pdata[i];
    g_string_append_printf (text, "%s%s %u", i > 0 ? ", " : "",
                            count->name != NULL ? count->name : "unknown", count->photos);
  }
  return g_string_free (text, FALSE);
}

static void
print_change (InkCli *cli, const InkModelChange *change)
{
  g_autofree char *size = g_format_size (change->bytes);

  if (change->state == INK_MODEL_CHANGING)
    ink_cli_print (cli,
                   "Change      from %s to %s: %u of %u photos, about %s more on disk; models undo "
                   "goes back",
                   change->previous_model, change->model, change->done, change->total, size);
  else if (change->state == INK_MODEL_CHANGED)
    ink_cli_print (cli,
                   "Change      from %s to %s is done; models confirm frees about %s, models undo "
                   "goes back",
                   change->previous_model, change->model, size);
}

static void
print_status (InkCli *cli, InkLibrary *library, const Facts *facts)
{
  const InkStatus *status = facts->status;
  const InkStatistics *statistics = facts->statistics;
  g_autofree char *formats = g_strjoinv (", ", status->formats);
  g_autofree char *database = g_format_size (status->database_bytes);
  g_autofree char *thumbnails = g_format_size (status->thumbnail_bytes);
  g_autofree char *weights = g_format_size (statistics->weight_bytes);
  g_autofree char *photos = g_format_size (statistics->bytes);
  g_autofree char *types = join_counts (statistics->types);
  g_autofree char *years = join_counts (statistics->years);

  ink_cli_print (cli, "Library     %s", ink_library_get_directory (library));
  for (guint i = 0; i < facts->folders->len; i++) {
    const InkFolder *folder = facts->folders->pdata[i];
    print_folder (cli, folder);
  }
  ink_cli_print (cli, "Photos      %u, of which %u can be searched; %u could not be read",
                 status->photos, status->embedded, status->failed);
  if (status->photos > 0) {
    ink_cli_print (cli, "Types       %s (%s)", types, photos);
    ink_cli_print (cli, "Years       %s", years);
  }
  ink_cli_print (cli, "Model       %s", status->model != NULL ? status->model : "none");
  print_change (cli, facts->change);
  ink_cli_print (cli, "Last run    %s", status->last_run != NULL ? status->last_run : "never");
  ink_cli_print (cli, "Size        %s, and caches: %s of thumbnails, %s of models' weights",
                 database, thumbnails, weights);
  ink_cli_print (cli, "Formats     %s", formats);
  ink_cli_print (cli, "Sandbox     %s", status->sandbox);
  ink_cli_print (cli, "Processor   %s", clip_cpu_isa ());
}

static int
run_status (InkCli *cli, gpointer options, int argc, char **argv)
{
  g_autoptr (InkLibrary) library = ink_cli_open (cli);
  g_autoptr (GError) error = NULL;
  g_auto (Facts) facts = {0};

  if (library == NULL)
    return cli->status;
  if (!get_facts (library, &facts, &error))
    return ink_cli_fail (cli, g_steal_pointer (&error), NULL);
  if (cli->json)
    print_status_json (library, &facts);
  else
    print_status (cli, library, &facts);
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
