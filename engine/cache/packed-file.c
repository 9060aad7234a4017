/* packed-file.c: the packed weights of one tower in a file (packed-file.h). */
#include "cache/packed-file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cache/checksum.h"
#include "cache/replace.h"
#include "clip.h"
#include "compute/panels.h"

#define MAGIC "CLIPpack"
#define BLOCK CLIP_CHECKSUM_BLOCK

/* As they lie in the file: without padding, and zero where nothing is said. */
typedef struct {
  char magic[8];
  guint32 version, panels_version;
  char model[64];
  char tower[16];
  guint64 n, file_size;
  guint64 unused[2];
} Header;

typedef struct {
  guint64 in, out, precision;
  guint64 offset, size;
  guint64 unused[3];
} Entry;

typedef struct {
  ClipChecksum sum;
  guint64 unused[6];
} SumBlock;

G_STATIC_ASSERT (sizeof (Header) == 2 * BLOCK);
G_STATIC_ASSERT (sizeof (Entry) == BLOCK);
G_STATIC_ASSERT (sizeof (SumBlock) == BLOCK);
G_STATIC_ASSERT (CLIP_PANELS_ALIGNMENT <= BLOCK && CLIP_PANEL_STEP % BLOCK == 0);

/* The index, the checksum of index and sections' checksums, and those. */
typedef struct {
  gsize n, size; /* bytes of all */
  Header *header;
  Entry *entries;
  SumBlock *sum;
  SumBlock *sums;
} Front;

static void
front_lay_out (Front *front, gpointer memory, gsize n)
{
  front->n = n;
  front->header = memory;
  front->entries = (Entry *)(front->header + 1);
  front->sum = (SumBlock *)(front->entries + n);
  front->sums = front->sum + 1;
  front->size = (gsize)((guint8 *)(front->sums + n) - (guint8 *)memory);
}

/* The bytes before the checksum depend on @contents alone. A layer's size was computed when it was
 * loaded, so that their sum does not overflow; that of one which is too large to be packed is 0. */
static void
front_init (Front *front, const ClipPackedContents *contents)
{
  gsize n = contents->n;
  front_lay_out (front, g_malloc0 (sizeof (Header) + BLOCK + 2 * n * BLOCK), n);
  gsize end = front->size;
  for (gsize i = 0; i < n; i++) {
    const ClipLinear *linear = contents->linears[i];
    Entry *entry = &front->entries[i];
    *entry = (Entry){linear->in, linear->out, linear->precision, .offset = end};
    if (!clip_panels_size (linear, &entry->size))
      entry->size = 0;
    end += entry->size;
  }
  Header *header = front->header;
  memcpy (header->magic, MAGIC, sizeof header->magic);
  header->version = CLIP_PACKED_VERSION;
  header->panels_version = CLIP_PANELS_VERSION;
  memcpy (header->model, contents->model, strnlen (contents->model, sizeof header->model));
  g_strlcpy (header->tower, contents->tower, sizeof header->tower);
  header->n = n;
  header->file_size = end;
}

static void
front_clear (Front *front)
{
  g_free (front->header);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Front, front_clear)

/* Of all that comes after the checksum's own block, and before it. */
static ClipChecksum
front_sum (const Front *front)
{
  ClipChecksum index =
      clip_checksum (front->header, (gsize)((guint8 *)front->sum - (guint8 *)front->header));
  ClipChecksum sums = clip_checksum (front->sums, front->n * BLOCK);
  return (ClipChecksum){index.low ^ sums.high, index.high + sums.low};
}

/* ---- Reading ----------------------------------------------------------------------------- */

static gboolean
refuse (const char *path, const char *what, GError **error)
{
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID, "%s: %s", path, what);
  return FALSE;
}

typedef struct {
  const Front *front;
  const guint8 *data;
  gint damaged; /* atomic */
} CheckLoop;

static void
check_section (gpointer data, gsize index, guint slot)
{
  CheckLoop *loop = data;
  const Entry *entry = &loop->front->entries[index];
  const SumBlock sum = {.sum = clip_checksum (loop->data + entry->offset, entry->size)};
  if (memcmp (&sum, &loop->front->sums[index], sizeof sum) != 0)
    g_atomic_int_set (&loop->damaged, TRUE);
}

/* The index has to be what would be written now: so nothing that it says has to be trusted. */
static gboolean
check (const char *path, const Front *expected, const guint8 *data, gsize size, ClipPool *pool,
       GError **error)
{
  const Header *header = (const Header *)data;
  if (size < sizeof *header || memcmp (header->magic, MAGIC, sizeof header->magic) != 0)
    return refuse (path, "not a file of packed weights", error);
  if (header->version != CLIP_PACKED_VERSION || header->panels_version != CLIP_PANELS_VERSION)
    return refuse (path, "written by another version of the program", error);
  if (memcmp (header->model, expected->header->model, sizeof header->model) != 0)
    return refuse (path, "of another model", error);
  if (size != expected->header->file_size)
    return refuse (path, "damaged: it has another size than it must have", error);

  Front front;
  front_lay_out (&front, (gpointer)data, expected->n);
  gsize index_size = (gsize)((const guint8 *)front.sum - data);
  if (memcmp (data, expected->header, index_size) != 0)
    return refuse (path, "of other layers than the model has", error);
  const SumBlock sum = {.sum = front_sum (&front)};
  if (memcmp (front.sum, &sum, sizeof sum) != 0)
    return refuse (path, "damaged: its index is not what was written", error);
  CheckLoop loop = {&front, data, FALSE};
  clip_pool_run (pool, front.n, check_section, &loop);
  return !loop.damaged || refuse (path, "damaged: its weights are not what was written", error);
}

ClipMapping *
clip_packed_file_open (const char *path, const ClipPackedContents *contents, ClipPool *pool,
                       GError **error)
{
  g_auto (Front) expected = {0};
  g_autoptr (ClipMapping) mapping = clip_mapping_open (path, error);
  gsize size;
  if (!mapping)
    return NULL;
  front_init (&expected, contents);
  const guint8 *data = clip_mapping_get_data (mapping, &size);
  if (!check (path, &expected, data, size, pool, error) || !clip_mapping_check (mapping, error))
    return NULL;
  for (gsize i = 0; i < contents->n; i++)
    clip_linear_set_panels (contents->linears[i], data + expected.entries[i].offset);
  return g_steal_pointer (&mapping);
}

/* ---- Writing ----------------------------------------------------------------------------- */

static gsize
largest_section (const Front *front)
{
  gsize largest = BLOCK;
  for (gsize i = 0; i < front->n; i++)
    largest = MAX (largest, front->entries[i].size);
  return largest;
}

/* One layer's panels are in memory at a time. */
static gboolean
write_contents (int file, Front *front, const ClipPackedContents *contents, ClipPool *pool)
{
  gpointer panels = aligned_alloc (CLIP_PANELS_ALIGNMENT, largest_section (front));
  gboolean done = panels != NULL;
  for (gsize i = 0; i < front->n && done; i++) {
    const Entry *entry = &front->entries[i];
    clip_panels_pack (pool, contents->linears[i], panels);
    front->sums[i].sum = clip_checksum (panels, entry->size);
    if (contents->packed)
      contents->packed (contents->data, contents->linears[i]);
    done = clip_replace_write (file, panels, entry->size, entry->offset);
  }
  int saved = errno;
  free (panels);
  errno = saved;
  front->sum->sum = front_sum (front);
  return done && clip_replace_write (file, front->header, front->size, 0);
}

gboolean
clip_packed_file_write (const char *path, const ClipPackedContents *contents, ClipPool *pool,
                        GError **error)
{
  g_auto (Front) front = {0};
  front_init (&front, contents);
  for (gsize i = 0; i < front.n; i++)
    if (front.entries[i].size == 0)
      return refuse (path, "the model's weights are too large for it", error);
  int file = clip_replace_begin (path, error);
  return file >= 0 &&
         clip_replace_end (path, file, write_contents (file, &front, contents, pool), error);
}
