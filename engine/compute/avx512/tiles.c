/* tiles.c: tiles of a product of matrices in AVX-512. */
#include "compute/avx512/avx512.h"
#include "compute/avx512/vec.h"
#include "compute/vector/functions.h"
#include "compute/vector/tiles.h"

void
clip_tiles_init_avx512 (ClipTiles *tiles)
{
  *tiles = (ClipTiles){.tile_rows = TILE_ROWS, .multiply = multiply_tile, .finish = finish_sums};
}
