/* make-model-main.c: make-model CASE FOLDER: writes a model folder for trying things by hand. */
#include "support/make-model.h"

#include <stdio.h>

static gboolean
parse_dtype (const char *text, ClipDtype *dtype)
{
  static const char *const names[] = {"F32", "F16", "BF16"};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (text, names[i]) == 0) {
      *dtype = (ClipDtype)i;
      return TRUE;
    }
  return FALSE;
}

int
main (int argc, char **argv)
{
  MakeModelOptions options = {0};
  g_autofree char *dtype = NULL, *file = NULL;
  gint64 seed = 0;
  const GOptionEntry entries[] = {
      {"dtype", 'd', 0, G_OPTION_ARG_STRING, &dtype, "F32 (default), F16 or BF16", "TYPE"},
      {"seed", 's', 0, G_OPTION_ARG_INT64, &seed, "of the weights; default: the case's", "N"},
      {"file", 'f', 0, G_OPTION_ARG_FILENAME, &file,
       "weights file; safetensors by its suffix, else a PyTorch checkpoint", "NAME"},
      {"state-dict", 0, 0, G_OPTION_ARG_NONE, &options.state_dict, "wrap as “state_dict”", NULL},
      {"module", 0, 0, G_OPTION_ARG_NONE, &options.module, "prefix names with “module.”", NULL},
      {"text", 0, 0, G_OPTION_ARG_NONE, &options.text, "prefix the text tower's names", NULL},
      {"tinyclip", 0, 0, G_OPTION_ARG_NONE, &options.tinyclip, "names as TinyCLIP has them", NULL},
      {NULL},
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("CASE FOLDER");
  g_option_context_add_main_entries (context, entries, NULL);
  g_autoptr (GError) error = NULL;
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 3 ||
      (dtype != NULL && !parse_dtype (dtype, &options.dtype))) {
    g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);
    fprintf (stderr, "%s%s", error != NULL ? error->message : "", help);
    return 2;
  }
  options.seed = (guint64)seed;
  options.file = file;
  if (!make_model_with (argv[1], argv[2], &options, &error)) {
    fprintf (stderr, "%s\n", error->message);
    return 1;
  }
  return 0;
}
