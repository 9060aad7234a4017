/* exif.c: walks the three image file directories of an EXIF block that hold orientation, dates, the
 * camera's settings and the place (EXIF 2.32, sections 4.6.2 to 4.6.6; TIFF 6.0, section 2). */
#include "decoder/exif.h"

#include <math.h>
#include <string.h>

enum {
  TAG_MAKE = 0x010f,
  TAG_MODEL = 0x0110,
  TAG_ORIENTATION = 0x0112,
  TAG_DATE_TIME = 0x0132,
  TAG_EXPOSURE_TIME = 0x829a,
  TAG_F_NUMBER = 0x829d,
  TAG_EXIF_DIRECTORY = 0x8769,
  TAG_GPS_DIRECTORY = 0x8825,
  TAG_SENSITIVITY = 0x8827,
  TAG_DATE_TIME_ORIGINAL = 0x9003,
  TAG_DATE_TIME_DIGITIZED = 0x9004,
  TAG_OFFSET_TIME = 0x9010,
  TAG_OFFSET_TIME_ORIGINAL = 0x9011,
  TAG_OFFSET_TIME_DIGITIZED = 0x9012,
  TAG_FOCAL_LENGTH = 0x920a,
  TAG_FOCAL_LENGTH_35 = 0xa405,
  TAG_LENS_MODEL = 0xa434,
};

/* Of the GPS directory. */
enum {
  GPS_LATITUDE_REF = 1,
  GPS_LATITUDE = 2,
  GPS_LONGITUDE_REF = 3,
  GPS_LONGITUDE = 4,
  GPS_ALTITUDE_REF = 5,
  GPS_ALTITUDE = 6,
};

enum { TYPE_ASCII = 2, TYPE_SHORT = 3, TYPE_LONG = 4, TYPE_RATIONAL = 5 };

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

/* The entry's number @index, whole or fractional. Returns: NAN where it has none */
static double
read_number (const Block *block, gsize entry, guint index)
{
  guint type = read_16 (block, entry + 2);
  gsize count = read_32 (block, entry + 4);

  if (index >= count)
    return NAN;
  if (index == 0 && count == 1 && type == TYPE_SHORT)
    return read_16 (block, entry + 8);
  if (index == 0 && count == 1 && type == TYPE_LONG)
    return read_32 (block, entry + 8);
  if (type != TYPE_RATIONAL)
    return NAN;
  gsize at = read_32 (block, entry + 8);
  if (at > block->size || (block->size - at) / 8 <= index)
    return NAN;
  at += 8 * (gsize)index;
  guint32 denominator = read_32 (block, at + 4);
  return denominator != 0 ? (double)read_32 (block, at) / denominator : NAN;
}

/* A number that a camera may have meant: cameras write zeros and infinities for what they don't
 * know. */
static double
read_setting (const Block *block, gsize entry, double most)
{
  double number = read_number (block, entry, 0);

  return number > 0 && number <= most ? number : 0;
}

/* Degrees, minutes and seconds. */
static double
read_angle (const Block *block, gsize entry)
{
  return read_number (block, entry, 0) + read_number (block, entry, 1) / 60 +
         read_number (block, entry, 2) / 3600;
}

/* The one letter or byte of an entry that says which way a number counts. */
static guint8
read_direction (const Block *block, gsize entry)
{
  return read_32 (block, entry + 4) <= 4 ? block->bytes[entry + 8] : 0;
}

/* The entries of the directory at @at, as far as they are in the block. */
static gsize
count_entries (const Block *block, gsize at)
{
  if (at > block->size || block->size - at < 2)
    return 0;
  return MIN (read_16 (block, at), (block->size - at - 2) / 12);
}

static void
read_place (const Block *block, gsize at, InkWireCamera *camera)
{
  double latitude = NAN, longitude = NAN, altitude = NAN;
  guint8 north = 0, east = 0, below = 0;

  for (gsize i = 0; i < count_entries (block, at); i++) {
    gsize entry = at + 2 + 12 * i;
    switch (read_16 (block, entry)) {
    case GPS_LATITUDE_REF:
      north = read_direction (block, entry);
      break;
    case GPS_LATITUDE:
      latitude = read_angle (block, entry);
      break;
    case GPS_LONGITUDE_REF:
      east = read_direction (block, entry);
      break;
    case GPS_LONGITUDE:
      longitude = read_angle (block, entry);
      break;
    case GPS_ALTITUDE_REF:
      below = read_direction (block, entry);
      break;
    case GPS_ALTITUDE:
      altitude = read_number (block, entry, 0);
      break;
    default:
      break;
    }
  }
  if ((north == 'N' || north == 'S') && (east == 'E' || east == 'W') && latitude <= 90 &&
      longitude <= 180) {
    camera->has |= INK_WIRE_PLACE;
    camera->latitude = north == 'S' ? -latitude : latitude;
    camera->longitude = east == 'W' ? -longitude : longitude;
  }
  if (altitude <= INK_WIRE_MAX_ALTITUDE) {
    camera->has |= INK_WIRE_ALTITUDE;
    camera->altitude = below == 1 ? -altitude : altitude;
  }
}

static void
read_camera (const Block *block, gsize entry, InkWireCamera *camera)
{
  switch (read_16 (block, entry)) {
  case TAG_MAKE:
    copy_text (block, entry, camera->make, sizeof camera->make);
    break;
  case TAG_MODEL:
    copy_text (block, entry, camera->model, sizeof camera->model);
    break;
  case TAG_LENS_MODEL:
    copy_text (block, entry, camera->lens, sizeof camera->lens);
    break;
  case TAG_EXPOSURE_TIME:
    camera->exposure = read_setting (block, entry, INK_WIRE_MAX_SETTING);
    break;
  case TAG_F_NUMBER:
    camera->aperture = read_setting (block, entry, INK_WIRE_MAX_SETTING);
    break;
  case TAG_SENSITIVITY:
    camera->iso = (guint32)read_setting (block, entry, G_MAXINT32);
    break;
  case TAG_FOCAL_LENGTH:
    camera->focal_length = read_setting (block, entry, INK_WIRE_MAX_SETTING);
    break;
  case TAG_FOCAL_LENGTH_35:
    camera->focal_length_35 = read_setting (block, entry, INK_WIRE_MAX_SETTING);
    break;
  case TAG_GPS_DIRECTORY:
    if (read_16 (block, entry + 2) == TYPE_LONG)
      read_place (block, read_32 (block, entry + 8), camera);
    break;
  default:
    break;
  }
}

/* Returns: where the EXIF directory is, if this directory tells it, else 0 */
static gsize
read_directory (const Block *block, gsize at, InkExif *exif, Dates *dates)
{
  gsize sub_directory = 0;

  for (gsize i = 0; i < count_entries (block, at); i++) {
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
      read_camera (block, entry, &exif->camera);
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
