/* cmd-bench.c: bench: times the towers and search on this machine. */
#include "cli/bench-decode.h"
#include "cli/bench.h"

#define DEFAULT_SECONDS 5.0
#define MIN_RUNS 5

typedef struct {
  gboolean image, text, contended;
  int search, batch;
  double seconds;
  char *decode; /* nullable */
} BenchOptions;

static void
add_options (GOptionContext *context, gpointer data)
{
  BenchOptions *options = data;
  const GOptionEntry entries[] = {
      {"image", 0, 0, G_OPTION_ARG_NONE, &options->image, "Time the image tower", NULL},
      {"text", 0, 0, G_OPTION_ARG_NONE, &options->text,
       "Time the text tower on a query of ten tokens", NULL},
      {"contended", 0, 0, G_OPTION_ARG_NONE, &options->contended,
       "Time the query also while pictures are encoded without a pause", NULL},
      {"search", 0, 0, G_OPTION_ARG_INT, &options->search,
       "Time exact search over N embeddings, random ones and clustered ones", "N"},
      {"decode", 0, 0, G_OPTION_ARG_FILENAME, &options->decode,
       "Time decoding the pictures of FOLDER as for indexing", "FOLDER"},
      {"batch", 0, 0, G_OPTION_ARG_INT, &options->batch, "Pictures a call (default 1)", "N"},
      {"seconds", 0, 0, G_OPTION_ARG_DOUBLE, &options->seconds,
       "How long each is timed (default 5)", "S"},
      {NULL},
  };

  options->batch = 1;
  options->seconds = DEFAULT_SECONDS;
  g_option_context_add_main_entries (context, entries, NULL);
}

static int
compare_seconds (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

gboolean
ink_bench_run (InkTiming *timing, double seconds, GError **error)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (double));
  double total = 0;

  if (!timing->run (timing->data, error))
    return FALSE;
  while (total < seconds || runs->len < MIN_RUNS) {
    if (timing->pause_us > 0)
      g_usleep (timing->pause_us);
    gint64 start = g_get_monotonic_time ();
    if (!timing->run (timing->data, error))
      return FALSE;
    double took = (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
    g_array_append_val (runs, took);
    total += took;
  }
  g_array_sort (runs, compare_seconds);
  timing->median = g_array_index (runs, double, runs->len / 2);
  timing->min = g_array_index (runs, double, 0);
  return TRUE;
}

static void
print_timing (InkCli *cli, const InkTiming *timing, const ClipModelInfo *info)
{
  ClipPrecision precision = info != NULL ? info->precision : CLIP_PRECISION_F32;
  guint threads = info != NULL ? info->threads : g_get_num_processors ();
  double gflops = timing->operations / timing->median / 1e9;
  InkJson json;

  if (!cli->json && timing->operations == 0) {
    ink_cli_print (cli, "%-6s  median %9.3f ms  min %9.3f ms", timing->name, timing->median * 1e3,
                   timing->min * 1e3);
    return;
  }
  double peak = timing->operations > 0 ? clip_cpu_measure_peak (threads, precision) / 1e9 : 0;
  ink_cli_print (cli,
                 "%-6s  median %9.3f ms  min %9.3f ms  %7.1f GFLOP/s, %.2f of the peak  "
                 "(%s, %s, %u threads)",
                 timing->name, timing->median * 1e3, timing->min * 1e3, gflops, gflops / peak,
                 clip_precision_to_string (precision), clip_cpu_isa (), threads);
  if (!cli->json)
    return;
  ink_json_init (&json);
  ink_json_open (&json, '{');
  ink_json_string (&json, "name", timing->name);
  ink_json_number (&json, "median_s", timing->median);
  ink_json_number (&json, "min_s", timing->min);
  if (timing->images > 0)
    ink_json_number (&json, "images_per_second", timing->images / timing->median);
  else
    ink_json_null (&json, "images_per_second");
  if (timing->operations > 0) {
    ink_json_number (&json, "gflops", gflops);
    ink_json_number (&json, "peak_gflops", peak);
  } else {
    ink_json_null (&json, "gflops");
    ink_json_null (&json, "peak_gflops");
  }
  ink_json_string (&json, "isa", clip_cpu_isa ());
  ink_json_string (&json, "precision", clip_precision_to_string (precision));
  ink_json_integer (&json, "threads", threads);
  ink_json_integer (&json, "batch", MAX (timing->images, 1));
  ink_json_close (&json, '}');
  ink_json_print (&json);
}

/* ---- The towers ---------------------------------------------------------------------------- */

typedef struct {
  ClipModel *model;
  ClipPicture *pictures;
  guint n_pictures;
  float *embeddings;
} TowerBench;

static gboolean
encode_pictures (gpointer data, GError **error)
{
  TowerBench *bench = data;

  return clip_model_encode_pictures (bench->model, bench->pictures, bench->n_pictures,
                                     bench->embeddings, NULL, error);
}

static gboolean
encode_text (gpointer data, GError **error)
{
  /* Eight words: ten tokens with start and end. */
  static const char *const text[] = {"two dogs on a beach at sunset today"};
  TowerBench *bench = data;

  const ClipCall query = {.priority = CLIP_PRIORITY_QUERY};

  return clip_model_encode_texts (bench->model, text, 1, bench->embeddings, &query, error);
}

/* A square of the model's size with something to see on it; its rgb is to be freed. */
static ClipPicture
make_square (const ClipModelInfo *info)
{
  gsize bytes = (gsize)3 * info->image_size * info->image_size;
  guint8 *rgb = g_malloc (bytes);

  for (gsize i = 0; i < bytes; i++)
    rgb[i] = (guint8)(i * 2654435761u >> 13);
  return (ClipPicture){rgb, info->image_size, info->image_size, (gsize)3 * info->image_size};
}

static gboolean
bench_image (InkCli *cli, ClipModel *model, const BenchOptions *options, GError **error)
{
  const ClipModelInfo *info = clip_model_get_info (model);
  guint n = (guint)options->batch;
  ClipPicture square = make_square (info);
  g_autofree guint8 *rgb = (guint8 *)square.rgb;
  g_autofree ClipPicture *pictures = g_new (ClipPicture, n);
  g_autofree float *embeddings = g_new (float, (gsize)n * info->dims);

  for (guint i = 0; i < n; i++)
    pictures[i] = square;
  TowerBench bench = {model, pictures, n, embeddings};
  InkTiming timing = {.name = "image",
                      .run = encode_pictures,
                      .data = &bench,
                      .operations = 2.0 * (double)info->image_macs * n,
                      .images = n};
  if (!ink_bench_run (&timing, options->seconds, error))
    return FALSE;
  print_timing (cli, &timing, info);
  return TRUE;
}

/* A text tower's timing, for a bench with a model and room for an embedding. */
static InkTiming
text_timing (const char *name, TowerBench *bench)
{
  return (InkTiming){.name = name,
                     .run = encode_text,
                     .data = bench,
                     .operations = 2.0 * (double)clip_model_get_text_macs (bench->model, 10)};
}

static gboolean
bench_text (InkCli *cli, ClipModel *model, const BenchOptions *options, GError **error)
{
  const ClipModelInfo *info = clip_model_get_info (model);
  g_autofree float *embedding = g_new (float, info->dims);
  TowerBench bench = {.model = model, .embeddings = embedding};
  InkTiming timing = text_timing ("text", &bench);

  if (!ink_bench_run (&timing, options->seconds, error))
    return FALSE;
  print_timing (cli, &timing, info);
  return TRUE;
}

/* ---- A query while pictures are indexed ---------------------------------------------------- */

/* Between two queries indexing gets on, so that each meets another place of the tower: not a
 * multiple of a layer's time. */
#define INDEXING_US 37000

typedef struct {
  ClipModel *model;
  GCancellable *over;
} Indexing;

static gboolean
is_over (gpointer data)
{
  return g_cancellable_is_cancelled (data);
}

/* Encodes one picture again and again until it is stopped. */
static gpointer
index_pictures (gpointer data)
{
  const Indexing *indexing = data;
  const ClipModelInfo *info = clip_model_get_info (indexing->model);
  ClipPicture square = make_square (info);
  g_autofree guint8 *rgb = (guint8 *)square.rgb;
  g_autofree float *embedding = g_new (float, info->dims);
  const ClipCall call = {is_over, indexing->over, CLIP_PRIORITY_BATCH};

  while (clip_model_encode_pictures (indexing->model, &square, 1, embedding, &call, NULL))
    ;
  return NULL;
}

static gboolean
bench_contended (InkCli *cli, ClipModel *model, const BenchOptions *options, GError **error)
{
  const ClipModelInfo *info = clip_model_get_info (model);
  g_autofree float *embedding = g_new (float, info->dims);
  TowerBench bench = {.model = model, .embeddings = embedding};
  InkTiming timing = text_timing ("text-while-indexing", &bench);
  g_autoptr (GCancellable) over = g_cancellable_new ();
  Indexing indexing = {model, over};
  GThread *thread = g_thread_new ("indexing", index_pictures, &indexing);

  timing.pause_us = INDEXING_US;
  gboolean done = ink_bench_run (&timing, options->seconds, error);
  g_cancellable_cancel (over);
  g_thread_join (thread);
  if (done)
    print_timing (cli, &timing, info);
  return done;
}

static gboolean
bench_decode (InkCli *cli, ClipModel *model, const BenchOptions *options, GError **error)
{
  g_autoptr (InkDecodeBench) bench =
      ink_decode_bench_new (options->decode, clip_model_get_info (model)->image_size, error);
  InkTiming timing = {.name = "decode", .run = ink_decode_bench_run, .data = bench};

  if (bench == NULL)
    return FALSE;
  timing.images = ink_decode_bench_count (bench);
  if (!ink_bench_run (&timing, options->seconds, error))
    return FALSE;
  print_timing (cli, &timing, NULL);
  return TRUE;
}

/* ---- The command --------------------------------------------------------------------------- */

/* The towers that were asked for: both, where nothing was. */
static gboolean
bench_towers (InkCli *cli, const BenchOptions *options, GError **error)
{
  gboolean everything = !options->image && !options->text && !options->contended &&
                        options->search == 0 && options->decode == NULL;

  if (!options->image && !options->text && !options->contended && options->decode == NULL &&
      !everything)
    return TRUE;
  g_autoptr (InkLibrary) library = ink_library_open (&cli->library, error);
  ClipModel *model = library != NULL ? ink_library_get_model (library, error) : NULL;
  if (model == NULL)
    return FALSE;
  if ((options->image || everything) && !bench_image (cli, model, options, error))
    return FALSE;
  if ((options->text || everything) && !bench_text (cli, model, options, error))
    return FALSE;
  if (options->decode != NULL && !bench_decode (cli, model, options, error))
    return FALSE;
  return !options->contended || bench_contended (cli, model, options, error);
}

static void
clear_options (gpointer data)
{
  BenchOptions *options = data;

  g_free (options->decode);
}

static int
run_bench (InkCli *cli, gpointer data, int argc, char **argv)
{
  const BenchOptions *options = data;
  g_autoptr (GError) error = NULL;

  if (options->batch < 1 || options->batch > 256)
    return ink_cli_usage (cli, "--batch lies between 1 and 256");
  if (options->search < 0 || options->search > 10 * 1000 * 1000)
    return ink_cli_usage (cli, "--search lies between 1 and 10000000");
  if (!(options->seconds >= 0 && options->seconds <= 3600))
    return ink_cli_usage (cli, "--seconds lies between 0 and 3600");
  if (!bench_towers (cli, options, &error) ||
      (options->search > 0 &&
       !ink_bench_search (cli, (gsize)options->search, options->seconds, &error)))
    return ink_cli_fail (cli, g_steal_pointer (&error), NULL);
  return cli->status;
}

const InkCommand ink_command_bench = {
    .name = "bench",
    .arguments = "",
    .summary = "Time the towers and search on this machine",
    .description =
        "Without --image, --text, --contended, --decode and --search both towers are timed. The "
        "peak is "
        "what the\nsame threads reach in multiply-adds on registers alone, measured beside it; "
        "that of a search is\nhow fast they read memory. A search is timed through a file of the "
        "cache folder, which takes\n2 kB for each embedding while it runs.\n",
    .run = run_bench,
    .options_size = sizeof (BenchOptions),
    .add_options = add_options,
    .clear_options = clear_options,
};
