/* save.h: the rows of InkVectors in a file, from which most of them then come. */
#pragma once

#include "search/segment-file.h"
#include "search/vectors.h"

G_BEGIN_DECLS

/* Begins with the rows of a file. @vectors is empty; @segment: (transfer full) */
void ink_vectors_adopt (InkVectors *vectors, InkSegment *segment);

/* Rows in memory, which no file has. */
gsize ink_vectors_count_unsaved (InkVectors *vectors);

/* Whether a file was found to be damaged: the rows are to be loaded again. */
gboolean ink_vectors_is_damaged (InkVectors *vectors);

/**
 * ink_vectors_save:
 * @stamp: what the rows are; later ones than it says may be among them
 *
 * Writes all rows into one file and takes them from there from then on. Searches and updates go on
 * meanwhile; another ink_vectors_save() must not.
 */
gboolean
ink_vectors_save (InkVectors *vectors, const char *path, const InkStamp *stamp, GError **error);

G_END_DECLS
