/* rows-file.c: the embeddings of a space in a file of the cache. */
#include "search/rows-file.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include <glib/gstdio.h>

#include "base/dirs.h"
#include "base/error.h"

#define SUFFIX ".rows"

/* How many rows are compared with the store's before a file is trusted. */
#define SAMPLE_ROWS 16

static char *
get_folder (void)
{
  g_autofree char *cache = ink_dirs_get_cache ();

  return g_build_filename (cache, "search", NULL);
}

/* A library is where it is; that another one may lie there is found out by looking at its rows. */
static guint64
get_library (const InkStore *store)
{
  const char *directory = ink_store_get_directory (store);
  g_autofree char *absolute = g_canonicalize_filename (directory, NULL);

  return XXH3_64bits (absolute, strlen (absolute));
}

static char *
get_path (const InkStamp *stamp)
{
  g_autofree char *folder = get_folder ();
  g_autofree char *name = g_strdup_printf ("%016" G_GINT64_MODIFIER "x-%" G_GINT64_FORMAT SUFFIX,
                                           stamp->library, stamp->space);

  return g_build_filename (folder, name, NULL);
}

gboolean
ink_rows_file_init (InkRowsFile *file, InkStore *store, gint64 space, guint dims, GError **error)
{
  g_autofree char *text = NULL;
  InkSpace about;

  *file = (InkRowsFile){.dims = dims};
  if (!ink_store_get_space (store, space, &about, error))
    return FALSE;
  text = g_strdup_printf ("%s %u %s", about.model, about.image_size, about.preprocessing);
  file->stamp = (InkStamp){
      .library = get_library (store),
      .space = space,
      .space_key = XXH3_64bits (text, strlen (text)),
  };
  file->path = get_path (&file->stamp);
  return TRUE;
}

void
ink_rows_file_clear (InkRowsFile *file)
{
  g_clear_pointer (&file->path, g_free);
}

/* ---- Opening ----------------------------------------------------------------------------- */

/* Which of its photo's tiles a row is of. */
static guint
find_tile (const InkSegment *segment, gsize row)
{
  guint tile = 0;

  while (tile < row && segment->photos[row - tile - 1] == segment->photos[row])
    tile++;
  return tile;
}

/* Whether it may be of the same library: one that was brought back from a copy has other rows from
 * some id on, so the last row is looked at, and some on the way. */
static gboolean
agrees (InkSegment *segment, const InkStamp *stamp, InkStore *store, GError **error)
{
  gint64 generation = ink_store_get_generation (store, error);

  if (generation < 0)
    return FALSE;
  if (stamp->generation > generation)
    return g_set_error (error, INK_ERROR, INK_ERROR_FAILED, "The library is older than its cache"),
           FALSE;
  for (gsize i = 1; i <= MIN (SAMPLE_ROWS, segment->n); i++) {
    gsize row = (gsize)((guint64)segment->n * i / MIN (SAMPLE_ROWS, segment->n)) - 1;
    const guint16 *halves = ink_segment_get_row (segment, row);
    gboolean same = FALSE;

    if (halves && !ink_store_compare_embedding (store, stamp->space, segment->photos[row],
                                                find_tile (segment, row), stamp->last, halves,
                                                segment->dims, &same, error))
      return FALSE;
    if (!same)
      return g_set_error (error, INK_ERROR, INK_ERROR_FAILED,
                          "The library has other embeddings than its cache"),
             FALSE;
  }
  return TRUE;
}

InkSegment *
ink_rows_file_open (InkRowsFile *file, InkStore *store, ClipPool *pool, GError **error)
{
  InkStamp stamp = file->stamp;
  g_autoptr (InkSegment) segment = ink_segment_open (file->path, file->dims, &stamp, pool, error);

  if (!segment || !agrees (segment, &stamp, store, error))
    return NULL;
  file->stamp = stamp;
  return g_steal_pointer (&segment);
}

/* ---- Making ------------------------------------------------------------------------------ */

/* Takes away the files of this library's spaces that the store doesn't have any more. */
static void
remove_stale (const InkRowsFile *file, InkStore *store)
{
  g_autofree char *folder = get_folder ();
  g_autofree char *prefix = g_strdup_printf ("%016" G_GINT64_MODIFIER "x-", file->stamp.library);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autoptr (GError) error = NULL;
    InkSpace space;

    if (g_str_has_prefix (name, prefix) && g_str_has_suffix (name, SUFFIX) &&
        !ink_store_get_space (store, g_ascii_strtoll (name + strlen (prefix), NULL, 10), &space,
                              &error) &&
        g_error_matches (error, INK_ERROR, INK_ERROR_NOT_FOUND))
      g_unlink (path);
  }
}

static gboolean
write_rows (InkSegmentWriter *writer, const InkRowsFile *file, InkStore *store, gsize total,
            InkRowsFunc func, gpointer data, GError **error)
{
  gint64 after = G_MININT64;
  gsize done = 0;

  for (;;) {
    g_autoptr (InkEmbeddings) slice =
        ink_store_slice_embeddings (store, file->stamp.space, after, error);

    if (!slice)
      return FALSE;
    if (slice->last == after)
      return TRUE;
    if (slice->dims != file->dims) {
      g_set_error (error, INK_ERROR, INK_ERROR_LIBRARY_DAMAGED,
                   "The library's embeddings have %u numbers each where its model makes %u; "
                   "run “inkling-cli check --repair”",
                   slice->dims, file->dims);
      return FALSE;
    }
    if (!ink_segment_writer_add (writer, slice->photos, slice->rows, slice->n, error))
      return FALSE;
    after = slice->last;
    for (gsize i = 0; i < slice->n; i++)
      done += slice->tiles[i] == 0;
    if (func)
      func (MIN (done, total), total, data);
  }
}

InkSegment *
ink_rows_file_build (InkRowsFile *file, InkStore *store, ClipPool *pool, InkRowsFunc func,
                     gpointer data, GError **error)
{
  g_autoptr (InkSegmentWriter) writer = NULL;
  InkStamp stamp = file->stamp;
  gint64 total;

  remove_stale (file, store);
  /* What is stored from now on comes with the next load. */
  stamp.generation = ink_store_get_generation (store, error);
  stamp.last = stamp.generation < 0 ? -1 : ink_store_get_last_embedding (store, stamp.space, error);
  total = stamp.last < 0 ? -1 : ink_store_count_rows (store, stamp.space, 0, error);
  if (total < 0)
    return NULL;
  writer = ink_segment_writer_new (file->path, file->dims, error);
  if (!writer || !write_rows (writer, file, store, (gsize)total, func, data, error) ||
      !ink_segment_writer_finish (writer, &stamp, pool, error))
    return NULL;
  return ink_rows_file_open (file, store, pool, error);
}
