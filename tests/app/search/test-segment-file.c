/* test-segment-file.c: rows come back from a file as they were, and from no file that is not whole.
 */
#include "search/segment-file.h"

#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "search/save.h"
#include "search/segment-layout.h"
#include "search/vectors.h"
#include "store/half.h"
#include "support/folder.h"

#define DIMS 20
#define ROWS 5000 /* more than a block */

typedef struct {
  TestFolder *folder;
  char *path;
  ClipPool *pool;
  gint64 photos[ROWS];
  guint16 halves[ROWS * DIMS];
  InkSegmentLayout layout;
} Fixture;

static const InkStamp stamp = {
    .library = 7, .space = 3, .space_key = 9, .last = 70, .generation = 5};

static void
write_file (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkSegmentWriter) writer = ink_segment_writer_new (fixture->path, DIMS, &error);

  g_assert_no_error (error);
  for (gsize row = 0; row < ROWS; row += 999)
    g_assert_true (ink_segment_writer_add (writer, fixture->photos + row,
                                           fixture->halves + row * DIMS, MIN (999, ROWS - row),
                                           &error));
  g_assert_true (ink_segment_writer_finish (writer, &stamp, fixture->pool, &error));
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  fixture->folder = test_folder_new ();
  fixture->path = g_build_filename (fixture->folder, "search", "1.rows", NULL);
  fixture->pool = clip_pool_new (2);
  for (gsize row = 0; row < ROWS; row++)
    fixture->photos[row] = (gint64)row / 2 * 3 - 100;
  for (gsize i = 0; i < ROWS * DIMS; i++) {
    float value = (float)g_rand_double_range (rand, -1, 2);

    ink_half_from_float (&fixture->halves[i], &value, 1);
  }
  g_assert_true (ink_segment_layout_init (&fixture->layout, DIMS, ROWS));
  write_file (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  clip_pool_free (fixture->pool);
  g_free (fixture->path);
  test_folder_free (fixture->folder);
}

static InkSegment *
try_open (Fixture *fixture, GError **error)
{
  InkStamp found = {.library = 7, .space = 3, .space_key = 9};

  return ink_segment_open (fixture->path, DIMS, &found, fixture->pool, error);
}

static void
expect_refused (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (try_open (fixture, &error));
  g_assert_nonnull (error);
}

static void
expect_top (InkVectors *a, InkVectors *b)
{
  float query[DIMS];
  InkScope scope = {NULL, 40, -1000};

  for (guint d = 0; d < DIMS; d++)
    query[d] = (float)d - 8;
  g_autoptr (GArray) left = ink_vectors_top (a, query, &scope);
  g_autoptr (GArray) right = ink_vectors_top (b, query, &scope);
  g_assert_cmpmem (left->data, left->len * sizeof (InkMatch), right->data,
                   right->len * sizeof (InkMatch));
}

static void
test_round_trip (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (InkVectors) in_memory = ink_vectors_new (DIMS);
  g_autoptr (InkVectors) from_file = ink_vectors_new (DIMS);
  g_autoptr (GError) error = NULL;
  InkStamp found = {.library = 7, .space = 3, .space_key = 9};
  InkSegment *segment = ink_segment_open (fixture->path, DIMS, &found, fixture->pool, &error);
  struct stat info;

  g_assert_no_error (error);
  g_assert_cmpmem (&found, sizeof found, &stamp, sizeof stamp);
  g_assert_cmpmem (segment->photos, segment->n * sizeof (gint64), fixture->photos,
                   sizeof fixture->photos);
  for (gsize row = 0; row < ROWS; row++)
    g_assert_cmpmem (ink_segment_get_row (segment, row), DIMS * sizeof (guint16),
                     fixture->halves + row * DIMS, DIMS * sizeof (guint16));
  g_assert_false (ink_segment_is_damaged (segment));
  ink_vectors_set (in_memory, fixture->photos, fixture->halves, ROWS, NULL);
  ink_vectors_adopt (from_file, segment);
  expect_top (in_memory, from_file);

  g_assert_cmpint (stat (fixture->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 07777, ==, 0600);
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  g_assert_cmpint (stat (folder, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 07777, ==, 0700);
}

/* Turns some bits of the byte at @offset. */
static void
turn (Fixture *fixture, gsize offset)
{
  g_autofree guint8 *data = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (fixture->path, (char **)&data, &size, NULL));
  g_assert_cmpuint (offset, <, size);
  data[offset] ^= 0x41;
  g_assert_true (g_file_set_contents (fixture->path, (char *)data, (gssize)size, NULL));
}

/* Every part of the file, its first and last bytes and some between. */
static void
test_turned_bytes (Fixture *fixture, gconstpointer unused)
{
  const InkSegmentLayout *layout = &fixture->layout;
  const gsize parts[] = {0,
                         sizeof (InkSegmentHeader),
                         layout->bytes,
                         layout->bytes + ROWS * clip_codec_get_size (DIMS),
                         layout->photos,
                         layout->sums,
                         layout->codes,
                         layout->checks,
                         layout->mean,
                         layout->end};

  for (guint part = 0; part + 1 < G_N_ELEMENTS (parts); part++) {
    gsize first = parts[part], size = parts[part + 1] - first;

    /* Between the header and the bytes are the rows, and behind the bytes what fills a page. */
    if (part == 1 || part == 3)
      continue;
    for (guint i = 0; i <= 16; i++) {
      gsize offset = first + (size - 1) * i / 16;

      turn (fixture, offset);
      expect_refused (fixture);
      turn (fixture, offset);
    }
  }
  g_autoptr (InkSegment) whole = try_open (fixture, NULL);
  g_assert_nonnull (whole);
}

/* The rows themselves are checked as they are read: a search goes on, and the damage is known. */
static void
test_turned_rows (Fixture *fixture, gconstpointer unused)
{
  const gsize rows[] = {0, 1, 4095, 4096, ROWS - 1};
  g_autoptr (InkVectors) vectors = ink_vectors_new (DIMS);
  g_autoptr (InkVectors) whole = ink_vectors_new (DIMS);
  InkSegment *segment;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    turn (fixture, fixture->layout.halves + (rows[i] * DIMS + i) * sizeof (guint16));
  segment = try_open (fixture, NULL);
  g_assert_nonnull (segment);
  g_assert_false (ink_segment_is_damaged (segment));
  g_assert_nonnull (ink_segment_get_row (segment, 2));
  g_assert_false (ink_segment_is_damaged (segment));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_null (ink_segment_get_row (segment, rows[i]));
  g_assert_true (ink_segment_is_damaged (segment));

  ink_vectors_adopt (vectors, segment);
  g_assert_true (ink_vectors_is_damaged (vectors));
  float query[DIMS] = {1};
  InkScope everything = {NULL, G_MAXSIZE, -1000};
  g_autoptr (GArray) matches = ink_vectors_top (vectors, query, &everything);
  g_assert_cmpuint (matches->len, ==, ROWS / 2);
}

static void
test_lengths (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *data = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (fixture->path, &data, &size, NULL));
  g_assert_cmpuint (size, ==, fixture->layout.end);
  for (guint i = 0; i <= 64; i++) {
    g_assert_true (g_file_set_contents (fixture->path, data, (gssize)((size - 1) * i / 64), NULL));
    expect_refused (fixture);
  }
  data = g_realloc (data, size + 1);
  data[size] = 0;
  g_assert_true (g_file_set_contents (fixture->path, data, (gssize)size + 1, NULL));
  expect_refused (fixture);
}

/* A header that is whole but of something else, or that lies about sizes. */
static void
test_headers (Fixture *fixture, gconstpointer unused)
{
  g_autofree guint8 *data = NULL;
  InkSegmentHeader original;
  gsize size;

  g_assert_true (g_file_get_contents (fixture->path, (char **)&data, &size, NULL));
  memcpy (&original, data, sizeof original);
  for (guint i = 0; i < 12; i++) {
    InkSegmentHeader header = original;

    switch (i) {
    case 0:
      header.magic[7] = 'x';
      break;
    case 1:
      header.version++;
      break;
    case 2:
      header.codes_version++;
      break;
    case 3:
      header.dims++;
      break;
    case 4:
      header.block *= 2;
      break;
    case 5:
      header.n = G_MAXUINT64;
      break;
    case 6:
      header.n = G_MAXUINT64 / 100;
      break;
    case 7:
      header.n--;
      break;
    case 8:
      header.stamp.library++;
      break;
    case 9:
      header.stamp.space++;
      break;
    case 10:
      header.stamp.space_key++;
      break;
    default:
      header.size++;
      break;
    }
    header.sum = ink_segment_header_sum (&header);
    memcpy (data, &header, sizeof header);
    g_assert_true (g_file_set_contents (fixture->path, (char *)data, (gssize)size, NULL));
    expect_refused (fixture);
  }
  memcpy (data, &original, sizeof original);
  g_assert_true (g_file_set_contents (fixture->path, (char *)data, (gssize)size, NULL));
  g_autoptr (InkSegment) whole = try_open (fixture, NULL);
  g_assert_nonnull (whole);
}

/* A writer that does not finish leaves the old file, and nothing else. */
static void
test_unfinished (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (InkSegmentWriter) writer = ink_segment_writer_new (fixture->path, DIMS, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *beside = g_strconcat (fixture->path, ".new", NULL);

  g_assert_true (ink_segment_writer_add (writer, fixture->photos, fixture->halves, 10, NULL));
  g_assert_true (g_file_test (beside, G_FILE_TEST_EXISTS));
  /* While it is being written nobody else can. */
  g_assert_null (ink_segment_writer_new (fixture->path, DIMS, &error));
  g_assert_nonnull (error);
  g_clear_pointer (&writer, ink_segment_writer_free);
  g_assert_false (g_file_test (beside, G_FILE_TEST_EXISTS));
  g_autoptr (InkSegment) whole = try_open (fixture, NULL);
  g_assert_nonnull (whole);

  /* What a killed process left is used again. */
  g_assert_true (g_file_set_contents (beside, "rubbish", -1, NULL));
  write_file (fixture);
  g_autoptr (InkSegment) again = try_open (fixture, NULL);
  g_assert_nonnull (again);
  g_assert_false (g_file_test (beside, G_FILE_TEST_EXISTS));
}

static void
test_no_rows (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (InkSegmentWriter) writer = ink_segment_writer_new (fixture->path, DIMS, NULL);

  g_assert_true (ink_segment_writer_finish (writer, &stamp, fixture->pool, NULL));
  g_autoptr (InkSegment) segment = try_open (fixture, NULL);
  g_assert_nonnull (segment);
  g_assert_cmpuint (segment->n, ==, 0);
}

/* Rows are saved while others come and go, and count as they should afterwards. */
static void
test_save (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (InkVectors) vectors = ink_vectors_new (DIMS);
  g_autoptr (InkVectors) expected = ink_vectors_new (DIMS);
  g_autoptr (GError) error = NULL;

  ink_vectors_adopt (vectors, try_open (fixture, NULL));
  for (guint round = 0; round < 3; round++) {
    gsize row = 1000 * round;

    ink_vectors_set (vectors, fixture->photos + row, fixture->halves + 40 * DIMS, 20, NULL);
    ink_vectors_remove (vectors, fixture->photos + row + 30, 10);
    g_assert_cmpuint (ink_vectors_count_unsaved (vectors), ==, 20);
    g_assert_true (ink_vectors_save (vectors, fixture->path, &stamp, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (ink_vectors_count_unsaved (vectors), ==, 0);
  }
  ink_vectors_set (expected, fixture->photos, fixture->halves, ROWS, NULL);
  for (gsize row = 0; row < 3000; row += 1000) {
    ink_vectors_set (expected, fixture->photos + row, fixture->halves + 40 * DIMS, 20, NULL);
    ink_vectors_remove (expected, fixture->photos + row + 30, 10);
  }
  g_assert_cmpuint (ink_vectors_get_count (vectors), ==, ink_vectors_get_count (expected));
  expect_top (vectors, expected);
}

#define file_test(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  file_test ("/segment-file/round-trip", test_round_trip);
  file_test ("/segment-file/turned-bytes", test_turned_bytes);
  file_test ("/segment-file/turned-rows", test_turned_rows);
  file_test ("/segment-file/lengths", test_lengths);
  file_test ("/segment-file/headers", test_headers);
  file_test ("/segment-file/unfinished", test_unfinished);
  file_test ("/segment-file/no-rows", test_no_rows);
  file_test ("/segment-file/save", test_save);
  return g_test_run ();
}
