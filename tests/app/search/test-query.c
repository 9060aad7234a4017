/* test-query.c: the search box's syntax, and what words are besides a description. */
#include "search/query.h"

/* Parses @text and compares words, then negatives, each list joined with '|' ("" for none). */
static InkQuery *
parse (const char *text, const char *words, const char *negatives)
{
  InkQuery *query = ink_query_new ();
  g_autofree char *got_words = NULL;
  g_autofree char *got_negatives = NULL;

  ink_query_parse (query, text);
  g_ptr_array_add (query->words, NULL);
  g_ptr_array_add (query->negatives, NULL);
  got_words = g_strjoinv ("|", (char **)query->words->pdata);
  got_negatives = g_strjoinv ("|", (char **)query->negatives->pdata);
  g_assert_cmpstr (got_words, ==, words);
  g_assert_cmpstr (got_negatives, ==, negatives);
  return query;
}

static void
expect (const char *text, const char *words, const char *negatives)
{
  g_autoptr (InkQuery) query = parse (text, words, negatives);

  g_assert_null (query->folder);
  g_assert_null (query->after);
  g_assert_null (query->before);
  g_assert_null (query->type);
  g_assert_null (query->name);
}

static void
test_words (void)
{
  expect ("", "", "");
  expect ("  \t ", "", "");
  expect ("dog", "dog", "");
  expect ("  a dog\ton  grass ", "a dog on grass", "");
  expect ("\"red car\" beach", "red car beach", "");
  expect ("\342\200\234red car\342\200\235 beach", "red car beach", "");
  expect ("un ni\303\261o \343\200\200\346\265\267", "un ni\303\261o \346\265\267", "");
  expect ("5\" nails", "5\" nails", "");
  expect ("\"\"", "", "");
  expect ("\"\" dog", "dog", "");
  expect ("\"", "", "");
}

static void
test_unclosed_quotes (void)
{
  expect ("\"red car", "red car", "");
  expect ("dog -\"on the gra", "dog", "on the gra");
  expect ("dog \"", "dog", "");
}

static void
test_negatives (void)
{
  expect ("dog -grass", "dog", "grass");
  expect ("-\"green grass\" dog -snow", "dog", "green grass|snow");
  expect ("-grass", "", "grass");
  /* No negatives: a dash by itself, a dash inside a word, two dashes, an empty quote. */
  expect ("dog - grass", "dog - grass", "");
  expect ("well-known", "well-known", "");
  expect ("--help", "--help", "");
  expect ("-\"\" dog", "-\"\" dog", "");
  expect ("-", "-", "");
}

static void
test_filters (void)
{
  g_autoptr (InkQuery) query =
      parse ("beach folder:\"/home/me/My Photos\" type:JPG name:img_* after:2023-02-28 "
             "Before:2024-02-29 sun",
             "beach sun", "");

  g_assert_cmpstr (query->folder, ==, "/home/me/My Photos");
  g_assert_cmpstr (query->type, ==, "jpeg");
  g_assert_cmpstr (query->name, ==, "img_*");
  g_assert_cmpstr (query->after, ==, "2023-02-28");
  g_assert_cmpstr (query->before, ==, "2024-02-29");
}

static void
test_short_dates (void)
{
  g_autoptr (InkQuery) year = parse ("after:2023 before:2023", "", "");
  g_autoptr (InkQuery) month = parse ("after:2023-04 before:2024-02", "", "");

  g_assert_cmpstr (year->after, ==, "2023-01-01");
  g_assert_cmpstr (year->before, ==, "2023-12-31");
  g_assert_cmpstr (month->after, ==, "2023-04-01");
  g_assert_cmpstr (month->before, ==, "2024-02-29");
}

static void
test_home_folder (void)
{
  g_autoptr (InkQuery) query = parse ("folder:~/Pictures", "", "");
  g_autofree char *expected = g_build_filename (g_get_home_dir (), "Pictures", NULL);
  g_autoptr (InkQuery) name = parse ("folder:~x", "", "");

  g_assert_cmpstr (query->folder, ==, expected);
  g_assert_cmpstr (name->folder, ==, "~x");
}

static void
test_no_filters (void)
{
  expect ("colour:red", "colour:red", "");
  expect ("folder:", "folder:", "");
  expect ("type: jpeg", "type: jpeg", "");
  expect ("name:\"\"", "name:\"\"", "");
  expect ("after:2023-02-29", "after:2023-02-29", "");
  expect ("after:2023-13", "after:2023-13", "");
  expect ("after:0000", "after:0000", "");
  expect ("before:2023-1-1", "before:2023-1-1", "");
  expect ("before:yesterday", "before:yesterday", "");
  expect (":x http://example.org", ":x http://example.org", "");
}

static void
test_last_filter_wins (void)
{
  g_autoptr (InkQuery) query = parse ("type:png type:tif", "", "");

  g_assert_cmpstr (query->type, ==, "tiff");
}

static void
test_invalid_utf8 (void)
{
  g_autoptr (InkQuery) query = ink_query_new ();

  ink_query_parse (query, "dog \xff\xfe cat \xc3");
  g_assert_cmpuint (query->words->len, ==, 1);
  g_assert_true (g_utf8_validate (query->words->pdata[0], -1, NULL));
}

/* Parsing adds to a query that has pictures already, and every field survives a copy. */
static void
test_copy (void)
{
  g_autoptr (InkQuery) query = ink_query_new ();
  g_autoptr (InkQuery) copy = NULL;
  g_autoptr (GFile) file = g_file_new_for_path ("/tmp/a.jpg");
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  InkRegion region = {0.1, 0.2, 0.3, 0.4};
  const InkQueryPicture *picture;

  g_assert_true (ink_query_is_listing (query));
  ink_query_add_file (query, file, &region);
  ink_query_add_bytes (query, bytes);
  g_assert_false (ink_query_is_listing (query));
  ink_query_parse (query, "dog -cat folder:/a after:2020 before:2021 type:gif name:b");
  query->weight_text = 0.25;
  query->sort = INK_SORT_OLDEST;
  query->weak = TRUE;
  query->group = FALSE;
  query->limit = 7;
  query->exclude = g_object_ref (file);

  copy = ink_query_copy (query);
  g_clear_pointer (&query, ink_query_free);
  g_assert_cmpuint (copy->pictures->len, ==, 2);
  picture = copy->pictures->pdata[0];
  g_assert_true (picture->file == file && picture->has_region);
  g_assert_cmpfloat (picture->region.height, ==, 0.4);
  picture = copy->pictures->pdata[1];
  g_assert_true (picture->bytes == bytes && !picture->file);
  g_assert_cmpstr (copy->words->pdata[0], ==, "dog");
  g_assert_cmpstr (copy->negatives->pdata[0], ==, "cat");
  g_assert_cmpstr (copy->folder, ==, "/a");
  g_assert_cmpstr (copy->after, ==, "2020-01-01");
  g_assert_cmpstr (copy->before, ==, "2021-12-31");
  g_assert_cmpstr (copy->type, ==, "gif");
  g_assert_cmpstr (copy->name, ==, "b");
  g_assert_cmpfloat (copy->weight_text, ==, 0.25);
  g_assert_cmpint (copy->sort, ==, INK_SORT_OLDEST);
  g_assert_true (copy->weak && !copy->group && copy->exclude == file);
  g_assert_cmpuint (copy->limit, ==, 7);
}

static void
test_dates_and_types (void)
{
  g_autofree char *type = ink_query_normalise_type ("HEIC");

  g_assert_cmpstr (type, ==, "heif");
  g_assert_true (ink_query_date_is_valid ("2024-02-29"));
  g_assert_false (ink_query_date_is_valid ("2023-02-29"));
  g_assert_false (ink_query_date_is_valid ("2023-02"));
  g_assert_false (ink_query_date_is_valid ("2023-02-01x"));
  g_assert_false (ink_query_date_is_valid (""));
}

static void
test_names (void)
{
  static const char *const names[] = {"IMG_1234",  "DSC01234",     "20240131_180000",
                                      "beach.JPG", "my photo.png", "IMG-20240131-WA0001"};
  static const char *const descriptions[] = {"dog",  "",     "f150",       "1950s",
                                             "2024", ".jpg", "boeing 747", "in the 1950s"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_true (ink_query_looks_like_name (names[i]));
  for (guint i = 0; i < G_N_ELEMENTS (descriptions); i++)
    g_assert_false (ink_query_looks_like_name (descriptions[i]));
}

static void
test_scripts (void)
{
  g_assert_false (ink_query_is_foreign ("a dog, 100 % cute \342\202\254 \360\237\230\200"));
  g_assert_false (ink_query_is_foreign ("caf\303\251 na\303\257ve \305\201\303\263d\305\272"));
  g_assert_true (ink_query_is_foreign ("\346\265\267\350\276\271\347\232\204\347\213\227"));
  g_assert_true (ink_query_is_foreign ("dog \321\201\320\276\320\261\320\260\320\272\320\260"));
  g_assert_true (ink_query_is_foreign ("\331\203\331\204\330\250"));
}

/* ---- Written as text --------------------------------------------------------------------- */

static void
expect_text (const char *typed, const char *text)
{
  g_autoptr (InkQuery) query = ink_query_new ();
  g_autofree char *written = NULL;

  ink_query_parse (query, typed);
  written = ink_query_to_text (query);
  g_assert_cmpstr (written, ==, text);
}

/* Text that is written again as it was read. */
static void
expect_same_text (const char *text)
{
  expect_text (text, text);
}

static void
test_to_text (void)
{
  expect_same_text ("");
  expect_same_text ("two dogs on a beach");
  expect_same_text ("dog -cat -\"black cat\"");
  expect_same_text ("\"-5 degrees\" -\"say \"\"cheese\"\"\"");
  expect_same_text ("\"type:writer\"");
  expect_same_text ("folder:\"My Holiday\" after:2023-01-01 before:2023-12-31 type:png name:IMG_*");
  expect_same_text ("dog folder:/a/b type:jpeg orientation:portrait size:1920x1080 sort:oldest");
  expect_same_text ("dog like:/a.jpg region:0.1,0.2,0.5,0.25 like:\"/b c.jpg\" weight:0.3");
  expect_same_text ("like:file:///caf%E9.jpg folder:file:///%FF");
  expect_same_text ("sort:newest");
  expect_text ("  a   dog ", "a dog");
  expect_text ("before:2023 type:JPG size:12MP sort:relevance",
               "before:2023-12-31 type:jpeg size:12mp");
  expect_text ("5\" nails", "\"5\"\" nails\"");
}

/* What the parser never gives, but a program may. */
static void
test_to_text_of_any (void)
{
  g_autoptr (InkQuery) query = ink_query_new ();
  g_autoptr (InkQuery) copy = ink_query_new ();
  g_autoptr (GFile) file = g_file_new_for_path ("/odd \"\xff.jpg");
  g_autofree char *text = NULL, *again = NULL;
  InkQueryPicture *picture;

  g_ptr_array_add (query->words, g_strdup ("two  spaces, \342\200\234curly\342\200\235 -quotes"));
  g_ptr_array_add (query->negatives, g_strdup ("\"\""));
  query->name = g_strdup ("\"");
  ink_query_add_file (query, file, NULL);
  text = ink_query_to_text (query);
  ink_query_parse (copy, text);
  g_assert_cmpuint (copy->words->len, ==, 1);
  g_assert_cmpstr (copy->words->pdata[0], ==, query->words->pdata[0]);
  g_assert_cmpuint (copy->negatives->len, ==, 1);
  g_assert_cmpstr (copy->negatives->pdata[0], ==, "\"\"");
  g_assert_cmpstr (copy->name, ==, "\"");
  g_assert_cmpuint (copy->pictures->len, ==, 1);
  picture = copy->pictures->pdata[0];
  g_assert_true (g_file_equal (picture->file, file));
  again = ink_query_to_text (copy);
  g_assert_cmpstr (again, ==, text);
}

static void
test_new_filters (void)
{
  g_autoptr (InkQuery) query = parse ("orientation:Square size:2000 sort:newest", "", "");
  /* What does not suit a filter is words. */
  g_autoptr (InkQuery) words =
      parse ("orientation:up size:big sort:by size:0 like:a.jpg region:0,0,1,1 weight:2",
             "orientation:up size:big sort:by size:0 like:a.jpg region:0,0,1,1 weight:2", "");

  g_assert_cmpint (query->orientation, ==, INK_ORIENTATION_SQUARE);
  g_assert_cmpstr (query->size, ==, "2000");
  g_assert_cmpint (query->sort, ==, INK_SORT_NEWEST);
  g_assert_cmpint (words->orientation, ==, INK_ORIENTATION_ANY);
  g_assert_null (words->size);
  g_assert_cmpuint (words->pictures->len, ==, 0);
}

static void
test_size (void)
{
  static const char *const wrong[] = {"",  "0",   "-1",  "1e3",   "mp",
                                      "x", "10x", "x10", "1x2x3", "1 mp"};
  InkLeastSize size;

  g_assert_true (ink_query_parse_size ("1080x1920", &size));
  g_assert_cmpuint (size.longer, ==, 1920);
  g_assert_cmpuint (size.shorter, ==, 1080);
  g_assert_true (ink_query_parse_size ("0.5MP", &size));
  g_assert_cmpfloat (size.pixels, ==, 500000);
  g_assert_cmpuint (size.longer, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (ink_query_parse_size (wrong[i], &size));
}

static void
test_region (void)
{
  static const char *const wrong[] = {"",         "0,0,1",    "0,0,1,1,1", "0,0,0,1", "0.5,0,0.6,1",
                                      "-0,0,1,1", "0,0,nan,1"};
  InkRegion region;

  g_assert_true (ink_query_parse_region ("0.25,0.5,0.75,0.5", &region));
  g_assert_cmpfloat (region.x, ==, 0.25);
  g_assert_cmpfloat (region.height, ==, 0.5);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (ink_query_parse_region (wrong[i], &region));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/query/words", test_words);
  g_test_add_func ("/query/unclosed-quotes", test_unclosed_quotes);
  g_test_add_func ("/query/negatives", test_negatives);
  g_test_add_func ("/query/filters", test_filters);
  g_test_add_func ("/query/short-dates", test_short_dates);
  g_test_add_func ("/query/home-folder", test_home_folder);
  g_test_add_func ("/query/no-filters", test_no_filters);
  g_test_add_func ("/query/last-filter-wins", test_last_filter_wins);
  g_test_add_func ("/query/invalid-utf8", test_invalid_utf8);
  g_test_add_func ("/query/copy", test_copy);
  g_test_add_func ("/query/dates-and-types", test_dates_and_types);
  g_test_add_func ("/query/names", test_names);
  g_test_add_func ("/query/scripts", test_scripts);
  g_test_add_func ("/query/new-filters", test_new_filters);
  g_test_add_func ("/query/size", test_size);
  g_test_add_func ("/query/region", test_region);
  g_test_add_func ("/query/to-text", test_to_text);
  g_test_add_func ("/query/to-text-of-any", test_to_text_of_any);
  return g_test_run ();
}
