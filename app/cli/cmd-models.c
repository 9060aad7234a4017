/* cmd-models.c: models list, add, use, remove, verify, offers and download. */
#include <string.h>

#include "cli/cli.h"
#include "cli/progress.h"

static void
print_entry (InkCli *cli, const InkModelEntry *entry)
{
  InkJson json;

  ink_cli_print (cli, "%s %-24s %4u dims  %3u px  %-14s %s", entry->active ? "*" : " ", entry->name,
                 entry->dims, entry->image_size, entry->licence != NULL ? entry->licence : "",
                 entry->state);
  if (!cli->json)
    return;
  ink_json_init (&json);
  ink_json_open (&json, '{');
  ink_json_string (&json, "name", entry->name);
  ink_json_boolean (&json, "active", entry->active);
  ink_json_string (&json, "path", entry->path);
  ink_json_integer (&json, "dims", entry->dims);
  ink_json_integer (&json, "image_size", entry->image_size);
  ink_json_string (&json, "licence", entry->licence);
  ink_json_string (&json, "state", entry->state);
  ink_json_close (&json, '}');
  ink_json_print (&json);
}

/* Prints the model called @name, or all. */
static int
print_models (InkCli *cli, InkLibrary *library, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models = ink_library_get_models (library, &error);

  if (models == NULL)
    return ink_cli_fail (cli, g_steal_pointer (&error), NULL);
  for (guint i = 0; i < models->len; i++) {
    const InkModelEntry *entry = models->pdata[i];
    if (name == NULL || strcmp (entry->name, name) == 0)
      print_entry (cli, entry);
  }
  return cli->status;
}

static int
run_list (InkCli *cli, InkLibrary *library, const char *argument)
{
  return print_models (cli, library, NULL);
}

static int
run_add (InkCli *cli, InkLibrary *library, const char *argument)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = ink_cli_path (cli, argument);
  if (folder == NULL)
    return cli->status;

  g_autofree char *name =
      ink_library_add_model (library, folder, ink_cli_cancellable (cli), &error);
  if (name == NULL)
    return ink_cli_fail (cli, g_steal_pointer (&error), argument);
  ink_cli_note (cli, "It is called %s here. To search with it: inkling-cli models use %s", name,
                name);
  return print_models (cli, library, name);
}

/* What has to be known of a model before it is used for the first time. */
static gboolean
tell_notice (InkCli *cli, InkLibrary *library, const char *name, GError **error)
{
  g_autoptr (GPtrArray) models = ink_library_get_models (library, error);

  for (guint i = 0; models != NULL && i < models->len; i++) {
    const InkModelEntry *entry = models->pdata[i];
    if (strcmp (entry->name, name) != 0 || entry->starter || entry->used)
      continue;
    ink_cli_note (cli, "%s", ink_library_get_model_notice ());
    if (entry->licence != NULL)
      ink_cli_note (cli, "Its licence is %s.", entry->licence);
  }
  return models != NULL;
}

static int
run_use (InkCli *cli, InkLibrary *library, const char *name)
{
  guint image_size = cli->library.engine.image_size;
  g_autoptr (GError) error = NULL;
  guint photos;
  guint64 bytes;

  if (!ink_library_plan_model (library, name, image_size, &photos, &bytes, &error) ||
      !tell_notice (cli, library, name, &error) ||
      !ink_library_use_model (library, name, image_size, &error))
    return ink_cli_fail (cli, g_steal_pointer (&error), name);
  if (photos > 0) {
    g_autofree char *size = g_format_size (bytes);
    ink_cli_note (cli,
                  "inkling-cli index now embeds %u photos with this model, which takes about %s "
                  "more on disk.",
                  photos, size);
    ink_cli_note (cli,
                  "Until it has all of them, searches go on as they are; models undo goes back.");
  }
  return print_models (cli, library, name);
}

static int
run_undo (InkCli *cli, InkLibrary *library, const char *argument)
{
  g_autoptr (GError) error = NULL;

  if (!ink_library_undo_model (library, &error))
    return ink_cli_fail (cli, g_steal_pointer (&error), NULL);
  return print_models (cli, library, NULL);
}

static int
run_confirm (InkCli *cli, InkLibrary *library, const char *argument)
{
  g_autoptr (GError) error = NULL;

  if (!ink_library_confirm_model (library, &error))
    return ink_cli_fail (cli, g_steal_pointer (&error), NULL);
  ink_cli_note (cli, "The embeddings of the model before are gone; their room is used again.");
  return print_models (cli, library, NULL);
}

static int
run_remove (InkCli *cli, InkLibrary *library, const char *name)
{
  g_autoptr (GError) error = NULL;

  if (!ink_library_remove_model (library, name, &error))
    return ink_cli_fail (cli, g_steal_pointer (&error), name);
  ink_cli_note (cli, "Removed %s.", name);
  return cli->status;
}

static int
run_verify (InkCli *cli, InkLibrary *library, const char *name)
{
  g_autoptr (GError) error = NULL;

  if (!ink_library_verify_model (library, name, ink_cli_cancellable (cli), &error))
    return ink_cli_fail (cli, g_steal_pointer (&error), name);
  ink_cli_note (cli, "%s is what it was when it was added.", name);
  return print_models (cli, library, name);
}

static int
run_offers (InkCli *cli, InkLibrary *library, const char *argument)
{
  g_autoptr (GPtrArray) offers = ink_library_get_model_offers ();

  for (guint i = 0; i < offers->len; i++) {
    const InkModelOffer *offer = offers->pdata[i];
    InkJson json;

    ink_cli_print (cli, "%s %-38s %4u dims  %3u px  %-4s %s", offer->recommended ? "*" : " ",
                   offer->name, offer->dims, offer->image_size, offer->licence, offer->title);
    if (!cli->json)
      continue;
    ink_json_init (&json);
    ink_json_open (&json, '{');
    ink_json_string (&json, "name", offer->name);
    ink_json_string (&json, "title", offer->title);
    ink_json_string (&json, "repository", offer->repository);
    ink_json_boolean (&json, "recommended", offer->recommended);
    ink_json_integer (&json, "dims", offer->dims);
    ink_json_integer (&json, "image_size", offer->image_size);
    ink_json_string (&json, "licence", offer->licence);
    ink_json_close (&json, '}');
    ink_json_print (&json);
  }
  return cli->status;
}

static void
show_download (guint64 done, guint64 total, gpointer bar)
{
  ink_progress_bar_update_bytes (bar, done, total);
}

static int
run_download (InkCli *cli, InkLibrary *library, const char *offer)
{
  g_autoptr (GError) error = NULL;
  InkProgressBar bar;

  ink_cli_note (cli, "%s", ink_library_get_model_notice ());
  ink_progress_bar_init (&bar, cli);
  g_autofree char *name = ink_library_download_model (library, offer, show_download, &bar,
                                                      ink_cli_cancellable (cli), &error);
  ink_progress_bar_clear (&bar);
  if (name == NULL)
    return ink_cli_fail (cli, g_steal_pointer (&error), offer);
  ink_cli_note (cli, "It is called %s here. To search with it: inkling-cli models use %s", name,
                name);
  return print_models (cli, library, name);
}

static int
run_models (InkCli *cli, gpointer options, int argc, char **argv)
{
  static const struct {
    const char *name;
    int arguments;
    int (*run) (InkCli *cli, InkLibrary *library, const char *argument);
  } actions[] = {
      {"list", 0, run_list},       {"add", 1, run_add},       {"use", 1, run_use},
      {"remove", 1, run_remove},   {"verify", 1, run_verify}, {"undo", 0, run_undo},
      {"confirm", 0, run_confirm}, {"offers", 0, run_offers}, {"download", 1, run_download},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++) {
    if (strcmp (argv[0], actions[i].name) != 0)
      continue;
    if (argc - 1 != actions[i].arguments)
      return ink_cli_usage (cli, "models %s takes %s", argv[0],
                            actions[i].arguments == 0 ? "no argument" : "one argument");
    g_autoptr (InkLibrary) library = ink_cli_open (cli);
    return library != NULL ? actions[i].run (cli, library, argv[1]) : cli->status;
  }
  return ink_cli_usage (
      cli, "models has list, add, use, undo, confirm, remove, verify%s, but no “%s”",
      ink_library_can_download () ? ", offers and download" : " and offers", argv[0]);
}

#ifdef INK_HAVE_SOUP
#define DOWNLOAD_ARGUMENT "|download NAME"
#define DOWNLOAD_HELP                                                                              \
  "lists what can be downloaded; download fetches one of these, or goes on where it was cut: the " \
  "only\ncommand that uses the network.\n"
#else
#define DOWNLOAD_ARGUMENT ""
#define DOWNLOAD_HELP                                                                              \
  "lists models that are known to work. This build does not use the network: get one by other "    \
  "means, and add it.\n"
#endif

const InkCommand ink_command_models = {
    .name = "models",
    .arguments =
        "list|add FOLDER|use NAME|undo|confirm|remove NAME|verify NAME|offers" DOWNLOAD_ARGUMENT,
    .summary = "List, add, choose, remove and verify models",
    .description =
        "A model is a folder in OpenCLIP format: open_clip_config.json and its weights "
        "(safetensors or a PyTorch\ncheckpoint). add copies it into the library; use makes the "
        "library search with it, at --image-size\nif that is given, once index has embedded all "
        "photos with it; undo goes back; confirm lets the embeddings\nof the model before go; "
        "verify reads all of a model and compares it with what was added. offers\n" DOWNLOAD_HELP,
    .min_arguments = 1,
    .max_arguments = 2,
    .run = run_models,
};
