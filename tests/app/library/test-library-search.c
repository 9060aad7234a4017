/* test-library-search.c: searches by picture, and by words and pictures together, from files to
 * results. */
#include <math.h>

#include <glib/gstdio.h>

#include "library-fixture.h"
#include "store/embeddings.h"
#include "store/queries.h"

/* Twenty-four pictures with structure of their own. */
static void
index_pictures (LibraryFixture *fixture)
{
  library_fixture_put_many (fixture, 24);
  library_fixture_index (fixture, fixture->library, NULL);
}

static InkQuery *
picture_query (const LibraryFixture *fixture, const char *name, const char *text)
{
  InkQuery *query = library_fixture_query (text);
  g_autoptr (GFile) file = library_fixture_file (fixture, name);

  ink_query_add_file (query, file, NULL);
  query->group = FALSE;
  return query;
}

/* The names of the best @limit. */
static char *
best (LibraryFixture *fixture, InkQuery *query, guint limit)
{
  g_autoptr (InkResults) results = NULL;

  query->limit = limit;
  results = library_fixture_search (fixture->library, query);
  return library_fixture_names (results);
}

static void
test_itself (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkResults) results = NULL;
  const InkHit *hit;

  index_pictures (fixture);
  results = library_fixture_search (fixture->library, picture_query (fixture, "photo-05.png", ""));
  hit = results->hits->pdata[0];
  g_assert_true (g_str_has_suffix (hit->path, "/photo-05.png"));
  g_assert_cmpint (results->score_kind, ==, INK_SCORE_COSINE);
  g_assert_cmpfloat_with_epsilon (hit->score, 1, 1e-3); /* the row has float16 numbers */
  g_assert_true (hit->strong);
}

static void
test_similar (LibraryFixture *fixture, gconstpointer unused)
{
  g_autofree char *with = NULL;
  g_autofree char *without = NULL;
  InkQuery *query;

  index_pictures (fixture);
  with = best (fixture, picture_query (fixture, "photo-05.png", ""), 5);
  query = picture_query (fixture, "photo-05.png", "");
  query->exclude = library_fixture_file (fixture, "photo-05.png");
  without = best (fixture, query, 4);
  g_assert_true (g_str_has_prefix (with, "photo-05.png "));
  g_assert_cmpstr (with + strlen ("photo-05.png "), ==, without);
}

/* What was dropped or pasted finds the same as the file that it came from. */
static void
test_bytes (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (GFile) file = library_fixture_file (fixture, "photo-03.png");
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *by_file = NULL;
  g_autofree char *by_bytes = NULL;
  InkQuery *query = library_fixture_query ("");

  index_pictures (fixture);
  bytes = g_file_load_bytes (file, NULL, NULL, NULL);
  ink_query_add_bytes (query, bytes);
  query->group = FALSE;
  by_bytes = best (fixture, query, 10);
  by_file = best (fixture, picture_query (fixture, "photo-03.png", ""), 10);
  g_assert_cmpstr (by_bytes, ==, by_file);
}

static void
test_region (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (GFile) file = library_fixture_file (fixture, "photo-03.png");
  InkRegion part = {0.5, 0, 0.5, 0.5}, whole = {0, 0, 1, 1};
  InkQuery *by_part = library_fixture_query ("");
  InkQuery *by_whole = library_fixture_query ("");
  g_autoptr (InkResults) parts = NULL;
  g_autoptr (InkResults) wholes = NULL;
  const InkHit *hit;

  index_pictures (fixture);
  ink_query_add_file (by_part, file, &part);
  ink_query_add_file (by_whole, file, &whole);
  wholes = library_fixture_search (fixture->library, by_whole);
  hit = wholes->hits->pdata[0];
  g_assert_cmpfloat_with_epsilon (hit->score, 1, 1e-3);
  parts = library_fixture_search (fixture->library, by_part);
  hit = parts->hits->pdata[0];
  g_assert_cmpfloat (hit->score, <, 0.999);
}

/* Words and pictures each change the best ten, and each has them to itself at the weight's ends. */
static void
test_mixture (LibraryFixture *fixture, gconstpointer unused)
{
  g_autofree char *words = NULL;
  g_autofree char *picture = NULL;
  g_autofree char *both = NULL;
  g_autofree char *all_words = NULL;
  g_autofree char *all_picture = NULL;
  g_autoptr (InkResults) results = NULL;
  InkQuery *query;

  index_pictures (fixture);
  query = library_fixture_query ("snake");
  query->group = FALSE;
  words = best (fixture, query, 10);
  picture = best (fixture, picture_query (fixture, "photo-07.png", ""), 10);
  both = best (fixture, picture_query (fixture, "photo-07.png", "snake"), 10);
  g_assert_cmpstr (words, !=, picture);
  g_assert_cmpstr (both, !=, words);
  g_assert_cmpstr (both, !=, picture);

  query = picture_query (fixture, "photo-07.png", "snake");
  query->weight_text = 1;
  all_words = best (fixture, query, 10);
  g_assert_cmpstr (all_words, ==, words);
  query = picture_query (fixture, "photo-07.png", "snake");
  query->weight_text = 0;
  all_picture = best (fixture, query, 10);
  g_assert_cmpstr (all_picture, ==, picture);

  results =
      library_fixture_search (fixture->library, picture_query (fixture, "photo-07.png", "snake"));
  g_assert_cmpint (results->score_kind, ==, INK_SCORE_MIXED);
}

/* A negative beside a picture counts as well. */
static void
test_negative_picture (LibraryFixture *fixture, gconstpointer unused)
{
  g_autofree char *picture = NULL;
  g_autofree char *less = NULL;

  index_pictures (fixture);
  picture = best (fixture, picture_query (fixture, "photo-07.png", ""), 10);
  less = best (fixture, picture_query (fixture, "photo-07.png", "-snake"), 10);
  g_assert_cmpstr (picture, !=, less);
}

/* Two pictures: the score is the cosine with the mean of the two. The first is nearly square, so
 * that it has a single tile. */
static void
test_two_pictures (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (GFile) first = library_fixture_file (fixture, "photo-08.png");
  g_autoptr (GFile) second = library_fixture_file (fixture, "photo-11.png");
  g_autoptr (InkResults) results = NULL;
  InkQuery *query = picture_query (fixture, "photo-08.png", "");
  float a[512], b[512];
  double dot = 0, squares = 0, score = 0;

  index_pictures (fixture);
  g_assert_true (ink_library_embed_file (fixture->library, first, a, NULL, NULL));
  g_assert_true (ink_library_embed_file (fixture->library, second, b, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (a); i++) {
    double sum = (double)a[i] + (double)b[i];

    dot += sum * (double)a[i];
    squares += sum * sum;
  }
  ink_query_add_file (query, second, NULL);
  results = library_fixture_search (fixture->library, query);
  for (guint i = 0; i < results->hits->len; i++) {
    const InkHit *hit = results->hits->pdata[i];

    if (g_str_has_suffix (hit->path, "/photo-08.png"))
      score = hit->score;
  }
  g_assert_cmpfloat_with_epsilon (score, dot / sqrt (squares), 1e-3); /* float16 rows */
}

static void
test_unreadable_picture (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkQuery) absent = picture_query (fixture, "absent.png", "");
  g_autoptr (InkQuery) pasted = library_fixture_query ("");
  g_autoptr (GBytes) bytes = g_bytes_new_static ("no picture", 10);
  g_autoptr (GError) error = NULL;

  index_pictures (fixture);
  g_assert_null (ink_library_search (fixture->library, absent, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  ink_query_add_bytes (pasted, bytes);
  g_assert_null (ink_library_search (fixture->library, pasted, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_UNSUPPORTED);
}

/* Replaces the embedding that is kept of @words by that of others. */
static void
swap_cached (LibraryFixture *fixture, const char *words, const char *others)
{
  g_autofree char *from = g_strconcat ("1 ", others, NULL), *to = g_strconcat ("1 ", words, NULL);
  g_autoptr (InkStore) store = NULL;
  g_autoptr (GArray) spaces = NULL;
  g_autoptr (GError) error = NULL;
  float vector[512];

  ink_library_release (fixture->library);
  store = ink_store_open_writable (fixture->library_path, "test", NULL, &error);
  g_assert_no_error (error);
  spaces = ink_store_get_spaces (store, &error);
  gint64 space = g_array_index (spaces, gint64, 0);
  g_assert_true (ink_store_get_query (store, space, from, vector, G_N_ELEMENTS (vector), &error));
  g_assert_true (ink_store_put_query (store, space, to, vector, G_N_ELEMENTS (vector), &error));
}

static double
get_best_score (InkLibrary *library, const char *words)
{
  g_autoptr (InkResults) results = library_fixture_search (library, library_fixture_query (words));

  return ((const InkHit *)results->hits->pdata[0])->score;
}

/* The embedding of a text that was searched for before comes from the library, also in another
 * process: with another one in its place the text finds what that finds. Without history nothing is
 * kept. */
static void
test_cached_query (LibraryFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkLibrary) other = NULL;
  g_autoptr (GError) error = NULL;
  double snake, clock;

  index_pictures (fixture);
  snake = get_best_score (fixture->library, "a snake");
  clock = get_best_score (fixture->library, "a clock");
  g_assert_cmpfloat (snake, !=, clock);
  g_assert_cmpfloat (get_best_score (fixture->library, "a snake"), ==, snake);
  swap_cached (fixture, "a snake", "a clock");
  other = library_fixture_open (fixture, NULL);
  g_assert_cmpfloat (get_best_score (other, "a snake"), ==, clock);

  g_assert_true (ink_library_set_keep_history (fixture->library, FALSE, &error));
  g_assert_cmpfloat (get_best_score (fixture->library, "a snake"), ==, snake);
  ink_library_release (fixture->library);
  g_autoptr (InkStore) store = ink_store_open_readonly (fixture->library_path, &error);
  float vector[512];
  g_assert_false (ink_store_get_query (store, 1, "1 a snake", vector, G_N_ELEMENTS (vector), NULL));
}

/* Searches see each change of the folder once it is indexed. Both pictures are nearly square,
 * so that what is searched for is what is stored. */
static void
test_changes (LibraryFixture *fixture, gconstpointer unused)
{
  g_autofree char *old = library_fixture_path (fixture, "photo-08.png");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *listed = NULL;

  index_pictures (fixture);
  before = best (fixture, picture_query (fixture, "photo-08.png", ""), 1);
  g_assert_cmpstr (before, ==, "photo-08.png");
  g_unlink (old);
  library_fixture_put (fixture, "new.png", 77);
  library_fixture_index (fixture, fixture->library, NULL);
  after = best (fixture, picture_query (fixture, "new.png", ""), 1);
  g_assert_cmpstr (after, ==, "new.png");
  listed = best (fixture, library_fixture_query (""), 0);
  g_assert_null (strstr (listed, "photo-08.png"));
  g_assert_nonnull (strstr (listed, "new.png"));
}

/* A picture beside which others are only background: the best tile counts. */
static void
test_views (LibraryFixture *fixture, gconstpointer unused)
{
  static const char *const views[] = {"centre", "squares", "whole"};
  double scores[G_N_ELEMENTS (views)] = {0};

  library_fixture_put_many (fixture, 12);
  for (guint i = 0; i < G_N_ELEMENTS (views); i++) {
    const InkLibraryOptions options = {.directory = fixture->library_path, .view = views[i]};
    g_autoptr (InkLibrary) library = ink_library_open (&options, NULL);
    g_autoptr (InkResults) results = NULL;
    InkQuery *query = library_fixture_query ("a snake");

    query->limit = 0;
    query->weak = TRUE;
    query->group = FALSE;
    library_fixture_index (fixture, library, NULL);
    results = library_fixture_search (library, query);
    g_assert_cmpuint (results->hits->len, ==, 12);
    for (guint k = 0; k < results->hits->len; k++)
      scores[i] += ((const InkHit *)results->hits->pdata[k])->score;
    g_object_unref (g_steal_pointer (&library)); /* its lock */
  }
  /* Squares have what the centre has, and more. */
  g_assert_cmpfloat (scores[1], >, scores[0]);
  g_assert_cmpfloat (scores[2], !=, scores[0]);
}

static void
test_unknown_view (LibraryFixture *fixture, gconstpointer unused)
{
  const InkLibraryOptions options = {.directory = fixture->library_path, .view = "round"};
  g_autoptr (GError) error = NULL;

  g_assert_null (ink_library_open (&options, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_USAGE);
}

static void
add_tests (void)
{
  library_test ("/library-search/itself", test_itself);
  library_test ("/library-search/similar", test_similar);
  library_test ("/library-search/bytes", test_bytes);
  library_test ("/library-search/region", test_region);
  library_test ("/library-search/mixture", test_mixture);
  library_test ("/library-search/negative-picture", test_negative_picture);
  library_test ("/library-search/two-pictures", test_two_pictures);
  library_test ("/library-search/unreadable-picture", test_unreadable_picture);
  library_test ("/library-search/cached-query", test_cached_query);
  library_test ("/library-search/changes", test_changes);
  library_test ("/library-search/views", test_views);
  library_test ("/library-search/unknown-view", test_unknown_view);
}

int
main (int argc, char **argv)
{
  return library_fixture_main (&argc, &argv, add_tests);
}
