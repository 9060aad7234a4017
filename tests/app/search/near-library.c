/* near-library.c: making a library in which it is known what is alike. */
#include "near-library.h"

#include <math.h>
#include <string.h>

#include "search/duplicates.h"
#include "search/unit.h"
#include "store/half.h"

#define CLUSTERS 1000
#define SECONDS (20 * 365 * 24 * 3600)
#define ROWS 4096 /* that are added at a time */

typedef struct {
  NearLibrary *library;
  GRand *random;
  guint dims;
  float *centre, *clusters;
  gint64 *ids; /* of the rows to be added */
  guint16 *rows;
  guint n_rows;
} Maker;

static InkCatalogueEntry *
entry_at (const NearLibrary *library, guint index)
{
  return &g_array_index (library->catalogue->entries, InkCatalogueEntry, index);
}

/* A random direction, nearly normally distributed. */
static void
fill_random (Maker *maker, float *vector)
{
  for (guint i = 0; i < maker->dims; i++)
    vector[i] = (float)(g_rand_double (maker->random) + g_rand_double (maker->random) +
                        g_rand_double (maker->random) - 1.5);
  ink_unit_normalise (vector, maker->dims);
}

static void
flush_rows (Maker *maker)
{
  g_autoptr (GError) error = NULL;

  ink_vectors_set (maker->library->vectors, maker->ids, maker->rows, maker->n_rows, &error);
  g_assert_no_error (error);
  maker->n_rows = 0;
}

static void
add (Maker *maker, InkCatalogueEntry *entry, const float *embedding)
{
  entry->id = maker->library->catalogue->entries->len + 1;
  g_array_append_val (maker->library->catalogue->entries, *entry);
  maker->ids[maker->n_rows] = entry->id;
  ink_half_from_float (maker->rows + (gsize)maker->n_rows++ * maker->dims, embedding, maker->dims);
  if (maker->n_rows == ROWS)
    flush_rows (maker);
}

static void
add_original (Maker *maker)
{
  g_autofree float *embedding = g_new (float, maker->dims);
  guint cluster = (guint)g_rand_int_range (maker->random, 0, CLUSTERS);
  guint index = maker->library->catalogue->entries->len;
  guint64 key = index + 1;
  InkCatalogueEntry entry = {
      .clock = g_rand_int_range (maker->random, 0, SECONDS),
      .phash = (guint64)g_rand_int (maker->random) << 32 | g_rand_int (maker->random),
      .width = 4000,
      .height = 3000,
      .colour = g_rand_int (maker->random) & 0x7f7f7f,
      .path = "a.jpg",
      .taken = index % 3 ? "dated" : NULL,
  };

  memcpy (entry.content_key, &key, sizeof key);
  fill_random (maker, embedding);
  ink_unit_add (embedding, maker->centre, 1.5, maker->dims);
  ink_unit_add (embedding, maker->clusters + (gsize)cluster * maker->dims, 0.8, maker->dims);
  ink_unit_normalise (embedding, maker->dims);
  add (maker, &entry, embedding);
}

/* Moves an embedding until its cosine with what it was is @cosine. */
static void
move (Maker *maker, float *embedding, double cosine)
{
  g_autofree float *aside = g_new (float, maker->dims);
  double along = 0;

  fill_random (maker, aside);
  for (guint i = 0; i < maker->dims; i++)
    along += (double)aside[i] * embedding[i];
  ink_unit_add (aside, embedding, -along, maker->dims);
  ink_unit_normalise (aside, maker->dims);
  for (guint i = 0; i < maker->dims; i++)
    embedding[i] = (float)(cosine * embedding[i] + sqrt (1 - cosine * cosine) * aside[i]);
}

static void
flip_bits (Maker *maker, guint64 *hash, guint n)
{
  guint64 flipped = 0;

  while ((guint)__builtin_popcountll (flipped) < n)
    flipped |= G_GUINT64_CONSTANT (1) << g_rand_int_range (maker->random, 0, 64);
  *hash ^= flipped;
}

static void
add_variant (Maker *maker, guint original)
{
  static const struct {
    guint bits;
    double cosine;
    gint64 seconds;
    double side;
  } kinds[NEAR_KINDS] = {
      [NEAR_COPY] = {2, 0.985, 0, 0.5}, [NEAR_CROP] = {14, 0.975, 0, 0.95},
      [NEAR_BURST] = {12, 0.98, 2, 1},  [NEAR_EQUAL] = {0, 1, 1000, 1},
      [NEAR_LATER] = {4, 0.99, 120, 1},
  };
  NearKind kind = original % NEAR_KINDS;
  g_autofree float *embedding = g_new (float, maker->dims);
  InkCatalogueEntry *from = entry_at (maker->library, original);
  InkCatalogueEntry entry;

  if (kind == NEAR_BURST || kind == NEAR_LATER)
    from->taken = "dated";
  entry = *from;
  ink_vectors_get_row (maker->library->vectors, entry.id, embedding);
  entry.clock += kinds[kind].seconds;
  entry.width = (guint)(entry.width * kinds[kind].side);
  entry.height = (guint)(entry.height * kinds[kind].side);
  if (kind == NEAR_COPY || kind == NEAR_CROP)
    entry.taken = NULL;
  if (kind != NEAR_EQUAL)
    entry.content_key[15] = 1;
  flip_bits (maker, &entry.phash, kinds[kind].bits);
  move (maker, embedding, kinds[kind].cosine);
  g_array_append_val (maker->library->kinds, kind);
  add (maker, &entry, embedding);
}

NearLibrary *
near_library_new (guint originals, guint variants, guint dims)
{
  NearLibrary *library = g_new0 (NearLibrary, 1);
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autofree float *centre = g_new (float, dims);
  g_autofree float *clusters = g_new (float, (gsize)CLUSTERS *dims);
  g_autofree gint64 *ids = g_new (gint64, ROWS);
  g_autofree guint16 *rows = g_new (guint16, (gsize)ROWS * dims);
  Maker maker = {library, random, dims, centre, clusters, ids, rows, 0};

  library->catalogue = g_atomic_rc_box_new0 (InkCatalogue);
  library->catalogue->entries = g_array_new (FALSE, FALSE, sizeof (InkCatalogueEntry));
  library->catalogue->folders = g_ptr_array_new_with_free_func (g_free);
  library->catalogue->strings = g_string_chunk_new (16);
  library->vectors = ink_vectors_new (dims);
  library->originals = originals;
  library->kinds = g_array_new (FALSE, FALSE, sizeof (NearKind));
  fill_random (&maker, centre);
  for (guint i = 0; i < CLUSTERS; i++)
    fill_random (&maker, clusters + (gsize)i * dims);
  for (guint i = 0; i < originals; i++)
    add_original (&maker);
  flush_rows (&maker);
  for (guint i = 0; i < variants; i++)
    add_variant (&maker, i);
  flush_rows (&maker);
  return library;
}

void
near_library_free (NearLibrary *library)
{
  ink_catalogue_unref (library->catalogue);
  ink_vectors_unref (library->vectors);
  g_array_unref (library->kinds);
  g_free (library);
}

static gboolean
has_member (const InkDuplicates *group, guint index)
{
  for (guint i = 0; i < group->members->len; i++)
    if (g_array_index (group->members, guint, i) == index)
      return TRUE;
  return FALSE;
}

void
near_library_count (const NearLibrary *library, const GPtrArray *groups, NearKind kind, guint *all,
                    guint *found)
{
  *all = *found = 0;
  for (guint i = 0; i < library->kinds->len; i++)
    *all += g_array_index (library->kinds, NearKind, i) == kind;
  for (guint i = 0; i < groups->len; i++) {
    const InkDuplicates *group = groups->pdata[i];

    for (guint j = 0; j < group->members->len; j++) {
      guint member = g_array_index (group->members, guint, j);

      if (member >= library->originals &&
          g_array_index (library->kinds, NearKind, member - library->originals) == kind &&
          has_member (group, member - library->originals))
        (*found)++;
    }
  }
}

guint
near_library_count_wrong (const NearLibrary *library, const GPtrArray *groups)
{
  guint wrong = 0;

  for (guint i = 0; i < groups->len; i++) {
    const GArray *members = ((const InkDuplicates *)groups->pdata[i])->members;
    guint first = g_array_index (members, guint, 0);

    for (guint j = 1; j < members->len; j++)
      wrong += g_array_index (members, guint, j) % library->originals != first % library->originals;
  }
  return wrong;
}
