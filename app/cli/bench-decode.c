/* bench-decode.c: bench --decode: how fast the pictures of a folder are decoded as for indexing. */
#include "cli/bench-decode.h"

#include "base/error.h"
#include "decode/decoder.h"
#include "decode/thumbnails.h"
#include "index/scanner.h"

struct _InkDecodeBench {
  InkDecoder *decoder;
  GPtrArray *paths;
  guint square;
  char *folder;
  int next; /* atomic: the path that is decoded next */
};

static void
add_path (const InkScannedFile *file, gpointer data)
{
  InkDecodeBench *bench = data;

  if (file->kind == INK_NAME_PICTURE)
    g_ptr_array_add (bench->paths, g_build_filename (bench->folder, file->path, NULL));
}

static void
pass_over (const char *path, const GError *error, gpointer data)
{
}

InkDecodeBench *
ink_decode_bench_new (const char *folder, guint square, GError **error)
{
  static const InkScanFuncs funcs = {.file = add_path, .unreadable = pass_over};
  g_autoptr (InkDecodeBench) bench = g_new0 (InkDecodeBench, 1);

  bench->decoder = ink_decoder_new (0);
  bench->paths = g_ptr_array_new_with_free_func (g_free);
  bench->square = square;
  bench->folder = g_canonicalize_filename (folder, NULL);
  if (!ink_scan_folder (bench->folder, NULL, &funcs, bench, NULL, error))
    return NULL;
  if (bench->paths->len > 0)
    return g_steal_pointer (&bench);
  g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND, "%s has no pictures", folder);
  return NULL;
}

void
ink_decode_bench_free (InkDecodeBench *bench)
{
  g_object_unref (bench->decoder);
  g_ptr_array_unref (bench->paths);
  g_free (bench->folder);
  g_free (bench);
}

guint
ink_decode_bench_count (const InkDecodeBench *bench)
{
  return bench->paths->len;
}

/* Takes one path after another. Returns: (nullable): an error that ended it */
static gpointer
decode_some (gpointer data)
{
  InkDecodeBench *bench = data;
  InkDecodeRequest request = {.square = bench->square, .thumbnail = INK_THUMBNAIL_SIDE};
  GError *error = NULL;
  int at;

  while (error == NULL && (at = g_atomic_int_add (&bench->next, 1)) < (int)bench->paths->len) {
    InkDecoded *decoded =
        ink_decoder_decode_file (bench->decoder, bench->paths->pdata[at], &request, NULL, &error);
    g_clear_pointer (&decoded, ink_decoded_free);
  }
  return error;
}

gboolean
ink_decode_bench_run (gpointer data, GError **error)
{
  InkDecodeBench *bench = data;
  guint n = g_get_num_processors ();
  g_autofree GThread **threads = g_new (GThread *, n);
  gboolean done = TRUE;

  bench->next = 0;
  for (guint i = 0; i < n; i++)
    threads[i] = g_thread_new ("decode", decode_some, bench);
  for (guint i = 0; i < n; i++) {
    g_autoptr (GError) problem = g_thread_join (threads[i]);
    if (problem != NULL && done) {
      g_propagate_error (error, g_steal_pointer (&problem));
      done = FALSE;
    }
  }
  return done;
}
