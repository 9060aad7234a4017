/* cmd-embed.c: embed and tokenize: the engine by itself. */
#include "base/path.h"
#include "cli/cli.h"

/* What is to be embedded, in the order of the command line. */
typedef struct {
  const char *text; /* one of the two */
  const char *image;
} EmbedInput;

typedef struct {
  GPtrArray *inputs; /* of EmbedInput */
  gboolean images;   /* what a bare word is: the kind of the option before it */
} EmbedOptions;

static void
free_input (gpointer data)
{
  EmbedInput *input = data;

  g_free ((char *)input->text);
  g_free ((char *)input->image);
  g_free (input);
}

/* --text T, --image F, and the words after either. */
static gboolean
add_input_cb (const char *name, const char *value, gpointer data, GError **error)
{
  EmbedOptions *options = data;
  gboolean named = g_str_has_prefix (name, "--");

  if (named)
    options->images = g_str_equal (name, "--image");
  else if (options->inputs->len == 0) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "say what “%s” is: --text or --image", value);
    return FALSE;
  }
  if (!options->images && !g_utf8_validate (value, -1, NULL)) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "“%s” is not UTF-8 text", value);
    return FALSE;
  }

  EmbedInput *input = g_new0 (EmbedInput, 1);
  *(options->images ? &input->image : &input->text) = g_strdup (value);
  g_ptr_array_add (options->inputs, input);
  return TRUE;
}

static void
add_embed_options (GOptionContext *context, gpointer data)
{
  EmbedOptions *options = data;
  const GOptionEntry entries[] = {
      {"text", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, add_input_cb, "A text to embed",
       "T…"},
      {"image", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, add_input_cb,
       "A picture to embed", "F…"},
      {G_OPTION_REMAINING, 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, add_input_cb, NULL,
       NULL},
      {NULL},
  };
  GOptionGroup *group = g_option_group_new ("embed", "", "", options, NULL);

  options->inputs = g_ptr_array_new_with_free_func (free_input);
  g_option_group_add_entries (group, entries);
  g_option_context_set_main_group (context, group);
}

static void
clear_embed_options (gpointer data)
{
  EmbedOptions *options = data;

  g_ptr_array_unref (options->inputs);
}

/* The model in use, by the name that the command line or the library has for it. */
static char *
get_model_name (InkCli *cli, InkLibrary *library)
{
  g_autoptr (GPtrArray) models = ink_library_get_models (library, NULL);

  if (cli->library.model != NULL)
    return g_strdup (cli->library.model);
  for (guint i = 0; models != NULL && i < models->len; i++) {
    const InkModelEntry *entry = models->pdata[i];
    if (entry->active)
      return g_strdup (entry->name);
  }
  return NULL;
}

static void
print_embedding (InkCli *cli, const char *input, const char *model, const ClipModelInfo *info,
                 const float *embedding)
{
  InkJson json;

  ink_json_init (&json);
  if (cli->json) {
    ink_json_open (&json, '{');
    ink_json_string (&json, "input", input);
    ink_json_string (&json, "model", model);
    ink_json_integer (&json, "dims", info->dims);
    ink_json_string (&json, "precision", clip_precision_to_string (info->precision));
    ink_json_key (&json, "embedding");
  }
  ink_json_open (&json, '[');
  for (guint i = 0; i < info->dims; i++)
    ink_json_number (&json, NULL, embedding[i]);
  ink_json_close (&json, ']');
  if (cli->json)
    ink_json_close (&json, '}');
  ink_json_print (&json);
}

static gboolean
embed (InkCli *cli, InkLibrary *library, ClipModel *model, const EmbedInput *input,
       float *embedding, GError **error)
{
  if (input->text != NULL)
    return clip_model_encode_texts (model, &input->text, 1, embedding, NULL, error);

  g_autofree char *path = ink_path_from_argument (input->image, error);
  if (path == NULL)
    return FALSE;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  return ink_library_embed_file (library, file, embedding, ink_cli_cancellable (cli), error);
}

static int
run_embed (InkCli *cli, gpointer data, int argc, char **argv)
{
  const EmbedOptions *options = data;

  if (options->inputs->len == 0)
    return ink_cli_usage (cli, "nothing to embed: --text T… or --image F…");
  g_autoptr (InkLibrary) library = ink_cli_open (cli);
  ClipModel *model = library != NULL ? ink_cli_get_model (cli, library) : NULL;
  if (model == NULL)
    return cli->status;

  const ClipModelInfo *info = clip_model_get_info (model);
  g_autofree char *name = get_model_name (cli, library);
  g_autofree float *embedding = g_new (float, info->dims);
  for (guint i = 0; i < options->inputs->len; i++) {
    const EmbedInput *input = options->inputs->pdata[i];
    const char *argument = input->text != NULL ? input->text : input->image;
    g_autoptr (GError) error = NULL;

    if (embed (cli, library, model, input, embedding, &error))
      print_embedding (cli, argument, name, info, embedding);
    else
      ink_cli_fail (cli, g_steal_pointer (&error), argument);
  }
  return cli->status;
}

const InkCommand ink_command_embed = {
    .name = "embed",
    .arguments = "",
    .summary = "Print the embeddings of texts and pictures",
    .description = "Results come in the order of the arguments; each has unit length. Pictures are "
                   "decoded at full size\nand prepared as the reference implementation does.\n\n"
                   "Example:\n  inkling-cli embed --text \"a cat\" \"a dog\" --image cat.jpg\n",
    .run = run_embed,
    .options_size = sizeof (EmbedOptions),
    .add_options = add_embed_options,
    .clear_options = clear_embed_options,
};

static int
run_tokenize (InkCli *cli, gpointer options, int argc, char **argv)
{
  if (!ink_cli_check_texts (cli, (const char *const *)argv))
    return cli->status;
  g_autoptr (InkLibrary) library = ink_cli_open (cli);
  ClipModel *model = library != NULL ? ink_cli_get_model (cli, library) : NULL;
  if (model == NULL)
    return cli->status;

  for (int i = 0; i < argc; i++) {
    g_autoptr (GError) error = NULL;
    gsize n_ids = 0;
    g_autofree guint32 *ids = clip_model_tokenize (model, argv[i], &n_ids, &error);
    InkJson json;

    if (ids == NULL) {
      ink_cli_fail (cli, g_steal_pointer (&error), argv[i]);
      continue;
    }
    ink_json_init (&json);
    if (cli->json) {
      ink_json_open (&json, '{');
      ink_json_string (&json, "text", argv[i]);
      ink_json_key (&json, "ids");
    }
    ink_json_open (&json, '[');
    for (gsize k = 0; k < n_ids; k++)
      ink_json_integer (&json, NULL, ids[k]);
    ink_json_close (&json, ']');
    if (cli->json)
      ink_json_close (&json, '}');
    ink_json_print (&json);
  }
  return cli->status;
}

const InkCommand ink_command_tokenize = {
    .name = "tokenize",
    .arguments = "TEXT…",
    .summary = "Print the token ids of texts, with start and end",
    .min_arguments = 1,
    .max_arguments = G_MAXUINT,
    .run = run_tokenize,
};
