/* cmd-classify.c: classify: which of the given labels fits a picture (zero-shot). */
#include <string.h>

#include "cli/cli.h"

typedef struct {
  char *labels, *labels_file;
  char **templates;
  int top;
} ClassifyOptions;

static void
add_options (GOptionContext *context, gpointer data)
{
  ClassifyOptions *options = data;
  const GOptionEntry entries[] = {
      {"labels", 0, 0, G_OPTION_ARG_FILENAME, &options->labels, "The labels, with commas between",
       "\"A,B,C\""},
      {"labels-file", 0, 0, G_OPTION_ARG_FILENAME, &options->labels_file,
       "A file with a label on each line", "F"},
      {"template", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->templates,
       "A sentence with {} where the label goes (may be given several times)",
       "\"a photo of a {}\""},
      {"top", 0, 0, G_OPTION_ARG_INT, &options->top, "Print only the N likeliest", "N"},
      {NULL},
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static void
clear_options (gpointer data)
{
  ClassifyOptions *options = data;

  g_free (options->labels);
  g_free (options->labels_file);
  g_strfreev (options->templates);
}

/* Splits at @separator and drops what is empty once stripped. */
static GStrv
split_labels (const char *text, const char *separator)
{
  g_auto (GStrv) parts = g_strsplit (text, separator, -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (gsize i = 0; parts[i] != NULL; i++) {
    g_strstrip (parts[i]);
    if (*parts[i] != '\0')
      g_strv_builder_add (builder, parts[i]);
  }
  return g_strv_builder_end (builder);
}

/* NULL after telling what is wrong. */
static GStrv
get_labels (InkCli *cli, const ClassifyOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) labels = NULL;

  if ((options->labels == NULL) == (options->labels_file == NULL))
    return ink_cli_usage (cli, "give the labels by --labels or by --labels-file"), NULL;
  if (options->labels != NULL)
    labels = split_labels (options->labels, ",");
  else if (g_file_get_contents (options->labels_file, &text, NULL, &error))
    labels = split_labels (text, "\n");
  else
    return ink_cli_fail (cli, g_steal_pointer (&error), options->labels_file), NULL;
  if (!ink_cli_check_texts (cli, (const char *const *)labels))
    return NULL;
  if (labels[0] == NULL)
    return ink_cli_usage (cli, "there is no label in that"), NULL;
  return g_steal_pointer (&labels);
}

static gboolean
check_templates (InkCli *cli, const ClassifyOptions *options)
{
  if (!ink_cli_check_texts (cli, (const char *const *)options->templates))
    return FALSE;
  for (gsize i = 0; options->templates != NULL && options->templates[i] != NULL; i++)
    if (strstr (options->templates[i], "{}") == NULL)
      return ink_cli_usage (cli, "the template “%s” has no {} for the label",
                            options->templates[i]),
             FALSE;
  return TRUE;
}

static void
print_labels (InkCli *cli, const char *argument, GStrv labels, const GArray *scores, guint top)
{
  guint n = top > 0 ? MIN (top, scores->len) : scores->len;
  InkJson json;

  if (!cli->json) {
    ink_cli_print (cli, "%s", argument);
    for (guint i = 0; i < n; i++) {
      const InkLabelScore *score = &g_array_index (scores, InkLabelScore, i);
      ink_cli_print (cli, "  %6.2f %%  %s", 100 * score->probability, labels[score->label]);
    }
    return;
  }
  ink_json_init (&json);
  ink_json_open (&json, '{');
  ink_json_string (&json, "path", argument);
  ink_json_key (&json, "labels");
  ink_json_open (&json, '[');
  for (guint i = 0; i < n; i++) {
    const InkLabelScore *score = &g_array_index (scores, InkLabelScore, i);
    ink_json_open (&json, '{');
    ink_json_string (&json, "label", labels[score->label]);
    ink_json_number (&json, "probability", score->probability);
    ink_json_close (&json, '}');
  }
  ink_json_close (&json, ']');
  ink_json_close (&json, '}');
  ink_json_print (&json);
}

static int
run_classify (InkCli *cli, gpointer data, int argc, char **argv)
{
  static const char *const bare[] = {"{}", NULL};
  const ClassifyOptions *options = data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) labels = get_labels (cli, options);

  if (labels == NULL || !check_templates (cli, options))
    return cli->status;
  if (options->top < 0)
    return ink_cli_usage (cli, "--top must not be negative");
  g_autoptr (InkLibrary) library = ink_cli_open (cli);
  if (library == NULL)
    return cli->status;
  g_autoptr (InkClassifier) classifier = ink_library_make_classifier (
      library, (const char *const *)labels,
      options->templates != NULL ? (const char *const *)options->templates : bare,
      ink_cli_cancellable (cli), &error);
  if (classifier == NULL)
    return ink_cli_fail (cli, g_steal_pointer (&error), NULL);

  for (int i = 0; i < argc; i++) {
    g_autofree char *path = ink_cli_path (cli, argv[i]);
    if (path == NULL)
      continue;
    g_autoptr (GFile) file = g_file_new_for_path (path);
    g_autoptr (GArray) scores =
        ink_classifier_classify (classifier, file, ink_cli_cancellable (cli), &error);
    if (scores != NULL)
      print_labels (cli, argv[i], labels, scores, (guint)options->top);
    else
      ink_cli_fail (cli, g_steal_pointer (&error), argv[i]);
  }
  return cli->status;
}

const InkCommand ink_command_classify = {
    .name = "classify",
    .arguments = "FILE…",
    .summary = "Tell which of the given labels fits each picture",
    .description = "Probabilities are over the given labels only: one of them always looks likely. "
                   "Without --template\nthe bare label is compared.\n",
    .min_arguments = 1,
    .max_arguments = G_MAXUINT,
    .run = run_classify,
    .options_size = sizeof (ClassifyOptions),
    .add_options = add_options,
    .clear_options = clear_options,
};
