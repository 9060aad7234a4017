/* bench.h: what is timed by the command "bench", and how. */
#pragma once

#include "cli/cli.h"

G_BEGIN_DECLS

/* What is timed, and how long its runs took. */
typedef struct {
  const char *name;
  gboolean (*run) (gpointer data, GError **error);
  gpointer data;
  double operations; /* in one run; 0 where they don't count */
  guint images;      /* in one run */
  gulong pause_us;   /* before each run */
  double median, min;
} InkTiming;

/* Runs once to warm up, then until @seconds are over, but five times at least. */
gboolean ink_bench_run (InkTiming *timing, double seconds, GError **error);

/* Times the search over @n embeddings of 640 numbers, and prints it. */
gboolean ink_bench_search (InkCli *cli, gsize n, double seconds, GError **error);

G_END_DECLS
