/* exif.h: what a camera wrote: orientation, date, how and where the photo was taken. */
#pragma once

#include "decode/protocol.h"

G_BEGIN_DECLS

#define INK_TAKEN_SIZE 32

typedef struct {
  guint orientation;          /* 1 to 8; 0 where it is not given */
  char taken[INK_TAKEN_SIZE]; /* YYYY-MM-DDTHH:MM:SS[±HH:MM]; empty where unknown */
  InkWireCamera camera;
} InkExif;

/* Reads @block, a TIFF structure as EXIF has it (with or without "Exif\0\0" before it), or a whole
 * TIFF file. What is damaged in it is taken as not being there. */
void ink_exif_parse (const guint8 *block, gsize size, InkExif *exif);

G_END_DECLS
