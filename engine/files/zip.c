/* zip.c: finds the records of a zip archive (zip.h).
 *
 * An archive ends with its central directory: an entry for each record, then a fixed-size end that
 * says where the directory is. Numbers too large for their field are all ones there, and their
 * true values stand in an extra field of the entry, or in a ZIP64 end before the ordinary one.
 */
#include "files/zip.h"
#include "clip.h"
#include "files/bytes.h"

#include <stdlib.h>

enum {
  LOCAL_HEADER = 30, /* sizes of the fixed parts */
  ENTRY = 46,
  END = 22,
  END64 = 56,
  LOCATOR64 = 20,
  MAX_COMMENT = 0xffff,
};

struct _ClipZip {
  ClipZipRecord *records;
  gsize n;
  char *names;
};

typedef struct {
  const guint8 *data;
  gsize size;
  const char *file;
  gsize at, end; /* of the central directory */
  guint64 entries;
} Archive;

/* Numbers of one entry. */
typedef struct {
  guint64 size, packed_size, header_at;
  gsize name_length, extra_length, comment_length;
  gboolean stored; /* as it is */
} Entry;

static gboolean
fail (const Archive *archive, const char *what, GError **error)
{
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID, "%s: %s", archive->file, what);
  return FALSE;
}

static gboolean
fail_record (const Archive *archive, const char *name, const char *what, GError **error)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID, "%s: record “%s”: %s", archive->file, valid,
               what);
  return FALSE;
}

static gboolean
has_signature (const guint8 *at, guint8 kind, guint8 number)
{
  return at[0] == 'P' && at[1] == 'K' && at[2] == kind && at[3] == number;
}

/* ---- The end ----------------------------------------------------------------------------- */

/* Where the end record starts: the last place that looks like one and whose comment fits. */
static gboolean
find_end (const Archive *archive, gsize *at)
{
  gsize size = archive->size;
  for (gsize back = END; back <= size && back <= END + MAX_COMMENT; back++) {
    const guint8 *p = archive->data + (size - back);
    if (has_signature (p, 5, 6) && clip_read_u16 (p + 20) == back - END) {
      *at = size - back;
      return TRUE;
    }
  }
  return FALSE;
}

/* Replaces what the ordinary end at @end says by the ZIP64 end's values, where there is one. */
static gboolean
read_end64 (Archive *archive, gsize end, guint64 *directory_size, guint64 *directory_at,
            GError **error)
{
  const guint8 *data = archive->data;
  if (end < LOCATOR64 || !has_signature (data + (end - LOCATOR64), 6, 7))
    return TRUE;
  guint64 at = clip_read_u64 (data + (end - LOCATOR64) + 8);
  if (at > end - LOCATOR64 || end - LOCATOR64 - at < END64 || !has_signature (data + at, 6, 6))
    return fail (archive, "the ZIP64 end of the archive is not where it should be", error);
  const guint8 *p = data + at;
  archive->entries = clip_read_u64 (p + 32);
  *directory_size = clip_read_u64 (p + 40);
  *directory_at = clip_read_u64 (p + 48);
  return TRUE;
}

static gboolean
find_directory (Archive *archive, GError **error)
{
  gsize end;
  if (!find_end (archive, &end))
    return fail (archive, "the end of the zip archive is missing", error);
  const guint8 *p = archive->data + end;
  archive->entries = clip_read_u16 (p + 10);
  guint64 size = clip_read_u32 (p + 12), at = clip_read_u32 (p + 16);
  if (!read_end64 (archive, end, &size, &at, error))
    return FALSE;
  if (at > end || size > end - at || archive->entries > size / ENTRY)
    return fail (archive, "the directory of the zip archive is outside the file", error);
  archive->at = at;
  archive->end = at + size;
  return TRUE;
}

/* ---- One record -------------------------------------------------------------------------- */

/* Takes the numbers that did not fit into the entry from its ZIP64 extra field. */
static gboolean
read_extra (const guint8 *extra, gsize length, Entry *entry)
{
  guint64 *const numbers[] = {&entry->size, &entry->packed_size, &entry->header_at};
  while (length >= 4) {
    gsize size = clip_read_u16 (extra + 2);
    if (size > length - 4)
      return FALSE;
    if (clip_read_u16 (extra) == 1) {
      const guint8 *p = extra + 4;
      for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++) {
        if (*numbers[i] != G_MAXUINT32)
          continue;
        if (size < 8)
          return FALSE;
        *numbers[i] = clip_read_u64 (p);
        p += 8;
        size -= 8;
      }
      return TRUE;
    }
    extra += 4 + size;
    length -= 4 + size;
  }
  return TRUE;
}

/* Reads the entry at archive->at and moves on to the next. @name: copied here, with a NUL. */
static gboolean
read_entry (Archive *archive, Entry *entry, char *name, GError **error)
{
  const guint8 *p = archive->data + archive->at;
  gsize left = archive->end - archive->at;
  if (left < ENTRY || !has_signature (p, 1, 2))
    return fail (archive, "the directory of the zip archive is damaged", error);
  gboolean encrypted = (clip_read_u16 (p + 8) & 1) != 0;
  entry->stored = !encrypted && clip_read_u16 (p + 10) == 0;
  entry->packed_size = clip_read_u32 (p + 20);
  entry->size = clip_read_u32 (p + 24);
  entry->name_length = clip_read_u16 (p + 28);
  entry->extra_length = clip_read_u16 (p + 30);
  entry->comment_length = clip_read_u16 (p + 32);
  entry->header_at = clip_read_u32 (p + 42);
  gsize total = ENTRY + entry->name_length + entry->extra_length + entry->comment_length;
  if (total > left || !read_extra (p + ENTRY + entry->name_length, entry->extra_length, entry))
    return fail (archive, "the directory of the zip archive is damaged", error);
  memcpy (name, p + ENTRY, entry->name_length);
  name[entry->name_length] = '\0';
  archive->at += total;
  if (strlen (name) != entry->name_length)
    return fail_record (archive, name, "its name has NUL in it", error);
  return TRUE;
}

/* Follows the entry to the record's contents: the lengths in the local header are its own. */
static gboolean
locate (const Archive *archive, const Entry *entry, ClipZipRecord *record, GError **error)
{
  gsize limit = archive->size;
  if (!entry->stored)
    return TRUE;
  if (entry->packed_size != entry->size || entry->header_at > limit ||
      limit - entry->header_at < LOCAL_HEADER)
    return fail_record (archive, record->name, "its place is impossible", error);
  const guint8 *header = archive->data + entry->header_at;
  if (!has_signature (header, 3, 4))
    return fail_record (archive, record->name, "it has no local header", error);
  gsize skip = (gsize)LOCAL_HEADER + clip_read_u16 (header + 26) + clip_read_u16 (header + 28);
  gsize left = limit - entry->header_at;
  if (skip > left || entry->size > left - skip)
    return fail_record (archive, record->name, "it reaches beyond the file", error);
  record->data = header + skip;
  record->size = entry->size;
  return TRUE;
}

/* ---- The whole --------------------------------------------------------------------------- */

static int
compare_names (const void *a, const void *b)
{
  return strcmp (((const ClipZipRecord *)a)->name, ((const ClipZipRecord *)b)->name);
}

static gboolean
read_records (Archive *archive, ClipZip *zip, GError **error)
{
  char *name = zip->names;
  for (; zip->n < archive->entries; zip->n++) {
    ClipZipRecord *record = &zip->records[zip->n];
    Entry entry;
    record->name = name;
    if (!read_entry (archive, &entry, name, error) || !locate (archive, &entry, record, error))
      return FALSE;
    name += entry.name_length + 1;
  }
  qsort (zip->records, zip->n, sizeof *zip->records, compare_names);
  for (gsize i = 1; i < zip->n; i++)
    if (compare_names (&zip->records[i - 1], &zip->records[i]) == 0)
      return fail_record (archive, zip->records[i].name, "it is there twice", error);
  return TRUE;
}

ClipZip *
clip_zip_parse (const guint8 *data, gsize size, const char *file, GError **error)
{
  Archive archive = {.data = data, .size = size, .file = file};
  if (!find_directory (&archive, error))
    return NULL;
  g_autoptr (ClipZip) zip = g_new0 (ClipZip, 1);
  zip->records = g_try_new0 (ClipZipRecord, archive.entries + 1);
  zip->names = g_try_malloc (archive.end - archive.at + 1); /* an entry is longer than its name */
  if (zip->records == NULL || zip->names == NULL) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY, "%s: not enough memory", file);
    return NULL;
  }
  return read_records (&archive, zip, error) ? g_steal_pointer (&zip) : NULL;
}

void
clip_zip_free (ClipZip *zip)
{
  if (zip == NULL)
    return;
  g_free (zip->records);
  g_free (zip->names);
  g_free (zip);
}

const ClipZipRecord *
clip_zip_get_records (const ClipZip *zip, gsize *n)
{
  *n = zip->n;
  return zip->records;
}

const ClipZipRecord *
clip_zip_find (const ClipZip *zip, const char *name)
{
  ClipZipRecord key = {.name = name};
  return bsearch (&key, zip->records, zip->n, sizeof key, compare_names);
}
