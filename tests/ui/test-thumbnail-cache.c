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
    cache.requests[i] = (InkThumbnailRequest){.photo = hit->photo,
                                              .content = hit->content,
                                              .side = 40,
                                              .width = hit->width,
                                              .height = hit->height};
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

/* ---- With a loader that the test controls -------------------------------------------------- */

/* What was asked for, and whether it may go on. */
typedef struct {
  GMutex mutex;
  GCond changed;
  GArray *photos; /* gint64, in the order of the loads */
  GArray *sizes;  /* guint */
  guint allowed;  /* so many loads may end; others wait, or until they are cancelled */
  guint cancelled;
} Loads;

static Loads loads;

static void
wake_cb (GCancellable *cancellable, gpointer data)
{
  g_mutex_lock (&loads.mutex);
  g_cond_broadcast (&loads.changed);
  g_mutex_unlock (&loads.mutex);
}

static InkPixels *
controlled_load (GObject *source, gint64 photo, guint size, GCancellable *cancellable,
                 GError **error)
{
  gulong handler = g_cancellable_connect (cancellable, G_CALLBACK (wake_cb), NULL, NULL);
  InkPixels *pixels = NULL;

  g_mutex_lock (&loads.mutex);
  g_array_append_val (loads.photos, photo);
  g_array_append_val (loads.sizes, size);
  while (loads.allowed == 0 && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&loads.changed, &loads.mutex);
  if (g_cancellable_is_cancelled (cancellable)) {
    loads.cancelled++;
  } else {
    loads.allowed--;
    pixels = g_new0 (InkPixels, 1);
    pixels->width = pixels->height = 16;
    pixels->rgb = g_bytes_new_take (g_malloc0 (16 * 16 * 3), 16 * 16 * 3);
  }
  g_mutex_unlock (&loads.mutex);
  g_cancellable_disconnect (cancellable, handler);
  if (!pixels)
    g_cancellable_set_error_if_cancelled (cancellable, error);
  return pixels;
}

static void
allow (guint n)
{
  g_mutex_lock (&loads.mutex);
  loads.allowed += n;
  g_cond_broadcast (&loads.changed);
  g_mutex_unlock (&loads.mutex);
}

static guint
count_loads (void)
{
  g_mutex_lock (&loads.mutex);
  guint n = loads.photos->len;
  g_mutex_unlock (&loads.mutex);
  return n;
}

static Cache
make_controlled_cache (GObject *source)
{
  Cache cache = {.cache = ink_thumbnail_cache_new (6),
                 .arrived = g_array_new (FALSE, FALSE, sizeof (gint64))};

  loads.photos = g_array_new (FALSE, FALSE, sizeof (gint64));
  loads.sizes = g_array_new (FALSE, FALSE, sizeof (guint));
  loads.allowed = loads.cancelled = 0;
  for (guint i = 0; i < PHOTOS; i++)
    cache.requests[i] = (InkThumbnailRequest){
        .photo = i + 1, .side = 40, .width = 600, .height = 400, .visible = TRUE};
  g_signal_connect (cache.cache, "arrived", G_CALLBACK (arrived_cb), cache.arrived);
  ink_thumbnail_cache_set_loader (cache.cache, controlled_load, source);
  return cache;
}

/* No load is under way any more. */
static void
clear_controlled_cache (Cache *cache)
{
  clear_cache (cache);
  g_array_unref (loads.photos);
  g_array_unref (loads.sizes);
}

static void
wait_for_loads (guint n)
{
  while (count_loads () < n)
    g_main_context_iteration (NULL, FALSE);
}

/* Both workers hang in photos that scroll away: they are taken from them, without anything more
 * being asked for, and what is visible now comes, in its order. */
static void
test_cancelled (LibraryFixture *fixture, gconstpointer unused)
{
  Cache cache = make_controlled_cache (G_OBJECT (fixture->library));

  ink_thumbnail_cache_want (cache.cache, cache.requests, 4);
  wait_for_loads (2);
  ink_thumbnail_cache_want (cache.cache, cache.requests + 4, 4);
  wait_for_loads (4);
  g_assert_cmpuint (loads.cancelled, ==, 2);
  allow (4);
  wait_for (&cache, 4);
  g_assert_cmpuint (count_loads (), ==, 6);
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpint (g_array_index (loads.photos, gint64, i), <=, 2);
    g_assert_cmpint (g_array_index (loads.photos, gint64, 2 + i), >=, 5);
    g_assert_cmpint (g_array_index (loads.photos, gint64, 2 + i), <=, 6);
  }
  g_assert_null (ink_thumbnail_cache_lookup (cache.cache, 1));
  g_assert_nonnull (ink_thumbnail_cache_lookup (cache.cache, 8));
  clear_controlled_cache (&cache);
}

/* A large cell gets a draft from what the library keeps, then the picture itself; one that is only
 * near gets no more than the draft. */
static void
test_drafts (LibraryFixture *fixture, gconstpointer unused)
{
  Cache cache = make_controlled_cache (G_OBJECT (fixture->library));

  cache.requests[0].side = cache.requests[1].side = 500;
  cache.requests[1].visible = FALSE;
  allow (1);
  ink_thumbnail_cache_want (cache.cache, cache.requests, 2);
  wait_for (&cache, 1);
  g_assert_true (ink_thumbnail_cache_lookup (cache.cache, 1)->draft);
  allow (2);
  wait_for (&cache, 3);
  g_assert_false (ink_thumbnail_cache_lookup (cache.cache, 1)->draft);
  g_assert_true (ink_thumbnail_cache_lookup (cache.cache, 2)->draft);
  ink_thumbnail_cache_want (cache.cache, cache.requests, 2);
  g_assert_cmpuint (count_loads (), ==, 3);
  guint largest = 0;
  for (guint i = 0; i < 3; i++)
    largest = MAX (largest, g_array_index (loads.sizes, guint, i));
  g_assert_cmpuint (g_array_index (loads.sizes, guint, 0), ==, 256);
  g_assert_cmpuint (largest, ==, 750); /* the shorter side fills the cell */
  clear_controlled_cache (&cache);
}

/* Bytes are bounded, what is wanted now is kept, and other contents of a file are loaded anew. */
static void
test_limit (LibraryFixture *fixture, gconstpointer unused)
{
  Cache cache = make_controlled_cache (G_OBJECT (fixture->library));

  ink_thumbnail_cache_set_limit (cache.cache, 4 * (40 * 40 * 4 + 200));
  allow (PHOTOS + 3);
  ink_thumbnail_cache_want (cache.cache, cache.requests, 4);
  wait_for (&cache, 4);
  ink_thumbnail_cache_want (cache.cache, cache.requests + 2,
                            4); /* two that there are, two others */
  wait_for (&cache, 6);
  g_assert_cmpuint (ink_thumbnail_cache_get_bytes (cache.cache), <=, 4 * (40 * 40 * 4 + 200));
  g_assert_null (ink_thumbnail_cache_lookup (cache.cache, 1));
  g_assert_null (ink_thumbnail_cache_lookup (cache.cache, 2));
  for (gint64 photo = 3; photo <= 6; photo++)
    g_assert_nonnull (ink_thumbnail_cache_lookup (cache.cache, photo));

  cache.requests[2].content = 7;
  ink_thumbnail_cache_want (cache.cache, cache.requests + 2, 4);
  g_assert_nonnull (ink_thumbnail_cache_lookup (cache.cache, 3)); /* the old one, meanwhile */
  wait_for (&cache, 7);
  g_assert_cmpuint (ink_thumbnail_cache_lookup (cache.cache, 3)->content, ==, 7);
  g_assert_cmpuint (count_loads (), ==, 7);
  clear_controlled_cache (&cache);
}

static void
add_tests (void)
{
  library_test ("/ui/thumbnail-cache/arrive", test_arrive);
  library_test ("/ui/thumbnail-cache/resize", test_resize);
  library_test ("/ui/thumbnail-cache/scrolled-away", test_scrolled_away);
  library_test ("/ui/thumbnail-cache/missing", test_missing);
  library_test ("/ui/thumbnail-cache/gone", test_gone);
  library_test ("/ui/thumbnail-cache/cancelled", test_cancelled);
  library_test ("/ui/thumbnail-cache/drafts", test_drafts);
  library_test ("/ui/thumbnail-cache/limit", test_limit);
}

int
main (int argc, char **argv)
{
  return library_fixture_main (&argc, &argv, add_tests);
}
