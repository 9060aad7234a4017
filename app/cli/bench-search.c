/* bench-search.c: bench --search: times the search as the program does it, through a file of the
 * cache, over embeddings that are made up.
 *
 * Random ones are the simplest case. A model's lie in a narrow cone and in clusters, and a few of
 * their numbers are much greater than the rest: the other case is like that.
 */
#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "base/dirs.h"
#include "cli/bench.h"
#include "search/save.h"
#include "search/vectors.h"
#include "store/half.h"

#define DIMS 640
#define LIMIT 50
#define BLOCK 1024

/* What memory can do is measured on so much of it. */
#define READ_BYTES (256u << 20)

typedef enum { RANDOM, CLUSTERED } Kind;

/* ---- Embeddings -------------------------------------------------------------------------- */

#define NORMALS 65536
#define CLUSTERS 500
#define OUTLIERS 4

typedef struct {
  Kind kind;
  guint64 state; /* of the random numbers */
  float normals[NORMALS];
  float cone[DIMS];
  float clusters[CLUSTERS][DIMS];
} Source;

static guint64
next_random (Source *source)
{
  source->state = source->state * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
  return source->state >> 24;
}

/* Sums of uniform numbers are near enough to normal ones. */
static Source *
source_new (Kind kind)
{
  Source *source = g_new0 (Source, 1);

  source->kind = kind;
  source->state = 1;
  for (guint i = 0; i < NORMALS; i++) {
    double sum = -6;

    for (int k = 0; k < 12; k++)
      sum += (double)next_random (source) * 0x1p-40;
    source->normals[i] = (float)sum;
  }
  for (guint d = 0; d < DIMS; d++) {
    source->cone[d] = 1.2F * source->normals[d];
    for (guint c = 0; c < CLUSTERS; c++)
      source->clusters[c][d] = 0.6F * source->normals[next_random (source) % NORMALS];
  }
  for (guint i = 0; i < OUTLIERS; i++)
    source->cone[next_random (source) % DIMS] = i % 2 ? 12 : -12;
  return source;
}

/* A unit vector. */
static void
make_vector (Source *source, float *vector)
{
  guint at = (guint)next_random (source), step = (guint)next_random (source) | 1;
  const float *cluster = source->clusters[next_random (source) % CLUSTERS];
  float squares = 0;

  for (guint d = 0; d < DIMS; d++) {
    float value = source->normals[(at + d * step) % NORMALS];

    if (source->kind == CLUSTERED)
      value = source->cone[d] + cluster[d] + 0.5F * value;
    vector[d] = value;
    squares += value * value;
  }
  for (guint d = 0; d < DIMS; d++)
    vector[d] *= 1 / sqrtf (squares);
}

/* ---- The file ---------------------------------------------------------------------------- */

typedef struct {
  InkVectors *vectors;
  float query[DIMS];
  InkScanCost cost;
  double build, load; /* seconds */
} SearchBench;

static double
seconds_since (gint64 start)
{
  return (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

static gboolean
write_rows (InkSegmentWriter *writer, Source *source, gsize n, double *seconds, GError **error)
{
  g_autofree guint16 *rows = g_new (guint16, BLOCK * DIMS);
  g_autofree gint64 *photos = g_new (gint64, BLOCK);
  float vector[DIMS];

  for (gsize first = 0; first < n; first += BLOCK) {
    gsize block = MIN (BLOCK, n - first);

    for (gsize i = 0; i < block; i++) {
      photos[i] = (gint64)(first + i + 1);
      make_vector (source, vector);
      ink_half_from_float (rows + i * DIMS, vector, DIMS);
    }
    gint64 start = g_get_monotonic_time ();
    if (!ink_segment_writer_add (writer, photos, rows, block, error))
      return FALSE;
    *seconds += seconds_since (start);
  }
  return TRUE;
}

/* Makes the file at @path and begins with its rows. */
static gboolean
fill (SearchBench *bench, Source *source, const char *path, gsize n, ClipPool *pool, GError **error)
{
  g_autoptr (InkSegmentWriter) writer = ink_segment_writer_new (path, DIMS, error);
  InkStamp stamp = {.library = 1};
  InkSegment *segment;
  gint64 start;

  if (writer == NULL || !write_rows (writer, source, n, &bench->build, error))
    return FALSE;
  start = g_get_monotonic_time ();
  if (!ink_segment_writer_finish (writer, &stamp, pool, error))
    return FALSE;
  bench->build += seconds_since (start);
  start = g_get_monotonic_time ();
  segment = ink_segment_open (path, DIMS, &stamp, pool, error);
  bench->load = seconds_since (start);
  if (segment == NULL)
    return FALSE;
  ink_vectors_adopt (bench->vectors, segment);
  return TRUE;
}

/* ---- Timing ------------------------------------------------------------------------------ */

static gboolean
search_once (gpointer data, GError **error)
{
  SearchBench *bench = data;
  InkScope scope = {.k = LIMIT, .least = -INFINITY};

  g_array_unref (ink_vectors_top_with_cost (bench->vectors, bench->query, &scope, &bench->cost));
  return TRUE;
}

/* Memory of this process that is in use, the file's pages among it. */
static guint64
get_resident (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    return 0;
  line = strstr (text, "VmRSS:");
  return line != NULL ? g_ascii_strtoull (line + 6, NULL, 10) * 1024 : 0;
}

static void
print_json (const InkTiming *timing, const SearchBench *bench, guint threads, double speed,
            double read_speed)
{
  InkJson json;

  ink_json_init (&json);
  ink_json_open (&json, '{');
  ink_json_string (&json, "name", timing->name);
  ink_json_number (&json, "median_s", timing->median);
  ink_json_number (&json, "min_s", timing->min);
  ink_json_null (&json, "images_per_second");
  ink_json_null (&json, "gflops");
  ink_json_null (&json, "peak_gflops");
  ink_json_string (&json, "isa", clip_cpu_isa ());
  ink_json_string (&json, "precision", "int8");
  ink_json_integer (&json, "threads", threads);
  ink_json_integer (&json, "batch", 1);
  ink_json_integer (&json, "rows", (gint64)bench->cost.rows);
  ink_json_integer (&json, "candidates", (gint64)bench->cost.candidates);
  ink_json_number (&json, "bytes_per_second", speed);
  ink_json_number (&json, "peak_bytes_per_second", read_speed);
  ink_json_number (&json, "build_s", bench->build);
  ink_json_number (&json, "load_s", bench->load);
  ink_json_integer (&json, "resident_bytes", (gint64)get_resident ());
  ink_json_close (&json, '}');
  ink_json_print (&json);
}

static gboolean
bench_kind (InkCli *cli, Kind kind, gsize n, double seconds, GError **error)
{
  g_autofree char *cache = ink_dirs_get_cache ();
  g_autofree char *path = g_build_filename (cache, "search", "bench.rows", NULL);
  g_autofree Source *source = source_new (kind);
  guint threads = cli->library.engine.threads;
  g_autoptr (ClipPool) pool = clip_pool_new (threads);
  g_autoptr (InkVectors) vectors = ink_vectors_new (DIMS);
  SearchBench bench = {.vectors = vectors};
  InkTiming timing = {
      .name = kind == RANDOM ? "search" : "search-clustered", .run = search_once, .data = &bench};

  make_vector (source, bench.query);
  ink_vectors_set_threads (vectors, threads);
  gboolean filled = fill (&bench, source, path, n, pool, error);
  g_unlink (path); /* it stays mapped */
  if (!filled || !ink_bench_run (&timing, seconds, error))
    return FALSE;
  threads = clip_pool_get_threads (pool);
  double read_speed = clip_cpu_measure_read (threads, READ_BYTES);
  double speed = (double)bench.cost.bytes / timing.median;
  ink_cli_print (cli,
                 "%-16s  median %8.3f ms  min %8.3f ms  %5.1f GB/s, %.2f of the peak  "
                 "(%" G_GSIZE_FORMAT " candidates, %s, %u threads; file made in %.2f s, loaded in "
                 "%.3f s)",
                 timing.name, timing.median * 1e3, timing.min * 1e3, speed / 1e9,
                 speed / read_speed, bench.cost.candidates, clip_cpu_isa (), threads, bench.build,
                 bench.load);
  if (cli->json)
    print_json (&timing, &bench, threads, speed, read_speed);
  return TRUE;
}

gboolean
ink_bench_search (InkCli *cli, gsize n, double seconds, GError **error)
{
  return bench_kind (cli, RANDOM, n, seconds, error) &&
         bench_kind (cli, CLUSTERED, n, seconds, error);
}
