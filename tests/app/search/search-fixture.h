/* search-fixture.h: photos and embeddings to search in, in a store without any picture files. */
#pragma once

#include "app/store/store-fixture.h"
#include "search/search.h"

typedef struct {
  Fixture base;
  InkStore *store;
  gint64 folder;
  gint64 space;
  guint n; /* photos so far */
} SearchFixture;

void search_fixture_set_up (SearchFixture *fixture, gconstpointer unused);
void search_fixture_tear_down (SearchFixture *fixture, gconstpointer unused);

#define search_test(path, function)                                                                \
  g_test_add (path, SearchFixture, NULL, search_fixture_set_up, function, search_fixture_tear_down)

/* The starter model, opened at the first call. */
ClipModel *search_fixture_get_model (void);

/* A photo of the fixture's folder that looks like no other. @taken: (nullable) */
InkPhoto search_fixture_photo (SearchFixture *fixture, const char *path, const char *taken);

/* Stores @photo. Returns: its id */
gint64 search_fixture_add (SearchFixture *fixture, const InkPhoto *photo);

/* Stores a photo whose embedding is that of @text: one that words find as surely as a text can be
 * found. Returns: its id */
gint64 search_fixture_add_like (SearchFixture *fixture, const char *path, const char *text);

void search_fixture_embed (SearchFixture *fixture, gint64 photo, const float *embedding);

/* Searches what is stored, which must work; the query is freed. */
InkResults *search_fixture_run (SearchFixture *fixture, InkQuery *query);

/* A query for @text as if it were typed, with weak matches too. */
InkQuery *search_fixture_query (const char *text);

/* The hits' names without folder, joined with blanks, strong ones marked with a star. */
char *search_fixture_names (const InkResults *results);

/* Runs @query and compares search_fixture_names(). */
void search_fixture_expect (SearchFixture *fixture, InkQuery *query, const char *names);
