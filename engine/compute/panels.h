/* panels.h: weights as the tiles read them.
 *
 * A panel is CLIP_PANEL columns of the matrix, and has a step of 128 bytes for each word of 32
 * bits along the sum: [in / values of a word][CLIP_PANEL][values of a word]. A word holds one
 * float, two bf16 or four signed bytes. What fills the last panel or the last word is zero. A
 * panel of bytes ends with two more steps: for each column, its scale (float) and the sum of its
 * bytes (gint32). All panels of a matrix lie one after the other.
 */
#pragma once

#include "compute/gemm.h"

G_BEGIN_DECLS

/* To be counted up when anything about the layout changes: it is written into cache files. */
#define CLIP_PANELS_VERSION 1

/* Panels have to lie at a multiple of this many bytes. */
#define CLIP_PANELS_ALIGNMENT 64

/* Columns of a panel, and bytes of a step along it. */
#define CLIP_PANEL 32
#define CLIP_PANEL_STEP 128

/* How many values of that precision lie in a word: 1, 2 or 4. */
gsize clip_word_values (ClipPrecision precision);

/* Panels of the matrix, steps of the sum in each, and bytes of each. */
gsize clip_panels_count (const ClipLinear *linear);
gsize clip_panels_steps (const ClipLinear *linear);
gsize clip_panels_stride (const ClipLinear *linear);

/* Bytes of all panels; FALSE where that is more than a gsize holds. */
gboolean clip_panels_size (const ClipLinear *linear, gsize *size);

/* Packs the weights of @linear into @panels, of the size that clip_panels_size() says; threads of
 * @pool share the work, so tasks must not call it. */
void clip_panels_pack (ClipPool *pool, const ClipLinear *linear, gpointer panels);

/* Lets @linear use panels that were packed before, and that outlive it: a part of a cache file.
 * To be called before the first product with it. */
void clip_linear_set_panels (ClipLinear *linear, gconstpointer panels);

/* The panels of @linear, packed now if there are none yet; NULL where there is no memory for
 * them. Thread-safe, but not to be called from tasks. */
gconstpointer clip_linear_get_panels (ClipPool *pool, ClipLinear *linear);

G_END_DECLS
