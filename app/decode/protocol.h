/* protocol.h: what the program and its decoder helper say to each other.
 *
 * They share a socket pair of SOCK_SEQPACKET, so that a message arrives whole or not at all. The
 * helper begins with an InkWireHello. Each InkWireRequest carries two descriptors, the picture and
 * a memory file for results, and is answered by one InkWireReply. The program decides the size of
 * the memory file and where each result goes in it (ink_wire_layout()), so a helper that lies can
 * name neither an offset nor a size beyond it.
 *
 * Both ends run on one machine, which is little-endian (meson.build refuses others).
 */
#pragma once

#include <glib.h>

#include "clip.h"
#include "decode/format.h"

G_BEGIN_DECLS

/* The helper's end of the socket pair. */
#define INK_WIRE_SOCKET 3

/* Changes whenever a structure below does: both ends must come from the same build. */
#define INK_WIRE_MAGIC 0x334b4e49u /* "INK3" */

/* The largest sides that may be asked for; they keep a memory file below 1.5 GiB. */
#define INK_WIRE_MAX_SQUARE 4096u
#define INK_WIRE_MAX_THUMBNAIL 2048u
#define INK_WIRE_MAX_PIXELS 16384u

/* Bytes that an encoded thumbnail of 256 pixels may have; other sizes in proportion to the area. */
#define INK_WIRE_THUMBNAIL_BYTES ((gsize)15 * 1000)

#define INK_WIRE_FULL (1u << 0)
#define INK_WIRE_REGION (1u << 1) /* the square is of the region */
#define INK_WIRE_CROP (1u << 2)   /* the pixels are, and nothing else is decoded */

typedef struct {
  guint32 magic;
  guint32 job;     /* comes back in the reply */
  guint32 seconds; /* after so long the helper ends by itself, should its parent be gone */
  guint32 square;  /* as InkDecodeRequest has them */
  guint32 thumbnail;
  guint32 pixels;
  guint32 flags; /* INK_WIRE_FULL, … */
  guint32 view;  /* ClipView: which tiles of the square's size are made */
  double region[4];
} InkWireRequest;

/* Why a picture can't be had; 0 where it can. */
typedef enum {
  INK_WIRE_OK,
  INK_WIRE_UNSUPPORTED,
  INK_WIRE_DAMAGED,
  INK_WIRE_EMPTY,
  INK_WIRE_TOO_LARGE,
  INK_WIRE_FAILED,
} InkWireStatus;

typedef struct {
  guint32 magic;
  guint32 formats;   /* bit n: format n of format.h is read */
  char sandbox[248]; /* how the helper is confined, for people */
} InkWireHello;

/* What a camera wrote into its photo, as far as it is plausible. Texts end in NUL and are empty,
 * and numbers 0, where it said nothing. */
typedef struct {
  char make[64], model[64], lens[96];
  double exposure;                      /* seconds */
  double aperture;                      /* f-number */
  double focal_length, focal_length_35; /* mm; of the lens, and as if on 35 mm film */
  double latitude, longitude;           /* degrees, north and east positive */
  double altitude;                      /* m */
  guint32 iso;
  guint32 has; /* INK_WIRE_PLACE, INK_WIRE_ALTITUDE */
} InkWireCamera;

/* No camera exposes, magnifies or is as high as this. */
#define INK_WIRE_MAX_SETTING 100000.0
#define INK_WIRE_MAX_ALTITUDE 100000.0

#define INK_WIRE_PLACE (1u << 0)    /* latitude and longitude are known */
#define INK_WIRE_ALTITUDE (1u << 1) /* altitude is */

typedef struct {
  guint32 magic;
  guint32 job;
  guint32 status;
  guint32 format;
  guint32 width, height;
  guint32 orientation;
  guint32 colour;
  guint64 phash;
  guint8 content_key[16];
  guint32 thumbnail_size;
  guint32 pixels_width, pixels_height;
  guint32 tiles, tile_width, tile_height;
  guint32 reserved;
  char taken[32];   /* empty where unknown; ends in NUL */
  char detail[124]; /* what the decoding library said; ends in NUL */
  InkWireCamera camera;
} InkWireReply;

G_STATIC_ASSERT (sizeof (InkWireRequest) == 64);
G_STATIC_ASSERT (sizeof (InkWireHello) == 256);
G_STATIC_ASSERT (sizeof (InkWireCamera) == 288);
G_STATIC_ASSERT (sizeof (InkWireReply) == 528);

/* Where each result lies in the memory file, and how much room it has. */
typedef struct {
  gsize square, square_size;
  gsize thumbnail, thumbnail_size;
  gsize pixels, pixels_size;
  gsize size;
} InkWireLayout;

/**
 * ink_wire_layout:
 * @layout: (out): filled in where the request is in range
 *
 * Returns: %FALSE where @request asks for more than the limits above, or its region is none
 */
static inline gboolean
ink_wire_layout (const InkWireRequest *request, InkWireLayout *layout)
{
  if (request->square > INK_WIRE_MAX_SQUARE || request->thumbnail > INK_WIRE_MAX_THUMBNAIL ||
      request->pixels > INK_WIRE_MAX_PIXELS || request->view > CLIP_VIEW_SQUARES)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (request->region); i++)
    if (!(request->region[i] >= 0 && request->region[i] <= 1))
      return FALSE;

  gsize thumbnail_area = (gsize)request->thumbnail * request->thumbnail;
  layout->square = 0;
  layout->square_size =
      request->square ? clip_tiling_get_room ((ClipView)request->view, request->square) : 0;
  layout->thumbnail = layout->square_size;
  layout->thumbnail_size =
      thumbnail_area == 0 ? 0
                          : MAX (INK_WIRE_THUMBNAIL_BYTES,
                                 INK_WIRE_THUMBNAIL_BYTES * thumbnail_area / ((gsize)256 * 256));
  layout->pixels = layout->thumbnail + layout->thumbnail_size;
  layout->pixels_size = (gsize)3 * request->pixels * request->pixels;
  layout->size = MAX (layout->pixels + layout->pixels_size, 1);
  return TRUE;
}

G_END_DECLS
