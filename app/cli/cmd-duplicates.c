/* cmd-duplicates.c: duplicates: the near-duplicates of the library. */
#include "cli/cli.h"

static void
print_group (InkCli *cli, const InkDuplicateGroup *group, gboolean first)
{
  InkJson json;

  if (!first)
    ink_cli_print (cli, "%s", "");
  for (guint i = 0; i < group->paths->len; i++)
    ink_cli_print (cli, "%s", (const char *)group->paths->pdata[i]);
  if (!cli->json)
    return;
  ink_json_init (&json);
  ink_json_open (&json, '{');
  ink_json_key (&json, "paths");
  ink_json_open (&json, '[');
  for (guint i = 0; i < group->paths->len; i++)
    ink_json_string (&json, NULL, group->paths->pdata[i]);
  ink_json_close (&json, ']');
  ink_json_number (&json, "similarity", group->similarity);
  ink_json_close (&json, '}');
  ink_json_print (&json);
}

static int
run_duplicates (InkCli *cli, gpointer options, int argc, char **argv)
{
  g_autoptr (InkLibrary) library = ink_cli_open (cli);
  g_autoptr (GError) error = NULL;

  if (library == NULL)
    return cli->status;
  g_autoptr (GPtrArray) groups =
      ink_library_find_duplicates (library, ink_cli_cancellable (cli), &error);
  if (groups == NULL)
    return ink_cli_fail (cli, g_steal_pointer (&error), NULL);
  for (guint i = 0; i < groups->len; i++)
    print_group (cli, groups->pdata[i], i == 0);
  if (groups->len == 0)
    ink_cli_note (cli, "No two photos are near-duplicates.");
  return cli->status;
}

const InkCommand ink_command_duplicates = {
    .name = "duplicates",
    .arguments = "",
    .summary = "List groups of near-duplicates",
    .description =
        "Equal files, copies of another size or quality, crops of 90 % and more, bursts, "
        "and RAW files with\ntheir JPEG; the largest photo of a group first. No photo is "
        "touched.\n",
    .run = run_duplicates,
};
