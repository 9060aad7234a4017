/* avx512vnni.h: what the engine has in AVX512_VNNI. Only to be called where the processor has it.
 */
#pragma once

#include "compute/scan.h"
#include "compute/tiles.h"

G_BEGIN_DECLS

void clip_tiles_init_avx512vnni (ClipTiles *tiles, ClipPrecision precision);
void clip_scan_init_avx512vnni (ClipScan *scan);

G_END_DECLS
