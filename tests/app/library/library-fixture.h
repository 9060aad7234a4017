/* library-fixture.h: a folder of photos, and a library in another folder. */
#pragma once

#include "library/library.h"
#include "support/folder.h"

typedef struct {
  TestFolder *directory;
  char *photos;        /* an existing folder */
  char *library_path;  /* does not exist yet */
  InkLibrary *library; /* open for reading */
} LibraryFixture;

void library_fixture_set_up (LibraryFixture *fixture, gconstpointer unused);
void library_fixture_tear_down (LibraryFixture *fixture, gconstpointer unused);

/* g_test_add() with this fixture. */
#define library_test(path, function)                                                               \
  g_test_add (path, LibraryFixture, NULL, library_fixture_set_up, function,                        \
              library_fixture_tear_down)

/* Runs the tests with cache and data folders of their own. */
int library_fixture_main (int *argc, char ***argv, void (*add_tests) (void));

/* Opens the fixture's library once more. @model: (nullable) */
InkLibrary *library_fixture_open (const LibraryFixture *fixture, const char *model);

/* Ends with the library, as a program that ends, and opens it anew. */
void library_fixture_reopen (LibraryFixture *fixture);

char *library_fixture_path (const LibraryFixture *fixture, const char *name);
GFile *library_fixture_file (const LibraryFixture *fixture, const char *name);

/* Makes PHOTOS/@name, another picture for each @seed. */
void library_fixture_put (const LibraryFixture *fixture, const char *name, guint seed);

/* Makes @n of them: photo-00.png … with seeds 1 … */
void library_fixture_put_many (const LibraryFixture *fixture, guint n);

/* Copies a picture of tests/data/starter/golden-images to PHOTOS. */
void library_fixture_copy_golden (const LibraryFixture *fixture, const char *name);

/* Indexes the folder of photos, which must work. */
void library_fixture_index (const LibraryFixture *fixture, InkLibrary *library,
                            InkIndexProgress *report);

/* Searches, which must work; the query is freed. */
InkResults *library_fixture_search (InkLibrary *library, InkQuery *query);

/* A query for @text as if it were typed into the search box. */
InkQuery *library_fixture_query (const char *text);

/* The file names of the hits, joined with a blank. */
char *library_fixture_names (const InkResults *results);
