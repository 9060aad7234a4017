/* rows.c: a cache file of embeddings, damaged, and searched where it is accepted. The bytes say
 * whether the checksums are made again (as somebody would who means harm), where the file ends (0:
 * where it did) and which byte becomes what. So the corpus stays good when the format changes. */
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "fuzz/fuzz.h"
#include "search/save.h"
#include "search/segment-layout.h"
#include "store/half.h"
#include "support/folder.h"

#define DIMS 20
#define ROWS 300

typedef struct {
  guint8 sealed; /* whether the checksums are made again */
  guint8 end[2];
} Header;

typedef struct {
  guint8 at[2];
  guint8 change; /* by exclusive or */
} Edit;

static const InkStamp stamp = {
    .library = 7, .space = 3, .space_key = 9, .last = 70, .generation = 5};
static guint16 halves[ROWS * DIMS];

static void
write_sound_file (ClipPool *pool, char **bytes, gsize *size)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "rows", NULL);
  g_autoptr (GError) error = NULL;
  gint64 photos[ROWS];

  for (gsize i = 0; i < ROWS * DIMS; i++) {
    float value = (float)(i * 37 % 101) / 101 - 0.5f;

    ink_half_from_float (&halves[i], &value, 1);
  }
  for (gint64 row = 0; row < ROWS; row++)
    photos[row] = row / 2;
  g_autoptr (InkSegmentWriter) writer = ink_segment_writer_new (path, DIMS, &error);
  g_assert_no_error (error);
  ink_segment_writer_add (writer, photos, halves, ROWS, &error);
  ink_segment_writer_finish (writer, &stamp, pool, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, bytes, size, NULL));
}

static guint8 *
damage (const char *sound, gsize sound_size, const guint8 *data, gsize size, gsize *end)
{
  guint8 *bytes = g_memdup2 (sound, sound_size);
  Header header = {0};

  memcpy (&header, data, MIN (size, sizeof header));
  *end = header.end[0] + 256u * header.end[1];
  *end = *end == 0 ? sound_size : MIN (*end, sound_size);
  for (gsize i = sizeof header; i + sizeof (Edit) <= size; i += sizeof (Edit)) {
    const Edit *edit = (const Edit *)(data + i);
    bytes[(edit->at[0] + 256u * edit->at[1]) % sound_size] ^= edit->change;
  }
  return bytes;
}

/* Makes the sums of header, index and blocks again; what else they say stays as it is. */
static void
seal (guint8 *bytes, gsize end)
{
  InkSegmentHeader *header = (InkSegmentHeader *)(gpointer)bytes;
  InkSegmentLayout layout;

  if (end < INK_SEGMENT_PAGE || !ink_segment_layout_init (&layout, header->dims, header->n) ||
      layout.end != end)
    return;
  gsize size = clip_codec_get_size (header->dims);
  for (gsize first = 0; first < header->n; first += INK_SEGMENT_BLOCK) {
    guint64 sum = XXH3_64bits (bytes + layout.bytes + first * size,
                               MIN (header->n - first, INK_SEGMENT_BLOCK) * size);
    memcpy (bytes + layout.sums + first / INK_SEGMENT_BLOCK * sizeof sum, &sum, sizeof sum);
  }
  for (gsize row = 0; row < header->n; row++) {
    guint32 check = ink_segment_check_row (
        (guint16 *)(gpointer)(bytes + layout.halves) + row * header->dims, header->dims);
    memcpy (bytes + layout.checks + row * sizeof check, &check, sizeof check);
  }
  header->index_sum = XXH3_64bits (bytes + layout.index, end - layout.index);
  header->sum = ink_segment_header_sum (header);
}

/* Rows that were not sealed are what was stored, or none. */
static void
search (InkSegment *segment, gboolean sealed)
{
  g_autoptr (InkVectors) vectors = ink_vectors_new (DIMS);
  InkScope scope = {NULL, 10, -1000};
  InkDistribution distribution;
  float query[DIMS] = {1, -1, 0.5f};

  ink_vectors_set_threads (vectors, 1);
  ink_vectors_adopt (vectors, ink_segment_ref (segment));
  g_autoptr (GArray) matches = ink_vectors_top (vectors, query, &scope);
  g_assert_cmpuint (matches->len, <=, 10);
  ink_vectors_describe (vectors, query, &distribution);
  for (gsize row = 0; row < segment->n; row++) {
    const guint16 *read = ink_segment_get_row (segment, row);

    g_assert_true (sealed || read == NULL ||
                   memcmp (read, halves + row * DIMS, DIMS * sizeof *read) == 0);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static char *sound; /* for all inputs */
  static gsize sound_size;
  ClipPool *pool = clip_pool_new (1);
  InkStamp found = stamp;
  g_autoptr (GError) error = NULL;
  gboolean sealed = size > 0 && data[0] % 2 == 1;
  int descriptor;
  gsize end;

  if (sound == NULL)
    write_sound_file (pool, &sound, &sound_size);
  g_autofree guint8 *bytes = damage (sound, sound_size, data, size, &end);
  if (sealed)
    seal (bytes, end);
  g_autofree char *path = fuzz_make_file (bytes, end, &descriptor);
  InkSegment *segment = ink_segment_open (path, DIMS, &found, pool, &error);
  FUZZ_EXPECT (segment != NULL, error);
  if (segment != NULL) {
    g_assert_cmpuint (segment->n, ==, ROWS);
    search (segment, sealed);
  }
  g_clear_pointer (&segment, ink_segment_unref);
  clip_pool_free (pool);
  close (descriptor);
  return 0;
}
