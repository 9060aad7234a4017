/* cmd-index.c: index, retry, failed and forget: what is in the library. */
#include "cli/progress.h"

#include "cli/cli.h"

/* Results of a run, for people and for programs. */
static void
print_report (InkCli *cli, const InkIndexProgress *report)
{
  double rate = report->seconds > 0 ? report->indexed / report->seconds : 0;
  InkJson json;

  ink_cli_print (cli,
                 "%u found: %u indexed, %u unchanged, %u moved, %u removed, %u failed "
                 "(%.1f s, %.1f a second)",
                 report->found, report->indexed, report->unchanged, report->moved, report->removed,
                 report->failed, report->seconds, rate);
  if (report->failed > 0)
    ink_cli_note (cli, "inkling-cli failed tells why %u could not be read.", report->failed);
  if (!cli->json)
    return;
  ink_json_init (&json);
  ink_json_open (&json, '{');
  ink_json_integer (&json, "found", report->found);
  ink_json_integer (&json, "indexed", report->indexed);
  ink_json_integer (&json, "unchanged", report->unchanged);
  ink_json_integer (&json, "moved", report->moved);
  ink_json_integer (&json, "removed", report->removed);
  ink_json_integer (&json, "failed", report->failed);
  ink_json_number (&json, "seconds", report->seconds);
  ink_json_number (&json, "images_per_second", rate);
  ink_json_close (&json, '}');
  ink_json_print (&json);
}

static int
run_indexer (InkCli *cli, InkLibrary *library, const char *const *folders, gboolean retry)
{
  g_autoptr (GError) error = NULL;
  InkIndexProgress report = {0};
  InkProgressBar bar;

  ink_progress_bar_init (&bar, cli);
  gboolean done = ink_library_index (library, folders, retry, ink_progress_bar_update, &bar,
                                     ink_cli_cancellable (cli), &report, &error);
  ink_progress_bar_clear (&bar);
  if (done) {
    print_report (cli, &report);
    return 0;
  }
  if (g_error_matches (error, INK_ERROR, INK_ERROR_CANCELLED)) {
    g_clear_error (&error);
    g_set_error (&error, INK_ERROR, INK_ERROR_CANCELLED,
                 "stopped; %u photos were indexed and are kept. Run it again to go on.",
                 report.indexed);
  }
  return ink_cli_fail (cli, g_steal_pointer (&error), NULL);
}

static int
run_index (InkCli *cli, gpointer options, int argc, char **argv)
{
  g_autoptr (InkLibrary) library = ink_cli_open (cli);
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);

  if (library == NULL)
    return cli->status;
  for (int i = 0; i < argc; i++) {
    char *path = ink_cli_path (cli, argv[i]);
    if (path == NULL)
      return cli->status;
    g_ptr_array_add (folders, path);
  }
  g_ptr_array_add (folders, NULL);
  return run_indexer (cli, library, (const char *const *)folders->pdata, FALSE);
}

const InkCommand ink_command_index = {
    .name = "index",
    .arguments = "[FOLDER…]",
    .summary = "Add folders to the library and index their photos",
    .description =
        "Without FOLDER all folders of the library are gone through. Only what is new or "
        "has changed is\nread. Photos that can't be read do not make it fail: "
        "inkling-cli failed lists them.\n",
    .run = run_index,
    .max_arguments = G_MAXUINT,
};

static int
run_retry (InkCli *cli, gpointer options, int argc, char **argv)
{
  g_autoptr (InkLibrary) library = ink_cli_open (cli);

  return library != NULL ? run_indexer (cli, library, NULL, TRUE) : cli->status;
}

const InkCommand ink_command_retry = {
    .name = "retry",
    .arguments = "",
    .summary = "Try again the photos that could not be read",
    .run = run_retry,
};

static int
run_failed (InkCli *cli, gpointer options, int argc, char **argv)
{
  g_autoptr (InkLibrary) library = ink_cli_open (cli);
  g_autoptr (GError) error = NULL;

  if (library == NULL)
    return cli->status;
  g_autoptr (GPtrArray) failures = ink_library_get_failures (library, &error);
  if (failures == NULL)
    return ink_cli_fail (cli, g_steal_pointer (&error), NULL);
  for (guint i = 0; i < failures->len; i++) {
    const InkFailure *failure = failures->pdata[i];
    InkJson json;
    ink_cli_print (cli, "%s: %s", failure->path, failure->reason);
    if (!cli->json)
      continue;
    ink_json_init (&json);
    ink_json_open (&json, '{');
    ink_cli_json_path (&json, failure->path);
    ink_json_string (&json, "reason", failure->reason);
    ink_json_string (&json, "code", failure->code);
    ink_json_close (&json, '}');
    ink_json_print (&json);
  }
  if (failures->len == 0)
    ink_cli_note (cli, "Every photo could be read.");
  return 0;
}

const InkCommand ink_command_failed = {
    .name = "failed",
    .arguments = "",
    .summary = "List the photos that could not be read, with the reason",
    .run = run_failed,
};

static int
run_forget (InkCli *cli, gpointer options, int argc, char **argv)
{
  g_autoptr (InkLibrary) library = ink_cli_open (cli);
  g_autofree char *path = ink_cli_path (cli, argv[0]);
  g_autoptr (GError) error = NULL;
  guint photos = 0;
  InkJson json;

  if (library == NULL || path == NULL)
    return cli->status;
  if (!ink_library_forget_folder (library, path, &photos, &error))
    return ink_cli_fail (cli, g_steal_pointer (&error), argv[0]);
  ink_cli_print (cli, "Forgot %s with %u photos. The photos themselves were not touched.", path,
                 photos);
  if (cli->json) {
    ink_json_init (&json);
    ink_json_open (&json, '{');
    ink_json_string (&json, "folder", path);
    ink_json_integer (&json, "photos", photos);
    ink_json_close (&json, '}');
    ink_json_print (&json);
  }
  return 0;
}

const InkCommand ink_command_forget = {
    .name = "forget",
    .arguments = "FOLDER",
    .summary = "Take a folder out of the library",
    .description = "Its embeddings, thumbnails and cached queries go; no photo is touched.\n",
    .run = run_forget,
    .min_arguments = 1,
    .max_arguments = 1,
};
