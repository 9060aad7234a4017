/* avx512bf16.h: what the engine has in AVX512_BF16. Only to be called where the processor has it.
 */
#pragma once

#include "compute/tiles.h"

G_BEGIN_DECLS

void clip_tiles_init_avx512bf16 (ClipTiles *tiles, ClipPrecision precision);

G_END_DECLS
