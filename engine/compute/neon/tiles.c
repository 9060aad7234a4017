/* tiles.c: tiles of a product of matrices in NEON. Bytes are packed and finished in vectors, but
 * multiplied in portable C. */
#include "compute/neon/neon.h"
#include "compute/neon/vec.h"
#include "compute/vector/finish.h"
#include "compute/vector/multiply-f32.h"
#include "compute/vector/pack.h"

void
clip_tiles_init_neon (ClipTiles *tiles, ClipPrecision precision)
{
  if (precision == CLIP_PRECISION_INT8) {
    tiles->pack = pack_bytes;
    tiles->finish = finish_bytes;
    return;
  }
  if (precision == CLIP_PRECISION_BF16) {
    tiles->finish = finish_bf16;
    return;
  }
  tiles->finish = finish_floats;
  tiles->tile_rows = TILE_ROWS;
  tiles->pack = pack_floats;
  tiles->multiply = multiply_tile;
}
