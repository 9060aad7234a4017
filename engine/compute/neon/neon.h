/* neon.h: what the engine has in NEON, which every AArch64 processor has. */
#pragma once

#include "compute/kernels.h"
#include "compute/scan.h"
#include "compute/tiles.h"

G_BEGIN_DECLS

void clip_kernels_init_neon (ClipKernels *kernels);
void clip_tiles_init_neon (ClipTiles *tiles, ClipPrecision precision);
void clip_scan_init_neon (ClipScan *scan);

G_END_DECLS
