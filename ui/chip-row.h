/* chip-row.h: the search as chips, one for each part, each of which can be taken away; beside them
 * the weight of words against pictures, saving the search and the order of the results. Hidden
 * while nothing is looked for.
 */
#pragma once

#include "query-book.h"
#include "search.h"

G_BEGIN_DECLS

#define INK_TYPE_CHIP_ROW (ink_chip_row_get_type ())
G_DECLARE_FINAL_TYPE (InkChipRow, ink_chip_row, INK, CHIP_ROW, GtkWidget)

/* To be called once. */
void ink_chip_row_connect (InkChipRow *row, InkSearch *search, InkQueryBook *book);

G_END_DECLS
