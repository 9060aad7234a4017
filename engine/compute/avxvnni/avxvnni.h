/* avxvnni.h: what the engine has in AVX-VNNI. Only to be called where the processor has it. */
#pragma once

#include "compute/scan.h"
#include "compute/tiles.h"

G_BEGIN_DECLS

void clip_tiles_init_avxvnni (ClipTiles *tiles, ClipPrecision precision);
void clip_scan_init_avxvnni (ClipScan *scan);

G_END_DECLS
