/* bench-start.c: how long a program waits for its first embeddings, and how much memory a model
 * takes: bench-start MODEL-FOLDER [CACHE-FOLDER [PRECISION]]. Run it twice to see a warm start. */
#include <stdio.h>
#include <string.h>

#include "clip.h"

/* Any name will do for a cache that nobody else uses. */
#define SHA256 "0000000000000000000000000000000000000000000000000000000000000000"
#define SIDE 320

static double
since (gint64 *start)
{
  gint64 now = g_get_monotonic_time (), then = *start;
  *start = now;
  return (double)(now - then) / 1000;
}

/* What the process holds in memory, or held at most, files that are mapped included, in MB. */
static double
resident (const char *field)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    return 0;
  const char *line = strstr (text, field);
  return line ? (double)g_ascii_strtoull (line + 6, NULL, 10) * 1024 / 1e6 : 0;
}

static void
report (const char *what, gint64 *start)
{
  printf ("%-14s %8.1f ms  %6.0f MB, %6.0f MB at most\n", what, since (start), resident ("VmRSS:"),
          resident ("VmHWM:"));
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  ClipOptions options = {.vocabulary = g_getenv ("INKLING_VOCABULARY")};
  if (argc < 2 || (argc > 3 && !clip_precision_from_string (argv[3], &options.precision))) {
    fprintf (stderr, "usage: bench-start MODEL-FOLDER [CACHE-FOLDER [PRECISION]]\n");
    return 2;
  }
  gint64 start = g_get_monotonic_time ();
  g_autoptr (ClipModel) model = clip_model_open (argv[1], &options, &error);
  if (model && argc > 2)
    clip_model_set_cache (model, argv[2], SHA256);
  if (model)
    report ("open", &start);

  static guint8 rgb[SIDE * SIDE * 3];
  const ClipPicture picture = {rgb, SIDE, SIDE, 3 * SIDE};
  const char *const text = "two dogs on a beach at sunset today";
  g_autofree float *embedding = model ? g_new (float, clip_model_get_info (model)->dims) : NULL;
  for (guint i = 0; i < 2 && !error; i++)
    if (clip_model_encode_texts (model, &text, 1, embedding, NULL, &error))
      report (i ? "text again" : "first text", &start);
  for (guint i = 0; i < 2 && !error; i++)
    if (clip_model_encode_pictures (model, &picture, 1, embedding, NULL, &error))
      report (i ? "picture again" : "first picture", &start);
  if (error)
    fprintf (stderr, "%s\n", error->message);
  return error ? 1 : 0;
}
