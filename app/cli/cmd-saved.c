/* cmd-saved.c: saved list, rename and remove. Searches are saved by search --save. */
#include <string.h>

#include "cli/cli.h"

static void
print_entry (InkCli *cli, const InkSavedSearch *saved, int matches)
{
  InkJson json;

  if (matches >= 0)
    ink_cli_print (cli, "%6d  %-24s %s", matches, saved->name, saved->text);
  else
    ink_cli_print (cli, "     ?  %-24s %s", saved->name, saved->text);
  if (!cli->json)
    return;
  ink_json_init (&json);
  ink_json_open (&json, '{');
  ink_json_string (&json, "name", saved->name);
  ink_json_string (&json, "query", saved->text);
  if (matches >= 0)
    ink_json_integer (&json, "matches", matches);
  else
    ink_json_null (&json, "matches");
  ink_json_close (&json, '}');
  ink_json_print (&json);
}

static int
run_list (InkCli *cli, InkLibrary *library, char **names)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) searches = ink_library_get_saved_searches (library, &error);

  if (searches == NULL)
    return ink_cli_fail (cli, g_steal_pointer (&error), NULL);
  for (guint i = 0; i < searches->len; i++) {
    const InkSavedSearch *saved = searches->pdata[i];
    g_autoptr (GError) count_error = NULL;
    int matches = ink_library_count_saved_search (library, saved->id, ink_cli_cancellable (cli),
                                                  &count_error);

    /* Without its picture or its model a search is there all the same. */
    if (matches < 0)
      ink_cli_note (cli, "%s can't be counted: %s", saved->name, count_error->message);
    print_entry (cli, saved, matches);
  }
  if (searches->len == 0)
    ink_cli_note (cli, "No search is saved. inkling-cli search … --save NAME saves one.");
  return cli->status;
}

static int
run_rename (InkCli *cli, InkLibrary *library, char **names)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkSavedSearch) saved = ink_library_find_saved_search (library, names[0], &error);

  if (saved == NULL)
    return ink_cli_fail (cli, g_steal_pointer (&error), names[0]);
  if (!ink_library_rename_saved_search (library, saved->id, names[1], &error))
    return ink_cli_fail (cli, g_steal_pointer (&error), names[1]);
  ink_cli_note (cli, "%s is called %s now.", names[0], names[1]);
  return cli->status;
}

static int
run_remove (InkCli *cli, InkLibrary *library, char **names)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkSavedSearch) saved = ink_library_find_saved_search (library, names[0], &error);

  if (saved == NULL || !ink_library_remove_saved_search (library, saved->id, &error))
    return ink_cli_fail (cli, g_steal_pointer (&error), names[0]);
  ink_cli_note (cli, "Removed %s.", names[0]);
  return cli->status;
}

static int
run_saved (InkCli *cli, gpointer options, int argc, char **argv)
{
  static const struct {
    const char *name;
    int arguments;
    int (*run) (InkCli *cli, InkLibrary *library, char **names);
  } actions[] = {{"list", 0, run_list}, {"rename", 2, run_rename}, {"remove", 1, run_remove}};

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++) {
    if (strcmp (argv[0], actions[i].name) != 0)
      continue;
    if (argc - 1 != actions[i].arguments)
      return ink_cli_usage (cli, "saved %s takes %d arguments", argv[0], actions[i].arguments);
    g_autoptr (InkLibrary) library = ink_cli_open (cli);
    return library != NULL ? actions[i].run (cli, library, argv + 1) : cli->status;
  }
  return ink_cli_usage (cli, "saved has list, rename and remove, but no “%s”", argv[0]);
}

const InkCommand ink_command_saved = {
    .name = "saved",
    .arguments = "list|rename NAME NEW|remove NAME",
    .summary = "List, rename and remove saved searches",
    .description =
        "inkling-cli search … --save NAME saves a search, search --saved NAME runs it.\n",
    .min_arguments = 1,
    .max_arguments = 3,
    .run = run_saved,
};
