/* packed-file.h: the packed weights of one tower in a file.
 *
 * A file begins with an index: a header that names the versions, the model and the tower, and an
 * entry for each layer with its shape and its place. A checksum of all that follows, then one for
 * each section, then the sections: the layers' panels (panels.h), in the tower's order. Everything
 * is little-endian and in blocks of 64 bytes.
 */
#pragma once

#include "compute/gemm.h"
#include "files/mapping.h"

G_BEGIN_DECLS

/* To be counted up when the format changes, or what a tower makes of its weights before they are
 * packed. */
#define CLIP_PACKED_VERSION 1

/**
 * ClipPackedContents:
 * @model: SHA-256 of the model, 64 hexadecimal digits
 * @tower: a word of at most 15 letters
 * @linears: (array length=n): the tower's layers, always in the same order
 * @packed: (nullable): told of each layer that was packed, whose weights are then not read again
 *
 * What a file holds.
 */
typedef struct {
  const char *model;
  const char *tower;
  ClipLinear *const *linears;
  gsize n;
  ClipLinearVisit packed;
  gpointer data; /* for @packed */
} ClipPackedContents;

/**
 * clip_packed_file_open:
 *
 * Maps a file, checks with the threads of @pool that it is undamaged and made of these layers by
 * this version, and lets the layers use its panels. They stay as they are where it fails.
 *
 * Returns: (transfer full): to be closed after the layers; %NULL with %CLIP_ERROR_IO or
 *     %CLIP_ERROR_INVALID
 */
ClipMapping *clip_packed_file_open (const char *path, const ClipPackedContents *contents,
                                    ClipPool *pool, GError **error);

/**
 * clip_packed_file_write:
 *
 * Packs one layer after the other into @path.new, in a folder that is made where it is missing;
 * syncs it, renames it and syncs the folder. So there is a whole file or none, and who
 * uses the one that was there before goes on with it. The layers stay as they are. Where another
 * process is writing the file, this fails at once.
 */
gboolean clip_packed_file_write (const char *path, const ClipPackedContents *contents,
                                 ClipPool *pool, GError **error);

G_END_DECLS
