/* test-search.c: what a search finds and in which order, with the starter model's text tower. */
#include <math.h>

#include "base/error.h"
#include "search-fixture.h"

/* Photos that words find: each is named after what it shows. */
static void
add_things (SearchFixture *fixture)
{
  static const char *const things[] = {"dog",    "puppy",  "cat",   "car",   "truck", "guitar",
                                       "violin", "banana", "apple", "clock", "chair", "bridge"};

  for (guint i = 0; i < G_N_ELEMENTS (things); i++)
    search_fixture_add_like (fixture, things[i], things[i]);
}

static InkHit *
hit_at (const InkResults *results, guint at)
{
  g_assert_cmpuint (at, <, results->hits->len);
  return results->hits->pdata[at];
}

/* ---- Listing ----------------------------------------------------------------------------- */

static void
add_dated (SearchFixture *fixture)
{
  InkPhoto older = search_fixture_photo (fixture, "older.jpg", "2020-01-02T10:00:00");
  InkPhoto newest = search_fixture_photo (fixture, "newest.jpg", "2023-05-06T10:00:00+05:00");
  InkPhoto oldest = search_fixture_photo (fixture, "sub/oldest.jpg", "2019-12-31T23:59:59");

  older.type = (char *)"png";
  search_fixture_add (fixture, &older);
  search_fixture_add (fixture, &newest);
  search_fixture_add (fixture, &oldest);
}

static void
test_listing (SearchFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkResults) results = NULL;
  InkQuery *query = ink_query_new ();

  add_dated (fixture);
  search_fixture_expect (fixture, ink_query_copy (query), "newest.jpg* older.jpg* oldest.jpg*");
  query->sort = INK_SORT_OLDEST;
  search_fixture_expect (fixture, ink_query_copy (query), "oldest.jpg* older.jpg* newest.jpg*");
  query->limit = 2;
  results = search_fixture_run (fixture, query);
  g_assert_cmpuint (results->hits->len, ==, 2);
  g_assert_cmpuint (results->searched, ==, 3);
  g_assert_cmpint (results->score_kind, ==, INK_SCORE_NONE);
  g_assert_cmpstr (hit_at (results, 1)->taken, ==, "2020-01-02T10:00:00");
  g_assert_cmpstr (hit_at (results, 1)->type, ==, "png");
  g_assert_cmpuint (hit_at (results, 1)->width, ==, 640);
  g_assert_cmphex (hit_at (results, 1)->colour, ==, 0x80ff01);
}

static void
test_filters (SearchFixture *fixture, gconstpointer unused)
{
  g_autofree char *in_sub = g_strdup_printf ("folder:%s/sub", fixture->base.photos);
  g_autofree char *in_su = g_strdup_printf ("folder:%s/su", fixture->base.photos);
  g_autofree char *in_all = g_strdup_printf ("folder:%s", fixture->base.directory);

  add_dated (fixture);
  search_fixture_expect (fixture, search_fixture_query ("type:png"), "older.jpg*");
  search_fixture_expect (fixture, search_fixture_query ("type:gif"), "");
  search_fixture_expect (fixture, search_fixture_query ("name:OLD"), "older.jpg* oldest.jpg*");
  search_fixture_expect (fixture, search_fixture_query ("name:old?r*"), "older.jpg*");
  search_fixture_expect (fixture, search_fixture_query ("name:sub"), "");
  search_fixture_expect (fixture, search_fixture_query (in_sub), "oldest.jpg*");
  search_fixture_expect (fixture, search_fixture_query (in_su), "");
  search_fixture_expect (fixture, search_fixture_query (in_all),
                         "newest.jpg* older.jpg* oldest.jpg*");
  search_fixture_expect (fixture, search_fixture_query ("folder:SUB"), "oldest.jpg*");
  search_fixture_expect (fixture, search_fixture_query ("folder:/nowhere"), "");
  /* Both limits belong to what they limit, by the clock at the photo's place. */
  search_fixture_expect (fixture, search_fixture_query ("after:2020-01-02"),
                         "newest.jpg* older.jpg*");
  search_fixture_expect (fixture, search_fixture_query ("before:2019-12-31"), "oldest.jpg*");
  search_fixture_expect (fixture, search_fixture_query ("after:2023-05-06 before:2023-05-06"),
                         "newest.jpg*");
  search_fixture_expect (fixture, search_fixture_query ("after:2020 before:2020 type:png"),
                         "older.jpg*");
}

/* Filters come before the best are chosen, not after. */
static void
test_shape (SearchFixture *fixture, gconstpointer unused)
{
  static const guint sizes[][2] = {{4000, 3000}, {3000, 4000}, {1000, 1050}, {1000, 1051}, {0, 0}};
  InkQuery *query = search_fixture_query ("dog orientation:portrait size:12mp");

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree char *name = g_strdup_printf ("%ux%u", sizes[i][0], sizes[i][1]);
    gint64 id = search_fixture_add_like (fixture, name, i == 1 ? "bridge" : "dog");
    g_autoptr (InkPhoto) photo = ink_store_get_photo (fixture->store, id, NULL);

    photo->width = sizes[i][0];
    photo->height = sizes[i][1];
    search_fixture_add (fixture, photo); /* the same content: its embedding stays */
  }
  query->limit = 1;
  search_fixture_expect (fixture, query, "3000x4000");
  search_fixture_expect (fixture, search_fixture_query ("orientation:landscape"), "4000x3000*");
  search_fixture_expect (fixture, search_fixture_query ("orientation:portrait sort:oldest"),
                         "3000x4000* 1000x1051*");
  search_fixture_expect (fixture, search_fixture_query ("orientation:square size:1000 sort:oldest"),
                         "1000x1050*");
  search_fixture_expect (fixture, search_fixture_query ("size:4000x3001"), "");
}

static void
test_wrong_date (SearchFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkQuery) query = ink_query_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (InkCatalogue) catalogue = ink_catalogue_load (fixture->store, &error);

  query->after = g_strdup ("2023-02-30");
  g_assert_null (ink_search_run (NULL, catalogue, NULL, query, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_USAGE);
}

static void
test_unicode_names (SearchFixture *fixture, gconstpointer unused)
{
  /* "é" decomposed in the file's name, composed in what is typed; and a name that is no UTF-8. */
  InkPhoto accented = search_fixture_photo (fixture, "Cafe\314\201.jpg", NULL);
  InkPhoto bytes = search_fixture_photo (fixture, "beach \xff.jpg", NULL);

  search_fixture_add (fixture, &accented);
  search_fixture_add (fixture, &bytes);
  search_fixture_expect (fixture, search_fixture_query ("name:caf\303\251"), "Cafe\314\201.jpg*");
  search_fixture_expect (fixture, search_fixture_query ("name:beach"), "beach \xff.jpg*");
}

/* ---- Words ------------------------------------------------------------------------------- */

static void
test_words (SearchFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkResults) results = NULL;
  g_autofree char *names = NULL;

  add_things (fixture);
  results = search_fixture_run (fixture, search_fixture_query ("dog"));
  names = search_fixture_names (results);
  g_assert_true (g_str_has_prefix (names, "dog* puppy"));
  g_assert_cmpint (results->score_kind, ==, INK_SCORE_COSINE);
  /* The row is the query itself, but for its rounding to float16. */
  g_assert_cmpfloat_with_epsilon (hit_at (results, 0)->score, 1, 1e-3);
  g_assert_cmpuint (results->hits->len, ==, 12);
  g_assert_cmpuint (results->searched, ==, 12);
  for (guint i = 1; i < 12; i++) {
    g_assert_cmpfloat (hit_at (results, i)->score, <=, hit_at (results, i - 1)->score);
    g_assert_true (hit_at (results, i - 1)->strong >= hit_at (results, i)->strong);
    g_assert_true (hit_at (results, i)->strong == (i < results->strong));
  }
}

static void
test_strong_only (SearchFixture *fixture, gconstpointer unused)
{
  InkQuery *query = search_fixture_query ("musical instrument");

  add_things (fixture);
  query->weak = FALSE;
  search_fixture_expect (fixture, query, "violin* guitar*");
}

static void
test_nothing_fits (SearchFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkResults) results = NULL;

  add_things (fixture);
  results = search_fixture_run (fixture, search_fixture_query ("xyzzy"));
  g_assert_cmpuint (results->strong, ==, 0);
  g_assert_cmpuint (results->hits->len, ==, 12);
}

/* What is strong is a matter of the library, not of the folder that is looked at. */
static void
test_strong_in_folder (SearchFixture *fixture, gconstpointer unused)
{
  add_things (fixture);
  search_fixture_add_like (fixture, "sub/ship", "ship");
  search_fixture_add_like (fixture, "sub/lamp", "lamp");
  search_fixture_expect (fixture, search_fixture_query ("car folder:sub"), "ship lamp");
}

/* Dogs all over: "dog" is strong for them all the same. */
static void
test_uniform_library (SearchFixture *fixture, gconstpointer unused)
{
  search_fixture_add_like (fixture, "a", "dog");
  search_fixture_add_like (fixture, "b", "poodle");
  search_fixture_add_like (fixture, "c", "terrier");
  search_fixture_expect (fixture, search_fixture_query ("dog"), "a* c* b*");
}

static void
test_negative (SearchFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkResults) with = NULL;
  g_autoptr (InkResults) without = NULL;
  g_autofree char *first = NULL;

  add_things (fixture);
  with = search_fixture_run (fixture, search_fixture_query ("fruit"));
  without = search_fixture_run (fixture, search_fixture_query ("fruit -banana"));
  g_assert_true (g_str_has_suffix (hit_at (with, 0)->path, "/banana") ||
                 g_str_has_suffix (hit_at (with, 1)->path, "/banana"));
  first = g_path_get_basename (hit_at (without, 0)->path);
  g_assert_cmpstr (first, ==, "apple");
  /* By the definition: the unit vector of (fruit − banana / 2). */
  {
    g_autofree float *fruit = g_new (float, 512);
    g_autofree float *banana = g_new (float, 512);
    const char *const texts[] = {"fruit", "banana"};
    double squares = 0, dot = 0;
    double banana_score = 0;

    clip_model_encode_texts (search_fixture_get_model (), &texts[0], 1, fruit, NULL, NULL);
    clip_model_encode_texts (search_fixture_get_model (), &texts[1], 1, banana, NULL, NULL);
    for (guint i = 0; i < 512; i++) {
      double value = (double)fruit[i] - 0.5 * (double)banana[i];

      squares += value * value;
      dot += value * (double)banana[i];
    }
    for (guint i = 0; i < without->hits->len; i++)
      if (g_str_has_suffix (hit_at (without, i)->path, "/banana"))
        banana_score = hit_at (without, i)->score;
    g_assert_cmpfloat_with_epsilon (banana_score, dot / sqrt (squares), 1e-3);
  }
}

static void
test_sort_and_limit (SearchFixture *fixture, gconstpointer unused)
{
  static const char *const taken[] = {"2020-01-01T00:00:00", "2023-01-01T00:00:00",
                                      "2021-01-01T00:00:00", "2022-01-01T00:00:00"};
  static const char *const shows[] = {"dog", "poodle", "bridge", "clock"};
  g_autofree float *embedding = g_new (float, 512);
  g_autoptr (InkQuery) query = search_fixture_query ("dog");

  for (guint i = 0; i < 4; i++) {
    InkPhoto photo = search_fixture_photo (fixture, shows[i], taken[i]);

    clip_model_encode_texts (search_fixture_get_model (), &shows[i], 1, embedding, NULL, NULL);
    search_fixture_embed (fixture, search_fixture_add (fixture, &photo), embedding);
  }
  query->sort = INK_SORT_NEWEST;
  search_fixture_expect (fixture, ink_query_copy (query), "poodle* dog* clock bridge");
  query->sort = INK_SORT_OLDEST;
  search_fixture_expect (fixture, ink_query_copy (query), "dog* poodle* bridge clock");
  query->limit = 3;
  search_fixture_expect (fixture, ink_query_copy (query), "dog* poodle* bridge");
  query->weak = FALSE;
  query->limit = 0;
  search_fixture_expect (fixture, ink_query_copy (query), "dog* poodle*");
}

static void
test_file_name (SearchFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkResults) results = NULL;
  g_autofree char *first = NULL;

  add_things (fixture);
  search_fixture_add_like (fixture, "trip/IMG_1234.jpg", "chair");
  results = search_fixture_run (fixture, search_fixture_query ("img_1234"));
  first = g_path_get_basename (hit_at (results, 0)->path);
  g_assert_cmpstr (first, ==, "IMG_1234.jpg");
  g_assert_true (hit_at (results, 0)->strong);
  g_assert_cmpuint (results->hits->len, ==, 13); /* once, though it is found twice */
  g_assert_null (results->notice);
}

static void
test_foreign_words (SearchFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkResults) results = NULL;

  add_things (fixture);
  search_fixture_add_like (fixture, "\346\265\267 2020.jpg", "sea");
  results = search_fixture_run (fixture, search_fixture_query ("\346\265\267"));
  g_assert_nonnull (results->notice);
  g_assert_cmpuint (results->strong, ==, 1);
  g_assert_true (g_str_has_suffix (hit_at (results, 0)->path, "2020.jpg"));
}

static void
test_no_photos (SearchFixture *fixture, gconstpointer unused)
{
  search_fixture_expect (fixture, search_fixture_query ("dog"), "");
  search_fixture_expect (fixture, search_fixture_query (""), "");
}

static void
test_cancelled (SearchFixture *fixture, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (InkQuery) query = search_fixture_query ("dog");
  g_autoptr (InkVectors) vectors = ink_vectors_new (512);
  g_autoptr (GError) error = NULL;
  g_autoptr (InkCatalogue) catalogue = ink_catalogue_load (fixture->store, &error);
  InkEncoder encoder = {.model = search_fixture_get_model ()};

  g_cancellable_cancel (cancellable);
  g_assert_null (ink_search_run (&encoder, catalogue, vectors, query, cancellable, &error));
  g_assert_cmpstr (ink_error_code (error), ==, "cancelled");
}

/* ---- Near-duplicates --------------------------------------------------------------------- */

/* Stores @photo with the embedding of @text, moved a little towards @other. */
static void
add_near (SearchFixture *fixture, const InkPhoto *photo, const char *text, const char *other,
          float amount)
{
  const char *const texts[] = {text, other};
  g_autofree float *embeddings = g_new (float, 2 * 512);
  float squares = 0;

  clip_model_encode_texts (search_fixture_get_model (), texts, 2, embeddings, NULL, NULL);
  for (guint i = 0; i < 512; i++) {
    embeddings[i] += amount * embeddings[512 + i];
    squares += embeddings[i] * embeddings[i];
  }
  for (guint i = 0; i < 512; i++)
    embeddings[i] /= sqrtf (squares);
  search_fixture_embed (fixture, search_fixture_add (fixture, photo), embeddings);
}

static void
test_burst (SearchFixture *fixture, gconstpointer unused)
{
  g_autoptr (InkResults) grouped = NULL;
  g_autofree char *member = NULL;
  InkQuery *apart = search_fixture_query ("dog");
  InkPhoto first = search_fixture_photo (fixture, "1.jpg", "2020-01-01T10:00:00");
  InkPhoto second = search_fixture_photo (fixture, "2.jpg", "2020-01-01T10:00:01");
  InkPhoto later = search_fixture_photo (fixture, "3.jpg", "2020-01-01T11:00:00");

  second.phash = first.phash ^ 0x3ff; /* 10 bits */
  later.phash = first.phash ^ 0x3ff;
  add_near (fixture, &first, "dog", "cat", 0);
  add_near (fixture, &second, "dog", "cat", 0.05F);
  add_near (fixture, &later, "dog", "cat", 0.06F);
  search_fixture_add_like (fixture, "clock", "clock");

  grouped = search_fixture_run (fixture, search_fixture_query ("dog"));
  g_assert_cmpuint (grouped->hits->len, ==, 3);
  g_assert_cmpuint (grouped->strong, ==, 2);
  g_assert_cmpuint (hit_at (grouped, 0)->duplicates->len, ==, 1);
  const InkHit *duplicate = hit_at (grouped, 0)->duplicates->pdata[0];
  member = g_path_get_basename (duplicate->path);
  g_assert_cmpstr (member, ==, "2.jpg");
  g_assert_cmpint (duplicate->photo, >, hit_at (grouped, 0)->photo);
  g_assert_cmpstr (duplicate->taken, ==, "2020-01-01T10:00:01");
  g_assert_null (duplicate->duplicates);
  g_assert_null (hit_at (grouped, 1)->duplicates);
  apart->group = FALSE;
  search_fixture_expect (fixture, apart, "1.jpg* 2.jpg* 3.jpg* clock");
}

/* Alike for the model, but not to look at; and alike to look at, but not for the model. */
static void
test_no_duplicates (SearchFixture *fixture, gconstpointer unused)
{
  InkPhoto first = search_fixture_photo (fixture, "1.jpg", "2020-01-01T10:00:00");
  InkPhoto second = search_fixture_photo (fixture, "2.jpg", "2020-01-01T10:00:01");
  InkPhoto third = search_fixture_photo (fixture, "3.jpg", "2020-01-01T10:00:01");

  third.phash = first.phash ^ 1;
  add_near (fixture, &first, "dog", "cat", 0);
  add_near (fixture, &second, "dog", "cat", 0.01F);
  add_near (fixture, &third, "dog", "bridge", 4);
  search_fixture_expect (fixture, search_fixture_query ("dog"), "1.jpg* 2.jpg* 3.jpg");
}

static void
test_copies (SearchFixture *fixture, gconstpointer unused)
{
  InkPhoto first = search_fixture_photo (fixture, "a.jpg", NULL);
  InkPhoto same = search_fixture_photo (fixture, "b.jpg", NULL);
  InkPhoto smaller = search_fixture_photo (fixture, "c.png", NULL);
  InkQuery *query = search_fixture_query ("dog");

  same.content_key = first.content_key;
  smaller.phash = first.phash ^ 7;
  smaller.width = first.width / 2;
  smaller.height = first.height / 2;
  add_near (fixture, &first, "dog", "cat", 0);
  add_near (fixture, &same, "dog", "cat", 0);
  add_near (fixture, &smaller, "dog", "cat", 0.02F);
  search_fixture_add_like (fixture, "poodle", "poodle");
  search_fixture_add_like (fixture, "clock", "clock");
  /* The limit counts groups: it takes more than the best two to fill it. */
  query->limit = 2;
  search_fixture_expect (fixture, query, "a.jpg* poodle*");
}

static void
test_raw_and_jpeg (SearchFixture *fixture, gconstpointer unused)
{
  InkPhoto raw = search_fixture_photo (fixture, "IMG_1.CR2", NULL);
  InkPhoto jpeg = search_fixture_photo (fixture, "IMG_1.JPG", NULL);
  InkPhoto other = search_fixture_photo (fixture, "IMG_10.JPG", NULL);
  g_autoptr (InkResults) results = NULL;

  raw.type = (char *)"raw";
  search_fixture_add (fixture, &raw);
  search_fixture_add (fixture, &jpeg);
  search_fixture_add (fixture, &other);
  results = search_fixture_run (fixture, ink_query_new ());
  g_assert_cmpuint (results->hits->len, ==, 2);
  g_assert_true ((hit_at (results, 0)->duplicates != NULL) !=
                 (hit_at (results, 1)->duplicates != NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  search_test ("/search/listing", test_listing);
  search_test ("/search/filters", test_filters);
  search_test ("/search/shape", test_shape);
  search_test ("/search/wrong-date", test_wrong_date);
  search_test ("/search/unicode-names", test_unicode_names);
  search_test ("/search/words", test_words);
  search_test ("/search/strong-only", test_strong_only);
  search_test ("/search/nothing-fits", test_nothing_fits);
  search_test ("/search/strong-in-folder", test_strong_in_folder);
  search_test ("/search/uniform-library", test_uniform_library);
  search_test ("/search/negative", test_negative);
  search_test ("/search/sort-and-limit", test_sort_and_limit);
  search_test ("/search/file-name", test_file_name);
  search_test ("/search/foreign-words", test_foreign_words);
  search_test ("/search/no-photos", test_no_photos);
  search_test ("/search/cancelled", test_cancelled);
  search_test ("/search/burst", test_burst);
  search_test ("/search/no-duplicates", test_no_duplicates);
  search_test ("/search/copies", test_copies);
  search_test ("/search/raw-and-jpeg", test_raw_and_jpeg);
  return g_test_run ();
}
