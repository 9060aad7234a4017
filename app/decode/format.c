/* format.c: the picture formats that Inkling knows (format.h), and which file names promise one. */
#include "decode/format.h"

#include <string.h>

#include "decode/decoder.h"

static const char *const format_names[INK_N_FORMATS] = {
    [INK_FORMAT_JPEG] = "jpeg", [INK_FORMAT_PNG] = "png", [INK_FORMAT_WEBP] = "webp",
    [INK_FORMAT_TIFF] = "tiff", [INK_FORMAT_GIF] = "gif", [INK_FORMAT_HEIF] = "heif",
    [INK_FORMAT_AVIF] = "avif", [INK_FORMAT_JXL] = "jxl", [INK_FORMAT_RAW] = "raw",
};

static const char *const picture_extensions[] = {
    "jpg",
    "jpeg",
    "jpe",
    "jfif",
    "png",
    "webp",
    "tif",
    "tiff",
    "gif",
    "heic",
    "heif",
    "hif",
    "avif",
    "jxl",
    /* Camera RAW */
    "3fr",
    "arw",
    "cr2",
    "cr3",
    "crw",
    "dcr",
    "dng",
    "erf",
    "fff",
    "iiq",
    "k25",
    "kdc",
    "mef",
    "mos",
    "mrw",
    "nef",
    "nrw",
    "orf",
    "pef",
    "raf",
    "rw2",
    "rwl",
    "sr2",
    "srf",
    "srw",
    "x3f",
};

static const char *const video_extensions[] = {
    "3g2", "3gp",  "asf", "avi", "flv", "m2ts", "m4v",  "mkv", "mov",
    "mp4", "mpeg", "mpg", "mts", "ogv", "vob",  "webm", "wmv",
};

const char *
ink_format_get_name (guint format)
{
  return format < INK_N_FORMATS ? format_names[format] : NULL;
}

static gboolean
has_at (const guint8 *bytes, gsize size, gsize offset, const char *magic, gsize length)
{
  return size >= offset + length && memcmp (bytes + offset, magic, length) == 0;
}

/* HEIF, AVIF and Canon's CR3 are ISO base media files: their first box names the brands. */
static InkFormat
sniff_iso_media (const guint8 *bytes, gsize size)
{
  static const char *const heif_brands[] = {"heic", "heix", "heim", "heis",
                                            "hevc", "hevx", "mif1", "msf1"};
  gsize box =
      (gsize)bytes[0] << 24 | (gsize)bytes[1] << 16 | (gsize)bytes[2] << 8 | (gsize)bytes[3];
  InkFormat format = INK_FORMAT_UNKNOWN;

  /* The major brand, then (after the version) the compatible ones. AVIF files often have the
   * general brand "mif1" first, so a later "avif" outweighs it. */
  for (gsize at = 8; at + 4 <= MIN (box, size); at += at == 8 ? 8 : 4) {
    if (has_at (bytes, size, at, "crx ", 4))
      return INK_FORMAT_RAW;
    if (has_at (bytes, size, at, "avif", 4) || has_at (bytes, size, at, "avis", 4))
      return INK_FORMAT_AVIF;
    for (gsize i = 0; i < G_N_ELEMENTS (heif_brands); i++)
      if (has_at (bytes, size, at, heif_brands[i], 4))
        format = INK_FORMAT_HEIF;
  }
  return format;
}

InkFormat
ink_format_sniff (const guint8 *bytes, gsize size)
{
  static const struct {
    InkFormat format;
    gsize offset;
    const char *magic;
    gsize length;
  } magics[] = {
      {INK_FORMAT_JPEG, 0, "\xff\xd8\xff", 3},
      {INK_FORMAT_PNG, 0, "\x89PNG\r\n\x1a\n", 8},
      {INK_FORMAT_GIF, 0, "GIF87a", 6},
      {INK_FORMAT_GIF, 0, "GIF89a", 6},
      {INK_FORMAT_WEBP, 8, "WEBP", 4},
      {INK_FORMAT_JXL, 0, "\xff\x0a", 2},
      {INK_FORMAT_JXL, 0, "\0\0\0\x0cJXL \r\n\x87\n", 12},
      {INK_FORMAT_RAW, 8, "CR\x02", 3}, /* Canon CR2, before plain TIFF */
      {INK_FORMAT_TIFF, 0, "II*\0", 4},
      {INK_FORMAT_TIFF, 0, "MM\0*", 4},
      {INK_FORMAT_TIFF, 0, "II+\0", 4}, /* BigTIFF */
      {INK_FORMAT_TIFF, 0, "MM\0+", 4},
      {INK_FORMAT_RAW, 0, "FUJIFILMCCD-RAW", 15},
      {INK_FORMAT_RAW, 0, "IIU\0", 4}, /* Panasonic RW2 */
      {INK_FORMAT_RAW, 0, "IIRO", 4},  /* Olympus ORF */
      {INK_FORMAT_RAW, 0, "IIRS", 4},
      {INK_FORMAT_RAW, 0, "MMOR", 4},
      {INK_FORMAT_RAW, 0, "\0MRM", 4},    /* Minolta MRW */
      {INK_FORMAT_RAW, 6, "HEAPCCDR", 8}, /* Canon CRW */
      {INK_FORMAT_RAW, 0, "FOVb", 4},     /* Sigma X3F */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (magics); i++)
    if (has_at (bytes, size, magics[i].offset, magics[i].magic, magics[i].length))
      return magics[i].format;
  if (has_at (bytes, size, 4, "ftyp", 4))
    return sniff_iso_media (bytes, size);
  return INK_FORMAT_UNKNOWN;
}

static gboolean
is_listed (const char *extension, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (g_ascii_strcasecmp (extension, list[i]) == 0)
      return TRUE;
  return FALSE;
}

InkNameKind
ink_decoder_classify_name (const char *name)
{
  const char *dot = strrchr (name, '.');
  if (dot == NULL)
    return INK_NAME_OTHER;
  if (is_listed (dot + 1, picture_extensions, G_N_ELEMENTS (picture_extensions)))
    return INK_NAME_PICTURE;
  if (is_listed (dot + 1, video_extensions, G_N_ELEMENTS (video_extensions)))
    return INK_NAME_VIDEO;
  return INK_NAME_OTHER;
}
