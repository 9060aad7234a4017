/* avx2.h: what the engine has in AVX2. Only to be called where the processor has it. */
#pragma once

#include "compute/kernels.h"
#include "compute/scan.h"
#include "compute/tiles.h"

G_BEGIN_DECLS

void clip_kernels_init_avx2 (ClipKernels *kernels);
void clip_tiles_init_avx2 (ClipTiles *tiles, ClipPrecision precision);
void clip_scan_init_avx2 (ClipScan *scan);
/* The multiplication of bytes. */
void clip_tiles_init_avx2_bytes (ClipTiles *tiles);

G_END_DECLS
