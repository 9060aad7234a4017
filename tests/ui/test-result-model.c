/* test-result-model.c: positions, groups and changes of the results, and that what the model tells
 * of a change is true. */
#include "result-model.h"

static InkHit *
make_hit (gint64 id)
{
  InkHit *hit = g_new0 (InkHit, 1);

  hit->photo = id;
  hit->path = g_strdup_printf ("/photos/%" G_GINT64_FORMAT ".jpg", id);
  return hit;
}

/* Hits with these ids; one that ends in 0 has the members id + 1000 and id + 2000. */
static InkResults *
make_results (const gint64 *ids, guint n, guint strong)
{
  InkResults *results = ink_results_new (INK_SCORE_COSINE);

  for (guint i = 0; i < n; i++) {
    InkHit *hit = make_hit (ids[i]);
    if (ids[i] % 10 == 0) {
      ink_hit_add_duplicate (hit, make_hit (ids[i] + 1000));
      ink_hit_add_duplicate (hit, make_hit (ids[i] + 2000));
    }
    g_ptr_array_add (results->hits, hit);
  }
  results->strong = strong;
  return results;
}

#define RESULTS(strong, ...)                                                                       \
  make_results ((const gint64[]){__VA_ARGS__},                                                     \
                sizeof ((const gint64[]){__VA_ARGS__}) / sizeof (gint64), strong)

/* A mirror that knows only what "items-changed" tells. */
typedef struct {
  InkResultModel *model;
  GArray *mirror; /* gint64 */
  guint removed, added;
} Fixture;

static void
changed_cb (InkResultModel *model, guint position, guint removed, guint added, Fixture *fixture)
{
  g_array_remove_range (fixture->mirror, position, removed);
  for (guint i = 0; i < added; i++) {
    gint64 id = ink_result_model_get_id (model, position + i);
    g_array_insert_val (fixture->mirror, position + i, id);
  }
  fixture->removed = removed;
  fixture->added = added;
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  fixture->model = ink_result_model_new ();
  fixture->mirror = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_signal_connect (fixture->model, "items-changed", G_CALLBACK (changed_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_object_unref (fixture->model);
  g_array_unref (fixture->mirror);
}

static void
check (Fixture *fixture, const char *expected)
{
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; i < ink_result_model_get_count (fixture->model); i++) {
    gint64 id = ink_result_model_get_id (fixture->model, i);
    g_autoptr (InkPhotoItem) photo = ink_result_model_get_photo (fixture->model, i);
    g_string_append_printf (ids, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "", id);
    g_assert_cmpint (ink_photo_item_get_id (photo), ==, id);
    g_assert_cmpint (g_array_index (fixture->mirror, gint64, i), ==, id);
    g_assert_cmpuint (ink_result_model_find (fixture->model, id, 0), ==, i);
    g_assert_cmpint (ink_photo_item_is_strong (photo), ==,
                     i < ink_result_model_get_strong (fixture->model));
  }
  g_assert_cmpuint (fixture->mirror->len, ==, ink_result_model_get_count (fixture->model));
  g_assert_cmpstr (ids->str, ==, expected);
}

static void
check_change (Fixture *fixture, guint removed, guint added)
{
  g_assert_cmpuint (fixture->removed, ==, removed);
  g_assert_cmpuint (fixture->added, ==, added);
}

static void
test_groups (Fixture *fixture, gconstpointer unused)
{
  guint head;

  ink_result_model_set_results (fixture->model, RESULTS (3, 1, 10, 2, 20, 3));
  check (fixture, "1 10 2 20 3");
  g_assert_cmpuint (ink_result_model_get_strong (fixture->model), ==, 3);
  g_assert_cmpuint (ink_result_model_count_photos (fixture->model, FALSE), ==, 5);
  g_assert_cmpuint (ink_result_model_count_photos (fixture->model, TRUE), ==, 9);
  g_assert_cmpuint (ink_result_model_get_group (fixture->model, 0, &head), ==, 0);
  g_assert_cmpuint (ink_result_model_get_group (fixture->model, 1, &head), ==, 3);

  ink_result_model_set_group_open (fixture->model, 3, TRUE);
  check (fixture, "1 10 2 20 1020 2020 3");
  ink_result_model_set_group_open (fixture->model, 1, TRUE);
  check (fixture, "1 10 1010 2010 2 20 1020 2020 3");
  check_change (fixture, 0, 2);
  g_assert_cmpuint (ink_result_model_get_strong (fixture->model), ==, 5);
  g_assert_cmpuint (ink_result_model_get_group (fixture->model, 7, &head), ==, 3);
  g_assert_cmpuint (head, ==, 5);
  g_assert_cmpuint (ink_result_model_get_group (fixture->model, 4, &head), ==, 0);
  g_assert_cmpuint (ink_result_model_get_group (fixture->model, 8, &head), ==, 0);
  g_assert_true (ink_result_model_is_group_open (fixture->model, 5));

  ink_result_model_set_group_open (fixture->model, 1, TRUE); /* it is */
  ink_result_model_set_group_open (fixture->model, 0, TRUE); /* it is none */
  check (fixture, "1 10 1010 2010 2 20 1020 2020 3");
  ink_result_model_set_group_open (fixture->model, 1, FALSE);
  check (fixture, "1 10 2 20 1020 2020 3");
  check_change (fixture, 2, 0);
}

/* New results: open groups stay open, and only what changed is told of. */
static void
test_changes (Fixture *fixture, gconstpointer unused)
{
  ink_result_model_set_results (fixture->model, RESULTS (5, 1, 10, 2, 20, 3));
  ink_result_model_set_group_open (fixture->model, 1, TRUE);

  ink_result_model_set_results (fixture->model, RESULTS (7, 8, 9, 1, 10, 2, 20, 3));
  check (fixture, "8 9 1 10 1010 2010 2 20 3");
  check_change (fixture, 0, 2);
  ink_result_model_set_results (fixture->model, RESULTS (6, 8, 9, 1, 10, 20, 3));
  check (fixture, "8 9 1 10 1010 2010 20 3");
  check_change (fixture, 1, 0);
  ink_result_model_set_results (fixture->model, RESULTS (6, 8, 9, 1, 10, 20, 3));
  check_change (fixture, 0, 0);
  ink_result_model_set_results (fixture->model, RESULTS (5, 3, 20, 1, 9, 8));
  check (fixture, "3 20 1 9 8");
  ink_result_model_set_results (fixture->model, RESULTS (0, 10));
  check (fixture, "10"); /* it was gone in between */
  ink_result_model_set_results (fixture->model, NULL);
  check (fixture, "");
}

/* A million, of which every tenth has a group: each position leads to its photo and back. */
static void
test_million (Fixture *fixture, gconstpointer unused)
{
  guint n = 1000000;
  g_autofree gint64 *ids = g_new (gint64, n);

  g_signal_handlers_disconnect_by_data (fixture->model, fixture);
  for (guint i = 0; i < n; i++)
    ids[i] = (gint64)i + 10000000;
  ink_result_model_set_results (fixture->model, make_results (ids, n, n / 2));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->model)), ==, n);
  for (guint i = 0; i < 20; i++)
    ink_result_model_set_group_open (fixture->model, (n / 20 - 10) * i / 10 * 10 + 2 * i, TRUE);
  g_assert_cmpuint (ink_result_model_get_count (fixture->model), ==, n + 40);
  for (guint i = 0; i < n + 40; i += 991) {
    g_autoptr (InkPhotoItem) photo = g_list_model_get_item (G_LIST_MODEL (fixture->model), i);
    g_assert_cmpint (ink_photo_item_get_id (photo), ==,
                     ink_result_model_get_id (fixture->model, i));
  }
}

static void
add (const char *path, void (*test) (Fixture *fixture, gconstpointer unused))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/ui/result-model/groups", test_groups);
  add ("/ui/result-model/changes", test_changes);
  add ("/ui/result-model/million", test_million);
  return g_test_run ();
}
