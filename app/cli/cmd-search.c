/* cmd-search.c: search and similar. */
#include <math.h>

#include "cli/cli.h"
#include "cli/progress.h"

typedef struct {
  char **like, **negatives;
  char *save, *saved;
  char *region, *folder, *after, *before, *type, *name, *orientation, *size, *sort;
  double weight_text; /* NAN where it was not given */
  int limit;
  gboolean all, no_group;
} SearchOptions;

static void
add_filter_options (GOptionContext *context, gpointer data)
{
  SearchOptions *options = data;
  const GOptionEntry entries[] = {
      {"folder", 0, 0, G_OPTION_ARG_FILENAME, &options->folder, "Only photos below this folder",
       "F"},
      {"after", 0, 0, G_OPTION_ARG_FILENAME, &options->after, "Taken on this day or later",
       "YYYY-MM-DD"},
      {"before", 0, 0, G_OPTION_ARG_FILENAME, &options->before, "Taken on this day or earlier",
       "YYYY-MM-DD"},
      {"type", 0, 0, G_OPTION_ARG_FILENAME, &options->type, "Only this format, by content",
       "jpeg|png|…"},
      {"name", 0, 0, G_OPTION_ARG_FILENAME, &options->name,
       "Only file names that contain this, or match it with * and ?", "PATTERN"},
      {"orientation", 0, 0, G_OPTION_ARG_FILENAME, &options->orientation,
       "Only photos that stand like this", "landscape|portrait|square"},
      {"min-size", 0, 0, G_OPTION_ARG_FILENAME, &options->size,
       "Only photos that are at least so large", "12mp|1920x1080|1920"},
      {"sort", 0, 0, G_OPTION_ARG_FILENAME, &options->sort,
       "Order: relevance, newest or oldest (strong matches always come first)", "ORDER"},
      {"limit", 0, 0, G_OPTION_ARG_INT, &options->limit, "At most so many (default 50, 0 for all)",
       "N"},
      {"all", 0, 0, G_OPTION_ARG_NONE, &options->all, "Weak matches too, after the strong ones",
       NULL},
      {"no-group", 0, 0, G_OPTION_ARG_NONE, &options->no_group, "Do not collapse near-duplicates",
       NULL},
      {NULL},
  };

  options->weight_text = NAN;
  options->limit = 50;
  g_option_context_add_main_entries (context, entries, NULL);
}

static void
clear_options (gpointer data)
{
  SearchOptions *options = data;

  g_strfreev (options->like);
  g_strfreev (options->negatives);
  g_free (options->save);
  g_free (options->saved);
  g_free (options->region);
  g_free (options->folder);
  g_free (options->after);
  g_free (options->before);
  g_free (options->type);
  g_free (options->name);
  g_free (options->orientation);
  g_free (options->size);
  g_free (options->sort);
}

/* An option that was not given leaves what a saved search says. */
static void
set_string (char **to, const char *option)
{
  if (option == NULL)
    return;
  g_free (*to);
  *to = g_strdup (option);
}

/* Fills the filters of @query; FALSE after telling what is wrong. */
static gboolean
apply_filters (InkCli *cli, const SearchOptions *options, InkQuery *query)
{
  InkLeastSize size;

  if (options->type != NULL &&
      !ink_cli_check_texts (cli, (const char *const[]){options->type, NULL}))
    return FALSE;
  if (options->sort != NULL && !ink_query_parse_sort (options->sort, &query->sort))
    return ink_cli_usage (cli, "--sort is relevance, newest or oldest, not “%s”", options->sort),
           FALSE;
  if (options->orientation != NULL &&
      !ink_query_parse_orientation (options->orientation, &query->orientation))
    return ink_cli_usage (cli, "--orientation is landscape, portrait or square, not “%s”",
                          options->orientation),
           FALSE;
  if (options->size != NULL && !ink_query_parse_size (options->size, &size))
    return ink_cli_usage (cli, "--min-size is written like 12mp, 1920x1080 or 1920, not “%s”",
                          options->size),
           FALSE;
  for (int i = 0; i < 2; i++) {
    const char *day = i == 0 ? options->after : options->before;
    if (day != NULL && !ink_query_date_is_valid (day))
      return ink_cli_usage (cli, "“%s” is no day: it is written like 2024-12-31", day), FALSE;
  }
  if (options->limit < 0)
    return ink_cli_usage (cli, "--limit must not be negative (0 is for all)"), FALSE;
  if (options->folder != NULL) {
    g_autofree char *folder = ink_cli_path (cli, options->folder);
    if (folder == NULL)
      return FALSE;
    set_string (&query->folder, folder);
  }
  set_string (&query->after, options->after);
  set_string (&query->before, options->before);
  set_string (&query->type, options->type);
  set_string (&query->name, options->name);
  set_string (&query->size, options->size);
  query->limit = (guint)options->limit;
  query->weak = options->all;
  query->group = !options->no_group;
  return TRUE;
}

static void
print_hit (InkCli *cli, const InkHit *hit, guint rank, InkScoreKind kind)
{
  static const char *const kinds[] = {NULL, "cosine", "mixed"};
  InkJson json;

  if (!cli->json) {
    if (kind == INK_SCORE_NONE)
      ink_cli_print (cli, "%4u  %s", rank, hit->path);
    else
      ink_cli_print (cli, "%4u  %6.3f  %s%s", rank, hit->score, hit->path,
                     hit->duplicates ? "  (and near-duplicates)" : "");
    return;
  }
  ink_json_init (&json);
  ink_json_open (&json, '{');
  ink_json_integer (&json, "rank", rank);
  ink_cli_json_path (&json, hit->path);
  if (kind == INK_SCORE_NONE)
    ink_json_null (&json, "score");
  else
    ink_json_number (&json, "score", hit->score);
  ink_json_string (&json, "score_kind", kinds[kind]);
  ink_json_string (&json, "strength", hit->strong ? "strong" : "weak");
  ink_json_string (&json, "taken", hit->taken);
  ink_json_integer (&json, "width", hit->width);
  ink_json_integer (&json, "height", hit->height);
  ink_json_key (&json, "duplicates");
  ink_json_open (&json, '[');
  for (guint i = 0; hit->duplicates && i < hit->duplicates->len; i++)
    ink_json_string (&json, NULL, ((const InkHit *)hit->duplicates->pdata[i])->path);
  ink_json_close (&json, ']');
  ink_json_close (&json, '}');
  ink_json_print (&json);
}

static int
search (InkCli *cli, InkLibrary *library, const InkQuery *query)
{
  g_autoptr (GError) error = NULL;
  InkProgressBar bar;

  ink_progress_bar_init (&bar, cli);
  ink_library_set_rows_func (library, ink_progress_bar_update_rows, &bar);
  g_autoptr (InkResults) results =
      ink_library_search (library, query, ink_cli_cancellable (cli), &error);
  ink_library_set_rows_func (library, NULL, NULL);
  ink_progress_bar_clear (&bar);
  if (results == NULL)
    return ink_cli_fail (cli, g_steal_pointer (&error), NULL);
  if (results->notice != NULL)
    ink_cli_note (cli, "%s", results->notice);
  for (guint i = 0; i < results->hits->len; i++) {
    const InkHit *hit = results->hits->pdata[i];
    if (!hit->strong && i == results->strong)
      ink_cli_print (cli, "Weaker matches:");
    print_hit (cli, hit, i + 1, results->score_kind);
  }
  if (results->searched == 0)
    ink_cli_note (cli, "There is nothing to search in: no photo passes the filters.");
  else if (results->hits->len == 0)
    ink_cli_note (cli, "Nothing among %u photo%s matches well%s.", results->searched,
                  results->searched == 1 ? "" : "s",
                  query->weak ? "" : "; --all shows the weaker matches too");
  return cli->status;
}

/* Fills the words and pictures of @query; FALSE after telling what is wrong. */
static gboolean
apply_subject (InkCli *cli, const SearchOptions *options, InkQuery *query, char **words)
{
  InkRegion region;

  if (!ink_cli_check_texts (cli, (const char *const *)words) ||
      !ink_cli_check_texts (cli, (const char *const *)options->negatives))
    return FALSE;
  if (options->region != NULL && options->like == NULL)
    return ink_cli_usage (cli, "--region is a part of the picture given by --like"), FALSE;
  if (options->region != NULL && !ink_query_parse_region (options->region, &region))
    return ink_cli_usage (cli, "--region is X,Y,W,H in fractions of the picture, like 0.5,0,0.5,1"),
           FALSE;
  if (options->weight_text < 0 || options->weight_text > 1)
    return ink_cli_usage (cli, "--weight-text lies between 0 and 1"), FALSE;
  if (!isnan (options->weight_text))
    query->weight_text = options->weight_text;

  g_autofree char *text = g_strjoinv (" ", words);
  g_strstrip (text);
  if (*text != '\0')
    g_ptr_array_add (query->words, g_steal_pointer (&text));
  for (gsize i = 0; options->negatives != NULL && options->negatives[i] != NULL; i++)
    g_ptr_array_add (query->negatives, g_strdup (options->negatives[i]));
  for (gsize i = 0; options->like != NULL && options->like[i] != NULL; i++) {
    g_autofree char *path = ink_cli_path (cli, options->like[i]);
    if (path == NULL)
      return FALSE;
    g_autoptr (GFile) file = g_file_new_for_path (path);
    ink_query_add_file (query, file, i == 0 && options->region != NULL ? &region : NULL);
  }
  return TRUE;
}

/* Begins @query with the saved search called @name; FALSE after telling that there is none. */
static gboolean
apply_saved (InkCli *cli, InkLibrary *library, const char *name, InkQuery *query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkSavedSearch) saved = ink_library_find_saved_search (library, name, &error);

  if (saved == NULL)
    return ink_cli_fail (cli, g_steal_pointer (&error), name), FALSE;
  ink_query_parse (query, saved->text);
  return TRUE;
}

static int
run_search (InkCli *cli, gpointer data, int argc, char **argv)
{
  const SearchOptions *options = data;
  g_autoptr (InkQuery) query = ink_query_new ();
  g_autoptr (InkLibrary) library = NULL;
  g_autoptr (GError) error = NULL;

  /* What makes no sense is told before anything is looked at. */
  if (!apply_subject (cli, options, query, argv) || !apply_filters (cli, options, query))
    return cli->status;
  library = ink_cli_open (cli);
  if (library == NULL)
    return cli->status;
  if (options->saved != NULL) {
    g_clear_pointer (&query, ink_query_free);
    query = ink_query_new ();
    if (!apply_saved (cli, library, options->saved, query) ||
        !apply_subject (cli, options, query, argv) || !apply_filters (cli, options, query))
      return cli->status;
  }
  if (options->save != NULL &&
      !ink_library_save_search (library, options->save, query, NULL, &error))
    return ink_cli_fail (cli, g_steal_pointer (&error), options->save);
  return search (cli, library, query);
}

static void
add_search_options (GOptionContext *context, gpointer data)
{
  SearchOptions *options = data;
  const GOptionEntry entries[] = {
      {"like", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->like,
       "Photos that look like this picture (may be given several times)", "FILE"},
      {"not", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->negatives,
       "Stay away from this description (may be given several times)", "TEXT"},
      {"region", 0, 0, G_OPTION_ARG_FILENAME, &options->region,
       "Only this part of the first --like picture, in fractions", "X,Y,W,H"},
      {"weight-text", 0, 0, G_OPTION_ARG_DOUBLE, &options->weight_text,
       "Share of the words where there are pictures too (default 0.5)", "F"},
      {"save", 0, 0, G_OPTION_ARG_FILENAME, &options->save, "Save this search under a name",
       "NAME"},
      {"saved", 0, 0, G_OPTION_ARG_FILENAME, &options->saved,
       "Search as saved, with what else is given here", "NAME"},
      {NULL},
  };

  g_option_context_add_main_entries (context, entries, NULL);
  add_filter_options (context, options);
}

const InkCommand ink_command_search = {
    .name = "search",
    .arguments = "[WORDS…]",
    .summary = "Find photos by words, by pictures or by both",
    .description =
        "The models understand English. They do not understand “no” inside a description: use "
        "--not.\nWithout words and pictures the photos that pass the filters are listed, newest "
        "first.\n\nExamples:\n  inkling-cli search two dogs on a beach --not people\n"
        "  inkling-cli search --like holiday.jpg --after 2023-01-01\n",
    .max_arguments = G_MAXUINT,
    .run = run_search,
    .options_size = sizeof (SearchOptions),
    .add_options = add_search_options,
    .clear_options = clear_options,
};

static int
run_similar (InkCli *cli, gpointer options, int argc, char **argv)
{
  g_autoptr (InkLibrary) library = NULL;
  g_autoptr (InkQuery) query = ink_query_new ();
  g_autofree char *path = ink_cli_path (cli, argv[0]);

  if (path == NULL || !apply_filters (cli, options, query))
    return cli->status;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  ink_query_add_file (query, file, NULL);
  query->exclude = g_object_ref (file);
  library = ink_cli_open (cli);
  return library != NULL ? search (cli, library, query) : cli->status;
}

const InkCommand ink_command_similar = {
    .name = "similar",
    .arguments = "FILE",
    .summary = "Find photos that look like this one, which itself is left out",
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run_similar,
    .options_size = sizeof (SearchOptions),
    .add_options = add_filter_options,
    .clear_options = clear_options,
};
