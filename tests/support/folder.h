/* folder.h: a temporary folder that goes with everything in it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef char TestFolder; /* the path, as a string */

TestFolder *test_folder_new (void);
void test_folder_free (TestFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestFolder, test_folder_free)

/* Writes @size bytes as FOLDER/NAME (replacing it). */
void test_folder_write (const TestFolder *folder, const char *name, gconstpointer data, gsize size);

G_END_DECLS
