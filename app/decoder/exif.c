/* exif.c: walks the two image file directories of an EXIF block that hold orientation and dates
 * (EXIF 2.32, sections 4.6.2 to 4.6.5; TIFF 6.0, section 2). */
#include "decoder/exif.h"

#include <string.h>

enum {
  TAG_ORIENTATION = 0x0112,
  TAG_DATE_TIME = 0x0132,
  TAG_EXIF_DIRECTORY = 0x8769,
  TAG_DATE_TIME_ORIGINAL = 0x9003,
  TAG_DATE_TIME_DIGITIZED = 0x9004,
  TAG_OFFSET_TIME = 0x9010,
  TAG_OFFSET_TIME_ORIGINAL = 0x9011,
  TAG_OFFSET_TIME_DIGITIZED = 0x9012,
};

enum { TYPE_ASCII = 2, TYPE_SHORT = 3, TYPE_LONG = 4 };

typedef struct {
  const guint8 *bytes;
  gsize size;
  gboolean big_endian;
} Block;

/* The dates as they stand in the file, each with its offset from UTC; empty where not given. */
typedef struct {
  char original[20], original_offset[8];
  char digitized[20], digitized_offset[8];
  char changed[20], changed_offset[8];
} Dates;

static guint
read_16 (const Block *block, gsize at)
{
  const guint8 *b = block->bytes + at;
  return block->big_endian ? (guint)b[0] << 8 | b[1] : (guint)b[1] << 8 | b[0];
}

static guint32
read_32 (const Block *block, gsize at)
{
  return block->big_endian ? read_16 (block, at) << 16 | read_16 (block, at + 2)
                           : read_16 (block, at + 2) << 16 | read_16 (block, at);
}

/* Copies the text of the entry at @entry, as far as it fits into @size with its NUL. */
static void
copy_text (const Block *block, gsize entry, char *text, gsize size)
{
  gsize count = read_32 (block, entry + 4);
  gsize at = count <= 4 ? entry + 8 : read_32 (block, entry + 8);

  if (read_16 (block, entry + 2) != TYPE_ASCII || at > block->size || count > block->size - at)
    return;
  gsize length = MIN (count, size - 1);
  memcpy (text, block->bytes + at, length);
  text[length] = '\0';
}

/* Returns: where the EXIF directory is, if this directory tells it, else 0 */
static gsize
read_directory (const Block *block, gsize at, InkExif *exif, Dates *dates)
{
  gsize sub_directory = 0;

  if (at > block->size || block->size - at < 2)
    return 0;
  gsize n = MIN (read_16 (block, at), (block->size - at - 2) / 12);
  for (gsize i = 0; i < n; i++) {
    gsize entry = at + 2 + 12 * i;
    guint type = read_16 (block, entry + 2);
    switch (read_16 (block, entry)) {
    case TAG_ORIENTATION:
      if (type == TYPE_SHORT && exif->orientation == 0)
        exif->orientation = read_16 (block, entry + 8);
      break;
    case TAG_EXIF_DIRECTORY:
      if (type == TYPE_LONG)
        sub_directory = read_32 (block, entry + 8);
      break;
    case TAG_DATE_TIME:
      copy_text (block, entry, dates->changed, sizeof dates->changed);
      break;
    case TAG_OFFSET_TIME:
      copy_text (block, entry, dates->changed_offset, sizeof dates->changed_offset);
      break;
    case TAG_DATE_TIME_ORIGINAL:
      copy_text (block, entry, dates->original, sizeof dates->original);
      break;
    case TAG_OFFSET_TIME_ORIGINAL:
      copy_text (block, entry, dates->original_offset, sizeof dates->original_offset);
      break;
    case TAG_DATE_TIME_DIGITIZED:
      copy_text (block, entry, dates->digitized, sizeof dates->digitized);
      break;
    case TAG_OFFSET_TIME_DIGITIZED:
      copy_text (block, entry, dates->digitized_offset, sizeof dates->digitized_offset);
      break;
    default:
      break;
    }
  }
  return sub_directory;
}

/* Whether @text has the form of @pattern, in which '0' stands for any digit and '+' for a sign. */
static gboolean
has_form (const char *text, const char *pattern)
{
  gsize i = 0;
  for (; pattern[i] != '\0'; i++) {
    gboolean fits = pattern[i] == '0'   ? g_ascii_isdigit (text[i])
                    : pattern[i] == '+' ? text[i] == '+' || text[i] == '-'
                                        : text[i] == pattern[i];
    if (!fits)
      return FALSE;
  }
  return text[i] == '\0';
}

static int
two_digits (const char *text)
{
  return 10 * (text[0] - '0') + (text[1] - '0');
}

/* Writes an EXIF date ("2024:05:01 10:20:30") with its offset to @taken, if it is a real one:
 * cameras without a set clock write blanks or zeros. */
static gboolean
write_date (const char *date, const char *offset, char *taken)
{
  if (!has_form (date, "0000:00:00 00:00:00"))
    return FALSE;
  int year = 100 * two_digits (date) + two_digits (date + 2);
  if (year == 0 || two_digits (date + 11) > 23 || two_digits (date + 14) > 59 ||
      two_digits (date + 17) > 59 ||
      !g_date_valid_dmy ((GDateDay)two_digits (date + 8), (GDateMonth)two_digits (date + 5),
                         (GDateYear)year))
    return FALSE;
  if (!has_form (offset, "+00:00") || two_digits (offset + 1) > 14 || two_digits (offset + 4) > 59)
    offset = "";
  g_snprintf (taken, INK_TAKEN_SIZE, "%.4s-%.2s-%.2sT%.8s%s", date, date + 5, date + 8, date + 11,
              offset);
  return TRUE;
}

void
ink_exif_parse (const guint8 *block, gsize size, InkExif *exif)
{
  static const char prefix[6] = "Exif\0";
  Dates dates = {0};

  *exif = (InkExif){0};
  if (size >= sizeof prefix && memcmp (block, prefix, sizeof prefix) == 0) {
    block += sizeof prefix;
    size -= sizeof prefix;
  }
  if (size < 8 || (memcmp (block, "II", 2) != 0 && memcmp (block, "MM", 2) != 0))
    return;

  Block tiff = {block, size, block[0] == 'M'};
  gsize exif_directory = read_directory (&tiff, read_32 (&tiff, 4), exif, &dates);
  if (exif_directory != 0)
    read_directory (&tiff, exif_directory, exif, &dates);
  if (exif->orientation > 8)
    exif->orientation = 0;

  if (!write_date (dates.original, dates.original_offset, exif->taken) &&
      !write_date (dates.digitized, dates.digitized_offset, exif->taken))
    write_date (dates.changed, dates.changed_offset, exif->taken);
}
