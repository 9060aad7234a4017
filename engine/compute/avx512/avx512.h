/* avx512.h: what the engine has in AVX-512. Only to be called where the processor has it. */
#pragma once

#include "compute/kernels.h"
#include "compute/scan.h"
#include "compute/tiles.h"

G_BEGIN_DECLS

void clip_kernels_init_avx512 (ClipKernels *kernels);
void clip_tiles_init_avx512 (ClipTiles *tiles, ClipPrecision precision);
void clip_scan_init_avx512 (ClipScan *scan);

G_END_DECLS
