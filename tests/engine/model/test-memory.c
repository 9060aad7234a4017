/* test-memory.c: where there is not enough memory a call fails with a message that says so, and the
 * next one that has enough gives the right answer. */
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/model/model-fixture.h"
#include "support/golden.h"

#define MEGABYTE ((rlim_t)1 << 20)
#define SHA256 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* What ends a child: its status. */
enum { FITS, TOO_LITTLE, WRONG };

static ClipModel *
open_starter (ClipPrecision precision)
{
  g_autofree char *folder = golden_path ("../../data/models/starter");
  const ClipOptions options = {.precision = precision, .threads = 2};
  g_autoptr (GError) error = NULL;
  ClipModel *model = clip_model_open (folder, &options, &error);
  g_assert_no_error (error);
  return model;
}

static gboolean
encode (ClipModel *model, float *embeddings, GError **error)
{
  static const char *const texts[] = {"a photo of a dog that runs on the grass"};
  ClipPicture picture;
  model_picture_init (&picture, 90, 70, 1);
  gboolean done =
      clip_model_encode_texts (model, texts, 1, embeddings, NULL, error) &&
      clip_model_encode_pictures (model, &picture, 1,
                                  embeddings + clip_model_get_info (model)->dims, NULL, error);
  model_picture_clear (&picture);
  return done;
}

static gsize
embeddings_size (const ClipModel *model)
{
  return 2 * clip_model_get_info (model)->dims * sizeof (float);
}

/* Small requests, for which GLib ends a program that gets no memory, are met from what the process
 * keeps; large ones, which may fail, go to the system. */
static void
keep_some_memory (void)
{
  gpointer blocks[512];
  mallopt (M_MMAP_THRESHOLD, 64 * 1024);
  mallopt (M_TRIM_THRESHOLD, 1 << 30);
  mallopt (M_ARENA_MAX, 1);
  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    blocks[i] = g_malloc (16 * 1024);
  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    g_free (blocks[i]);
}

/* Leaves the process @more bytes of address space beyond what it has. */
static void
limit_memory (rlim_t more)
{
  struct rlimit limit;
  long pages = 0;
  FILE *file = fopen ("/proc/self/statm", "r");
  if (!file || fscanf (file, "%ld", &pages) != 1)
    _exit (WRONG);
  fclose (file);
  getrlimit (RLIMIT_AS, &limit);
  limit.rlim_cur = (rlim_t)pages * (rlim_t)sysconf (_SC_PAGESIZE) + more;
  setrlimit (RLIMIT_AS, &limit);
}

static void
lift_limit (void)
{
  struct rlimit limit;
  getrlimit (RLIMIT_AS, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_AS, &limit);
}

/* In a process of its own. */
static int
try_with (rlim_t more, ClipPrecision precision, const char *cache, const float *expected)
{
  g_autoptr (ClipModel) model = open_starter (precision);
  gsize size = embeddings_size (model);
  g_autofree float *embeddings = g_malloc (size);
  g_autoptr (GError) error = NULL;
  if (cache)
    clip_model_set_cache (model, cache, SHA256);
  keep_some_memory ();
  limit_memory (more);
  gboolean fits = encode (model, embeddings, &error);
  lift_limit ();
  if (!fits && (!g_error_matches (error, CLIP_ERROR, CLIP_ERROR_MEMORY) ||
                !strstr (error->message, "Not enough memory")))
    return WRONG;
  if (!fits && !encode (model, embeddings, NULL))
    return WRONG;
  if (memcmp (embeddings, expected, size) != 0)
    return WRONG;
  return fits ? FITS : TOO_LITTLE;
}

static int
try_in_child (rlim_t more, ClipPrecision precision, const char *cache, const float *expected)
{
  int status;
  pid_t child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    _exit (try_with (more, precision, cache, expected));
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_test_message ("%u MB more: status %#x", (guint)(more / MEGABYTE), (guint)status);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

/* With @data a cache is tried first. */
static void
test_limits (gconstpointer data)
{
  static const rlim_t megabytes[] = {0, 1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 1024};
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  g_test_skip ("sanitizers need address space of their own");
  return;
#endif
  if (strcmp (clip_cpu_isa (), "scalar") == 0) {
    g_test_skip ("nothing is packed without vectors");
    return;
  }
  for (ClipPrecision precision = CLIP_PRECISION_F32; precision <= CLIP_PRECISION_INT8;
       precision += CLIP_PRECISION_INT8 - CLIP_PRECISION_F32) {
    g_autoptr (ClipModel) model = open_starter (precision);
    g_autofree float *expected = g_malloc (embeddings_size (model));
    guint fitted = 0;
    g_assert_true (encode (model, expected, NULL));
    for (guint i = 0; i < G_N_ELEMENTS (megabytes); i++) {
      g_autoptr (TestFolder) folder = test_folder_new ();
      int status =
          try_in_child (megabytes[i] * MEGABYTE, precision, data ? folder : NULL, expected);
      g_assert_cmpint (status, !=, WRONG);
      fitted += status == FITS;
      /* Later ones may fit into what this process has by then. */
      if (i == 0 && precision == CLIP_PRECISION_F32 && !data)
        g_assert_cmpint (status, ==, TOO_LITTLE);
    }
    g_assert_cmpuint (fitted, >=, 1);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/memory/limits", NULL, test_limits);
  g_test_add_data_func ("/memory/limits-with-cache", "cache", test_limits);
  return g_test_run ();
}
