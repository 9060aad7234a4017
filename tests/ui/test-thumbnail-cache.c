/* test-thumbnail-cache.c: thumbnails of a real library, asked for as the grid asks. */
#include "thumbnail-cache.h"

#include "app/library/library-fixture.h"

#define PHOTOS 8

typedef struct {
  InkThumbnailCache *cache;
  InkThumbnailRequest requests[PHOTOS];
  GArray *arrived; /* gint64, in order */
} Cache;

static void
arrived_cb (InkThumbnailCache *cache, gint64 photo, GArray *arrived)
{
  g_array_append_val (arrived, photo);
}

static Cache
make_cache (LibraryFixture *fixture)
{
  Cache cache = {.cache = ink_thumbnail_cache_new (6),
                 .arrived = g_array_new (FALSE, FALSE, sizeof (gint64))};

  library_fixture_put_many (fixture, PHOTOS);
  library_fixture_index (fixture, fixture->library, NULL);
  g_autoptr (InkResults) results =
      library_fixture_search (fixture->library, library_fixture_query (""));
  g_assert_cmpuint (results->hits->len, ==, PHOTOS);
  for (guint i = 0; i < PHOTOS; i++) {
    const InkHit *hit = g_ptr_array_index (results->hits, i);
    cache.requests[i] = (InkThumbnailRequest){
        .photo = hit->photo, .side = 40, .width = hit->width, .height = hit->height};
  }
  g_signal_connect (cache.cache, "arrived", G_CALLBACK (arrived_cb), cache.arrived);
  ink_thumbnail_cache_set_library (cache.cache, fixture->library);
  return cache;
}

static void
clear_cache (Cache *cache)
{
  g_object_unref (cache->cache);
  g_array_unref (cache->arrived);
}

static void
wait_for (Cache *cache, guint arrivals)
{
  while (cache->arrived->len < arrivals)
    g_main_context_iteration (NULL, TRUE);
}

/* Everything wanted arrives once, in the size that was asked for. */
static void
test_arrive (LibraryFixture *fixture, gconstpointer unused)
{
  Cache cache = make_cache (fixture);

  g_assert_null (ink_thumbnail_cache_lookup (cache.cache, cache.requests[0].photo));
  ink_thumbnail_cache_want (cache.cache, cache.requests, PHOTOS);
  ink_thumbnail_cache_want (cache.cache, cache.requests, PHOTOS); /* as each frame does */
  wait_for (&cache, PHOTOS);
  for (guint i = 0; i < PHOTOS; i++) {
    const InkThumbnail *thumbnail =
        ink_thumbnail_cache_lookup (cache.cache, cache.requests[i].photo);
    g_assert_nonnull (thumbnail);
    g_assert_cmpuint (thumbnail->side, ==, 40);
    g_assert_true (GDK_IS_TEXTURE (thumbnail->texture));
    g_assert_cmpint (gdk_texture_get_width (thumbnail->texture), ==, 40);
  }
  ink_thumbnail_cache_want (cache.cache, cache.requests, PHOTOS);
  g_usleep (50000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (cache.arrived->len, ==, PHOTOS);
  clear_cache (&cache);
}

/* Another size replaces the one that is there, which serves until then. */
static void
test_resize (LibraryFixture *fixture, gconstpointer unused)
{
  Cache cache = make_cache (fixture);

  ink_thumbnail_cache_want (cache.cache, cache.requests, 1);
  wait_for (&cache, 1);
  cache.requests[0].side = 64;
  ink_thumbnail_cache_want (cache.cache, cache.requests, 1);
  g_assert_cmpuint (ink_thumbnail_cache_lookup (cache.cache, cache.requests[0].photo)->side, ==,
                    40);
  wait_for (&cache, 2);
  g_assert_cmpuint (ink_thumbnail_cache_lookup (cache.cache, cache.requests[0].photo)->side, ==,
                    64);
  clear_cache (&cache);
}

/* What has scrolled away before it was begun never arrives; what came instead does. */
static void
test_scrolled_away (LibraryFixture *fixture, gconstpointer unused)
{
  Cache cache = make_cache (fixture);
  gint64 last = cache.requests[PHOTOS - 1].photo;
  guint workers = 2;

  for (guint round = 0; round < 200; round++)
    ink_thumbnail_cache_want (cache.cache, cache.requests, PHOTOS - 1);
  ink_thumbnail_cache_want (cache.cache, &cache.requests[PHOTOS - 1], 1);
  while (!ink_thumbnail_cache_lookup (cache.cache, last))
    g_main_context_iteration (NULL, TRUE);
  g_usleep (50000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  /* Those that workers had begun may have come as well: one each before and after the change. */
  g_assert_cmpuint (cache.arrived->len, <=, 1 + 2 * workers);
  clear_cache (&cache);
}

/* A photo that can't be had arrives as nothing, and is not asked for for ever. */
static void
test_missing (LibraryFixture *fixture, gconstpointer unused)
{
  Cache cache = make_cache (fixture);
  InkThumbnailRequest missing = {.photo = 123456, .side = 40, .width = 10, .height = 10};

  ink_thumbnail_cache_want (cache.cache, &missing, 1);
  wait_for (&cache, 1);
  const InkThumbnail *thumbnail = ink_thumbnail_cache_lookup (cache.cache, missing.photo);
  g_assert_nonnull (thumbnail);
  g_assert_null (thumbnail->texture);
  g_assert_null (thumbnail->surface);
  clear_cache (&cache);
}

/* The cache goes while workers are at it: they let go of everything by themselves. */
static void
test_gone (LibraryFixture *fixture, gconstpointer unused)
{
  Cache cache = make_cache (fixture);

  ink_thumbnail_cache_want (cache.cache, cache.requests, PHOTOS);
  clear_cache (&cache);
  g_usleep (20000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
add_tests (void)
{
  library_test ("/ui/thumbnail-cache/arrive", test_arrive);
  library_test ("/ui/thumbnail-cache/resize", test_resize);
  library_test ("/ui/thumbnail-cache/scrolled-away", test_scrolled_away);
  library_test ("/ui/thumbnail-cache/missing", test_missing);
  library_test ("/ui/thumbnail-cache/gone", test_gone);
}

int
main (int argc, char **argv)
{
  return library_fixture_main (&argc, &argv, add_tests);
}
