/* scalar.h: the kernels in portable C, which every other version is checked against. */
#pragma once

#include "compute/kernels.h"
#include "compute/scan.h"
#include "compute/tiles.h"

G_BEGIN_DECLS

void clip_kernels_init_scalar (ClipKernels *kernels);
void clip_tiles_init_scalar (ClipTiles *tiles, ClipPrecision precision);
void clip_scan_init_scalar (ClipScan *scan);

void clip_depthwise_row_scalar (float *y, const float *x, const ClipConvShape *shape, gsize out_row,
                                const float *weight, const float *bias);

G_END_DECLS
