/* search-fixture.c: photos and embeddings to search in. */
#include "search-fixture.h"

#include "base/dirs.h"
#include "search/collection.h"
#include "store/embeddings.h"

ClipModel *
search_fixture_get_model (void)
{
  static ClipModel *model; /* for the life of the test program */

  if (!model) {
    g_autofree char *folder = ink_dirs_get_starter_model ();
    g_autoptr (GError) error = NULL;

    model = clip_model_open (folder, NULL, &error);
    g_assert_no_error (error);
  }
  return model;
}

static guint
get_dims (void)
{
  return clip_model_get_info (search_fixture_get_model ())->dims;
}

void
search_fixture_set_up (SearchFixture *fixture, gconstpointer unused)
{
  fixture_set_up (&fixture->base, NULL);
  fixture->store = fixture_open (&fixture->base);
  fixture->folder = fixture_add_folder (&fixture->base, fixture->store);
  fixture->space = fixture_add_space (fixture->store, get_dims ());
}

void
search_fixture_tear_down (SearchFixture *fixture, gconstpointer unused)
{
  ink_store_unref (fixture->store);
  fixture_tear_down (&fixture->base, NULL);
}

InkPhoto
search_fixture_photo (SearchFixture *fixture, const char *path, const char *taken)
{
  static guint8 keys[256][INK_CONTENT_KEY_SIZE]; /* of the photos of one test */
  guint8 *key = keys[fixture->n % G_N_ELEMENTS (keys)];
  InkPhoto photo = fixture_photo (fixture->folder, path, 'x');

  fixture->n++;
  memset (key, 0, INK_CONTENT_KEY_SIZE);
  key[0] = (guint8)fixture->n;
  photo.content_key = key;
  photo.taken = (char *)taken;
  /* A multiplicative hash: any two differ by many bits. */
  photo.phash = fixture->n * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  return photo;
}

gint64
search_fixture_add (SearchFixture *fixture, const InkPhoto *photo)
{
  g_autoptr (GError) error = NULL;
  gint64 id = 0;

  g_assert_true (ink_store_put_photo (fixture->store, photo, &id, &error));
  g_assert_no_error (error);
  return id;
}

void
search_fixture_embed (SearchFixture *fixture, gint64 photo, const float *embedding)
{
  g_autoptr (GError) error = NULL;

  ink_store_put_embedding (fixture->store, photo, fixture->space, embedding, get_dims (), "f32",
                           &error);
  g_assert_no_error (error);
}

gint64
search_fixture_add_like (SearchFixture *fixture, const char *path, const char *text)
{
  g_autofree float *embedding = g_new (float, get_dims ());
  InkPhoto photo = search_fixture_photo (fixture, path, NULL);
  gint64 id = search_fixture_add (fixture, &photo);
  g_autoptr (GError) error = NULL;

  clip_model_encode_texts (search_fixture_get_model (), &text, 1, embedding, NULL, &error);
  g_assert_no_error (error);
  search_fixture_embed (fixture, id, embedding);
  return id;
}

InkResults *
search_fixture_run (SearchFixture *fixture, InkQuery *query)
{
  g_autoptr (InkCollection) collection = ink_collection_new ();
  g_autoptr (InkDecoder) decoder = ink_decoder_new (1);
  g_autoptr (GError) error = NULL;
  g_autoptr (InkCatalogue) catalogue =
      ink_collection_get_catalogue (collection, fixture->store, &error);
  g_autoptr (InkVectors) vectors =
      ink_collection_get_vectors (collection, fixture->store, fixture->space, get_dims (), &error);
  InkEncoder encoder = {.model = search_fixture_get_model (), .decoder = decoder};
  InkResults *results = NULL;

  g_assert_no_error (error);
  results = ink_search_run (&encoder, catalogue, vectors, query, NULL, &error);
  g_assert_no_error (error);
  ink_query_free (query);
  return results;
}

InkQuery *
search_fixture_query (const char *text)
{
  InkQuery *query = ink_query_new ();

  ink_query_parse (query, text);
  query->weak = TRUE;
  return query;
}

char *
search_fixture_names (const InkResults *results)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < results->hits->len; i++) {
    const InkHit *hit = results->hits->pdata[i];
    g_autofree char *name = g_path_get_basename (hit->path);

    g_string_append_printf (names, "%s%s%s", i ? " " : "", name, hit->strong ? "*" : "");
  }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

void
search_fixture_expect (SearchFixture *fixture, InkQuery *query, const char *names)
{
  g_autoptr (InkResults) results = search_fixture_run (fixture, query);
  g_autofree char *got = search_fixture_names (results);

  g_assert_cmpstr (got, ==, names);
}
