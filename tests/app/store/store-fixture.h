/* store-fixture.h: a library in a folder of its own, and rows to put into it. */
#pragma once

#include "store/photos.h"
#include "support/folder.h"

typedef struct {
  TestFolder *directory;
  char *library;  /* a library's folder that does not exist yet */
  char *database; /* the file in it */
  char *photos;   /* an existing folder */
} Fixture;

void fixture_set_up (Fixture *fixture, gconstpointer unused);
void fixture_tear_down (Fixture *fixture, gconstpointer unused);

/* g_test_add() with this fixture. */
#define fixture_test(path, function)                                                               \
  g_test_add (path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

/* Opens the fixture's library; ends the test where that fails. */
InkStore *fixture_open (const Fixture *fixture);
InkStore *fixture_open_readonly (const Fixture *fixture);

/* Adds the fixture's folder of photos. Returns: its id */
gint64 fixture_add_folder (const Fixture *fixture, InkStore *store);

/* A readable photo of that folder and path, whose content key is the one letter repeated. The
 * caller owns nothing of it. */
InkPhoto fixture_photo (gint64 folder, const char *path, char content);
const guint8 *fixture_key (char content);

/* Stores such a photo. Returns: its id */
gint64 fixture_put (InkStore *store, gint64 folder, const char *path, char content);

/* Makes a space of @dims. Returns: its id */
gint64 fixture_add_space (InkStore *store, guint dims);

/* Stores a unit vector that is 1 at @axis. */
void fixture_put_axis (InkStore *store, gint64 photo, gint64 space, guint dims, guint axis);

/* Runs SQL on the database behind the store's back. */
void fixture_run_sql (const Fixture *fixture, const char *sql);

/* Overwrites @size bytes from @offset on with @byte. */
void fixture_damage (const Fixture *fixture, gsize offset, gsize size, guint8 byte);
