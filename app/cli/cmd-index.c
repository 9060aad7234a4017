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
  if (report->missing > 0)
    ink_cli_note (cli,
                  "%u were not found. So many at once may come back: they are kept for a week. "
                  "inkling-cli index --forget-missing takes them out now.",
                  report->missing);
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
run_indexer (InkCli *cli, InkLibrary *library, const char *const *folders, InkIndexFlags flags)
{
  g_autoptr (GError) error = NULL;
  InkIndexProgress report = {0};
  InkProgressBar bar;

  ink_progress_bar_init (&bar, cli);
  gboolean done = ink_library_index (library, folders, flags, ink_progress_bar_update, &bar,
                                     ink_cli_cancellable (cli), &report, &error);
  ink_progress_bar_clear (&bar);
  if (done) {
    print_report (cli, &report);
    return 0;
  }
  if (g_error_matches (error, INK_ERROR, INK_ERROR_CANCELLED)) {
    g_clear_error (&error);
    g_set_error (&error, INK_ERROR, INK_ERROR_CANCELLED,
                 "stopped; %u photo%s indexed and kept. Run it again to go on.", report.indexed,
                 report.indexed == 1 ? "" : "s");
  }
  return ink_cli_fail (cli, g_steal_pointer (&error), NULL);
}

typedef struct {
  char **exclude, **include; /* nullable */
  gboolean forget_missing;
} IndexOptions;

/* Changes the exclusions of a folder, which is added where the library does not have it. */
static gboolean
exclude (InkLibrary *library, const char *folder, const IndexOptions *options, GError **error)
{
  g_autoptr (GStrvBuilder) patterns = g_strv_builder_new ();
  g_auto (GStrv) before = NULL;

  if (!ink_library_add_folder (library, folder, error))
    return FALSE;
  before = ink_library_get_exclusions (library, folder, error);
  for (char **pattern = before; pattern != NULL && *pattern != NULL; pattern++)
    if (options->include == NULL ||
        !g_strv_contains ((const char *const *)options->include, *pattern))
      g_strv_builder_add (patterns, *pattern);
  if (options->exclude != NULL)
    g_strv_builder_addv (patterns, (const char **)options->exclude);
  g_auto (GStrv) after = g_strv_builder_end (patterns);
  return before != NULL &&
         ink_library_set_exclusions (library, folder, (const char *const *)after, error);
}

static gboolean
exclude_all (InkCli *cli, InkLibrary *library, const GPtrArray *folders,
             const IndexOptions *options)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; folders->pdata[i] != NULL; i++)
    if (!exclude (library, folders->pdata[i], options, &error)) {
      ink_cli_fail (cli, g_steal_pointer (&error), folders->pdata[i]);
      return FALSE;
    }
  return TRUE;
}

static int
run_index (InkCli *cli, gpointer data, int argc, char **argv)
{
  const IndexOptions *options = data;
  gboolean excludes = options->exclude != NULL || options->include != NULL;
  g_autoptr (InkLibrary) library = ink_cli_open (cli);
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);

  if (library == NULL)
    return cli->status;
  if (excludes && argc == 0)
    return ink_cli_usage (cli, "--exclude and --include belong to a folder: name it");
  for (int i = 0; i < argc; i++) {
    char *path = ink_cli_path (cli, argv[i]);
    if (path == NULL)
      return cli->status;
    g_ptr_array_add (folders, path);
  }
  g_ptr_array_add (folders, NULL);
  if (excludes && !exclude_all (cli, library, folders, options))
    return cli->status;
  return run_indexer (cli, library, (const char *const *)folders->pdata,
                      options->forget_missing ? INK_INDEX_FORGET_MISSING : INK_INDEX_DEFAULT);
}

static void
add_index_options (GOptionContext *context, gpointer data)
{
  IndexOptions *options = data;
  const GOptionEntry entries[] = {
      {"exclude", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->exclude,
       "Leave out of FOLDER, from now on, what has this name or path below it; * and ? stand for "
       "any characters, / at the end for folders only",
       "PATTERN"},
      {"include", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->include,
       "Take such an exclusion back", "PATTERN"},
      {"forget-missing", 0, 0, G_OPTION_ARG_NONE, &options->forget_missing,
       "Take out what is not found, however much it is", NULL},
      {NULL},
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static void
clear_index_options (gpointer data)
{
  IndexOptions *options = data;

  g_strfreev (options->exclude);
  g_strfreev (options->include);
}

const InkCommand ink_command_index = {
    .name = "index",
    .arguments = "[FOLDER…]",
    .summary = "Add folders to the library and index their photos",
    .description =
        "Without FOLDER all folders of the library are gone through. Only what is new or "
        "has changed is\nread. Photos that can't be read do not make it fail: "
        "inkling-cli failed lists them. Hidden\nfolders, folders with a file .nomedia and what a "
        "file .ignore names are left out.\n",
    .run = run_index,
    .max_arguments = G_MAXUINT,
    .options_size = sizeof (IndexOptions),
    .add_options = add_index_options,
    .clear_options = clear_index_options,
};

static int
run_retry (InkCli *cli, gpointer options, int argc, char **argv)
{
  g_autoptr (InkLibrary) library = ink_cli_open (cli);

  return library != NULL ? run_indexer (cli, library, NULL, INK_INDEX_RETRY_FAILED) : cli->status;
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
  ink_cli_print (cli, "Forgot %s with %u photo%s. No photo was touched.", path, photos,
                 photos == 1 ? "" : "s");
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
