/* decoder.h: pictures out of files, through helper processes that alone touch the bytes.
 *
 * Files are hostile. The program opens the file, a helper (inkling-decoder) gets the descriptor,
 * decodes it once and answers with everything that is wanted of it. A crash, a hang or a bomb
 * costs that one picture.
 */
#pragma once

#include <gio/gio.h>

#include "clip.h"
#include "decode/camera.h"

G_BEGIN_DECLS

/* What to make of a picture. Zero means: not wanted. */
typedef struct {
  guint square;        /* side of the model's square */
  ClipView view;       /* which tiles are made for it: its centre, if nothing is said */
  guint thumbnail;     /* longest side of an encoded thumbnail (JPEG) */
  guint pixels;        /* longest side of plain RGB pixels, for showing; never enlarged */
  gboolean full;       /* decode at full size: no shrink-on-load */
  gboolean no_links;   /* refuse a symbolic link: what a scan found was none */
  gboolean has_region; /* use only this part (fractions, after orientation) for the square */
  gboolean crop;       /* and for the pixels, which is then all that may be asked for */
  double region[4];    /* x, y, width, height */
  gboolean urgent;     /* someone looks on: it is not kept waiting for others' helpers */
} InkDecodeRequest;

/* Everything that one decode tells of a picture. */
typedef struct {
  guint width, height;    /* after orientation */
  guint orientation;      /* EXIF, 1 to 8 */
  char *type;             /* "jpeg", "png", "webp", "tiff", "gif", "heif", "avif", "jxl", "raw" */
  char *taken;            /* nullable: YYYY-MM-DDTHH:MM:SS[±HH:MM], from EXIF */
  InkCamera camera;       /* from EXIF too */
  guint32 colour;         /* mean colour, 0xRRGGBB */
  guint64 phash;          /* perceptual hash (64-bit DCT hash of the luminance) */
  guint8 content_key[16]; /* XXH3-128 as design: of the bytes, or of three windows and the size */
  GBytes *tiles; /* nullable: n_tiles × tile_height × tile_width × 3, as the view has them */
  guint n_tiles, tile_width, tile_height;
  GBytes *thumbnail; /* nullable */
  GBytes *pixels;    /* nullable: pixels_width × pixels_height × 3, dense */
  guint pixels_width, pixels_height;
} InkDecoded;

/* Points @tiles, which has room for CLIP_TILES_MAX, at the tiles. Returns: how many there are */
guint ink_decoded_list_tiles (const InkDecoded *decoded, ClipPicture *tiles);

void ink_decoded_free (InkDecoded *decoded);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkDecoded, ink_decoded_free)

#define INK_TYPE_DECODER (ink_decoder_get_type ())
G_DECLARE_FINAL_TYPE (InkDecoder, ink_decoder, INK, DECODER, GObject)

/* A pool of at most @helpers helper processes, started when needed; 0 for one a processor. Urgent
 * requests get a few more where all are busy. */
InkDecoder *ink_decoder_new (guint helpers);

/* How long a helper may take for a picture before it is ended, 30,000 ms if nothing is said; large
 * files get more, to be read from a slow disk. */
void ink_decoder_set_time_limit (InkDecoder *decoder, guint milliseconds);

/* Blocking; any thread, and as many at once as there are helpers make progress at the same time.
 * Symbolic links are followed where the request does not say otherwise.
 *
 * INK_ERROR_* tells why a picture can't be had, G_IO_ERROR_CANCELLED that @cancellable ended it;
 * the message is the reason alone, for people, without the file's name. Where @request wants no
 * more than facts, they still cost a decode. */
InkDecoded *
ink_decoder_decode_file (InkDecoder *decoder, const char *path, const InkDecodeRequest *request,
                         GCancellable *cancellable, GError **error);
InkDecoded *
ink_decoder_decode_bytes (InkDecoder *decoder, GBytes *bytes, const InkDecodeRequest *request,
                          GCancellable *cancellable, GError **error);

/* The formats that the helper of this build reads, as names of InkDecoded.type.
 * Returns: (transfer full): NULL with an error where no helper can be started */
GStrv ink_decoder_get_formats (InkDecoder *decoder, GError **error);

/* How helpers are confined, in words, for "status".
 * Returns: (transfer full): NULL with an error where no helper can be started */
char *ink_decoder_get_sandbox (InkDecoder *decoder, GError **error);

/* Whether a file of this name is worth handing to the helper (by extension, for scanning):
 * 0 no, 1 a picture, 2 a video (listed as unsupported). */
typedef enum { INK_NAME_OTHER, INK_NAME_PICTURE, INK_NAME_VIDEO } InkNameKind;
InkNameKind ink_decoder_classify_name (const char *name);

G_END_DECLS
