/* test-stress.c: searches while rows come, go and are saved. Built with -Db_sanitize=thread it
 * finds what is not locked; without, whether every answer is right for some moment. */
#include "search/save.h"
#include "search/vectors.h"
#include "store/half.h"
#include "support/folder.h"

#define DIMS 32
#define STABLE 6000  /* photos that are always there, with even ids */
#define UNSTABLE 400 /* with odd ids: there or not */
#define SEARCHES 400
#define UPDATES 60
#define SEARCHERS 3

typedef struct {
  InkVectors *vectors;
  char *path;
  gint running; /* atomic: searchers that have not ended */
} Stress;

/* A photo's row, which depends on nothing but its id. */
static void
make_row (gint64 photo, guint16 *row)
{
  guint64 random = (guint64)photo * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  for (guint d = 0; d < DIMS; d++) {
    float value;

    random = random * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
    value = (float)(random >> 40) * 0x1p-24F - 0.5F;
    ink_half_from_float (&row[d], &value, 1);
  }
}

static void
set_photos (InkVectors *vectors, gint64 first, gsize n)
{
  g_autofree gint64 *photos = g_new (gint64, n);
  g_autofree guint16 *rows = g_new (guint16, n * DIMS);

  for (gsize i = 0; i < n; i++) {
    photos[i] = first + 2 * (gint64)i;
    make_row (photos[i], rows + i * DIMS);
  }
  g_assert_true (ink_vectors_set (vectors, photos, rows, n, NULL));
}

static double
score_of (const float *query, gint64 photo)
{
  float row[DIMS];
  guint16 halves[DIMS];
  double sum = 0;

  make_row (photo, halves);
  ink_half_to_float (row, halves, DIMS);
  for (guint d = 0; d < DIMS; d++)
    sum += (double)query[d] * (double)row[d];
  return sum;
}

/* Every match has its photo's score; of the stable photos none is missing that is better than the
 * last one found. */
static void
expect_plausible (const GArray *matches, const float *query, const double *stable)
{
  const InkMatch *last = &g_array_index (matches, InkMatch, matches->len - 1);
  guint better = 0, found = 0;

  for (guint i = 0; i < matches->len; i++) {
    const InkMatch *match = &g_array_index (matches, InkMatch, i);

    g_assert_cmpfloat_with_epsilon (match->score, score_of (query, match->photo), 1e-12);
    if (i > 0)
      g_assert_cmpfloat (match->score, <=, match[-1].score);
    found += match->photo % 2 == 0 && match->score > last->score;
  }
  for (guint i = 0; i < STABLE; i++)
    better += stable[i] > last->score + 1e-12;
  g_assert_cmpuint (found, ==, better);
}

static gpointer
search (gpointer data)
{
  Stress *stress = data;
  g_autofree double *stable = g_new (double, STABLE);
  float query[DIMS], row[DIMS];
  InkScope scope = {NULL, 20, -1000};

  for (guint d = 0; d < DIMS; d++)
    query[d] = (float)((d * 7) % 5) - 2;
  for (gint64 i = 0; i < STABLE; i++)
    stable[i] = score_of (query, 2 * i);
  for (guint i = 0; i < SEARCHES; i++) {
    g_autoptr (GArray) matches = ink_vectors_top (stress->vectors, query, &scope);
    InkDistribution distribution;

    expect_plausible (matches, query, stable);
    g_assert_cmpuint (ink_vectors_get_count (stress->vectors), >=, STABLE);
    g_assert_true (ink_vectors_get_row (stress->vectors, 2 * (gint64)(i * 37 % STABLE), row));
    if (i % 16 == 0)
      ink_vectors_describe (stress->vectors, query, &distribution);
  }
  g_atomic_int_add (&stress->running, -1);
  return NULL;
}

static gpointer
save (gpointer data)
{
  Stress *stress = data;
  const InkStamp stamp = {.library = 1, .space = 1};
  g_autoptr (GError) error = NULL;

  while (g_atomic_int_get (&stress->running) > 0) {
    ink_vectors_save (stress->vectors, stress->path, &stamp, &error);
    g_assert_no_error (error);
    g_assert_false (ink_vectors_is_damaged (stress->vectors));
  }
  return NULL;
}

static gpointer
update (gpointer data)
{
  Stress *stress = data;

  for (guint i = 0; i < UPDATES || g_atomic_int_get (&stress->running) > 0; i++) {
    gint64 photos[50], first = 1 + 2 * (gint64)(i * 61 % UNSTABLE);

    set_photos (stress->vectors, first, 50);
    set_photos (stress->vectors, 2 * (gint64)(i * 131 % (STABLE - 30)), 30); /* as they are */
    for (gint64 k = 0; k < 50; k++)
      photos[k] = first + 2 * k;
    ink_vectors_remove (stress->vectors, photos + 10, 40);
    g_usleep (500);
  }
  return NULL;
}

static void
test_stress (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "stress.rows", NULL);
  g_autoptr (InkVectors) vectors = ink_vectors_new (DIMS);
  Stress stress = {vectors, path, SEARCHERS};
  GThread *threads[SEARCHERS + 2];

  ink_vectors_set_threads (vectors, 3);
  set_photos (vectors, 0, STABLE);
  for (guint i = 0; i < SEARCHERS; i++)
    threads[i] = g_thread_new ("search", search, &stress);
  threads[SEARCHERS] = g_thread_new ("save", save, &stress);
  threads[SEARCHERS + 1] = g_thread_new ("update", update, &stress);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stress/searches-and-updates", test_stress);
  return g_test_run ();
}
