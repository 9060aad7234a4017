/* power-cut.c: remembers what is on the disk for sure, and what has been written since. */
#include "power-cut.h"

#include <string.h>

#include <glib/gstdio.h>

#include "fault-vfs.h"
#include "support/folder.h"

/* What a disk writes whole. */
#define SECTOR 512

typedef enum { WRITE, TRUNCATE, REMOVE } OperationKind;

/* One that may be lost. */
typedef struct {
  OperationKind kind;
  goffset offset; /* of TRUNCATE: the size */
  GBytes *bytes;  /* of WRITE */
} Operation;

typedef struct {
  gboolean exists;     /* for sure … */
  GByteArray *content; /* … and with this in it */
  GPtrArray *pending;  /* Operation */
} File;

typedef enum { NOTHING, ALL, TORN, SHUFFLED } Loss;

static struct {
  char *library;
  GHashTable *files; /* name in the library → File */
  guint variants;
  PowerCutFunc func;
  gpointer data;
  GRand *rand;
  guint remains;
  gboolean looking; /* what @func does is its own matter */
} state;

static void
operation_free (gpointer data)
{
  Operation *operation = data;

  g_clear_pointer (&operation->bytes, g_bytes_unref);
  g_free (operation);
}

static void
file_free (gpointer data)
{
  File *file = data;

  g_byte_array_unref (file->content);
  g_ptr_array_unref (file->pending);
  g_free (file);
}

static void
apply (const Operation *operation, GByteArray *content, gboolean *exists)
{
  gsize size = 0;
  const guint8 *bytes = operation->bytes ? g_bytes_get_data (operation->bytes, &size) : NULL;
  gsize end = (gsize)operation->offset + size;
  gsize old = content->len;

  *exists = operation->kind != REMOVE;
  if (operation->kind != WRITE || end > old)
    g_byte_array_set_size (content, operation->kind == REMOVE ? 0 : (guint)end);
  if (content->len > old)
    memset (content->data + old, 0, content->len - old);
  if (size > 0)
    memcpy (content->data + operation->offset, bytes, size);
}

/* ---- What is left ------------------------------------------------------------------------- */

/* A part of a write: each of its sectors is there or not. */
static void
apply_torn (const Operation *operation, GByteArray *content, gboolean *exists)
{
  gsize size = 0;

  if (operation->kind == WRITE)
    g_bytes_get_data (operation->bytes, &size);
  for (gsize at = 0; at < size; at += SECTOR) {
    g_autoptr (GBytes) sector =
        g_bytes_new_from_bytes (operation->bytes, at, MIN (SECTOR, size - at));
    Operation part = {WRITE, operation->offset + (goffset)at, sector};

    if (g_rand_boolean (state.rand))
      apply (&part, content, exists);
  }
}

static void
apply_shuffled (const GPtrArray *pending, GByteArray *content, gboolean *exists)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  for (guint i = 0; i < pending->len; i++)
    if (g_rand_boolean (state.rand))
      g_ptr_array_insert (kept, g_rand_int_range (state.rand, 0, (gint32)kept->len + 1),
                          pending->pdata[i]);
  for (guint i = 0; i < kept->len; i++)
    apply (kept->pdata[i], content, exists);
}

static void
write_file (const File *file, const char *path, Loss loss)
{
  g_autoptr (GByteArray) content = g_byte_array_new ();
  gboolean exists = file->exists;
  guint n = loss == ALL ? file->pending->len : 0;

  g_byte_array_append (content, file->content->data, file->content->len);
  if (loss == SHUFFLED)
    apply_shuffled (file->pending, content, &exists);
  if (loss == TORN && file->pending->len > 0)
    n = (guint)g_rand_int_range (state.rand, 0, (gint32)file->pending->len);
  for (guint i = 0; i < n; i++)
    apply (file->pending->pdata[i], content, &exists);
  if (loss == TORN && n < file->pending->len)
    apply_torn (file->pending->pdata[n], content, &exists);
  /* That a new file has a name is not sure before its sync either. */
  if (exists && (file->exists || loss == ALL || g_rand_boolean (state.rand)))
    g_assert_true (g_file_set_contents_full (path, (char *)content->data, content->len,
                                             G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
look (Loss loss)
{
  static const char lock[] = "1 inkling host another-boot\n";
  g_autoptr (TestFolder) folder = test_folder_new ();
  GHashTableIter iter;
  gpointer name, file;

  g_hash_table_iter_init (&iter, state.files);
  while (g_hash_table_iter_next (&iter, &name, &file)) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    write_file (file, path, loss);
  }
  test_folder_write (folder, "library.lock", lock, strlen (lock));
  state.remains++;
  state.func (folder, state.data);
}

void
power_cut_now (void)
{
  state.looking = TRUE;
  for (guint i = 0; i < state.variants; i++)
    look (MIN (i, SHUFFLED));
  state.looking = FALSE;
}

/* ---- What happens ------------------------------------------------------------------------- */

/* Returns: (nullable): %NULL where it does not lie in the library */
static File *
get_file (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  char *bytes = NULL;
  gsize size;

  if (state.looking || strcmp (folder, state.library) != 0)
    return NULL;
  File *file = g_hash_table_lookup (state.files, name);
  if (file != NULL)
    return file;
  file = g_new0 (File, 1);
  file->pending = g_ptr_array_new_with_free_func (operation_free);
  file->exists = g_file_get_contents (path, &bytes, &size, NULL) && size > 0;
  file->content =
      file->exists ? g_byte_array_new_take ((guint8 *)bytes, size) : g_byte_array_new ();
  if (!file->exists)
    g_free (bytes);
  g_hash_table_insert (state.files, g_steal_pointer (&name), file);
  return file;
}

static void
add (const char *path, OperationKind kind, goffset offset, GBytes *bytes)
{
  File *file = get_file (path);
  Operation operation = {kind, offset, bytes};

  if (file != NULL)
    g_ptr_array_add (file->pending, g_memdup2 (&operation, sizeof operation));
  else
    g_clear_pointer (&bytes, g_bytes_unref);
}

static void
opened (const char *path)
{
  get_file (path);
}

static void
written (const char *path, const void *data, gsize size, goffset offset)
{
  add (path, WRITE, offset, g_bytes_new (data, size));
}

static void
truncated (const char *path, goffset size)
{
  add (path, TRUNCATE, size, NULL);
}

static void
settle (File *file)
{
  for (guint i = 0; i < file->pending->len; i++)
    apply (file->pending->pdata[i], file->content, &file->exists);
  g_ptr_array_set_size (file->pending, 0);
}

static void
syncing (const char *path)
{
  File *file = get_file (path);

  if (file == NULL)
    return;
  power_cut_now ();
  file->exists = TRUE;
  settle (file);
}

static void
removed (const char *path, gboolean synced)
{
  File *file = get_file (path);

  add (path, REMOVE, 0, NULL);
  if (file != NULL && synced)
    settle (file);
}

void
power_cut_begin (const char *library, guint variants, PowerCutFunc func, gpointer data)
{
  static const FaultVfsObserver observer = {opened, written, truncated, syncing, removed};

  g_assert_null (state.library);
  state.library = g_strdup (library);
  state.files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, file_free);
  state.variants = variants;
  state.func = func;
  state.data = data;
  state.rand = g_rand_new_with_seed (20260101);
  state.remains = 0;
  fault_vfs_observe (&observer);
}

guint
power_cut_end (void)
{
  fault_vfs_observe (NULL);
  g_clear_pointer (&state.library, g_free);
  g_clear_pointer (&state.files, g_hash_table_unref);
  g_clear_pointer (&state.rand, g_rand_free);
  return state.remains;
}
