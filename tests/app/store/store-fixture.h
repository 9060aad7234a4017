/* store-fixture.h: a library in a folder of its own, and rows to put into it. */
#pragma once

#include "store/photos.h"

typedef struct {
  char *directory; /* of the test */
  char *library;
  char *photos; /* an existing folder */
} Fixture;

void fixture_set_up (Fixture *fixture, gconstpointer unused);
void fixture_tear_down (Fixture *fixture, gconstpointer unused);

/* Opens the fixture's library for writing; ends the test where that fails. */
InkStore *fixture_open (const Fixture *fixture);

/* Adds the fixture's folder of photos. Returns: its id */
gint64 fixture_add_folder (const Fixture *fixture, InkStore *store);

/* A readable photo of that folder and path, whose content key consists of @content. The caller
 * owns nothing of it. */
InkPhoto fixture_photo (gint64 folder, const char *path, const guint8 *content_key);
