/* matrix.h: inside of InkVectors, for the files that walk over its rows. */
#pragma once

#include "search/vectors.h"

G_BEGIN_DECLS

#define INK_BLOCK_ROWS 4096

struct _InkVectors {
  guint dims;
  GRWLock lock;      /* guards what follows */
  GArray *photos;    /* gint64, ascending: the photo of each row */
  GPtrArray *blocks; /* INK_BLOCK_ROWS × dims float16 each */
};

static inline guint16 *
ink_matrix_row (const InkVectors *vectors, gsize row)
{
  guint16 *block = vectors->blocks->pdata[row / INK_BLOCK_ROWS];

  return block + row % INK_BLOCK_ROWS * vectors->dims;
}

/* The first place in @ids (gint64, ascending), from @from on, of one that is not less than @id. */
gsize ink_ids_lower_bound (const GArray *ids, gsize from, gint64 id);

G_END_DECLS
