/* tiles.c: tiles of a product of matrices in AVX2. */
#include "compute/avx2/avx2.h"
#include "compute/avx2/vec.h"
#include "compute/vector/functions.h"
#include "compute/vector/tiles.h"

void
clip_tiles_init_avx2 (ClipTiles *tiles)
{
  *tiles = (ClipTiles){.tile_rows = TILE_ROWS, .multiply = multiply_tile, .finish = finish_sums};
}
