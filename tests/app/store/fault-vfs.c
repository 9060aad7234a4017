/* fault-vfs.c: SQLite's own file system, through a layer that counts, and tells of, what is done.
 */
#include "fault-vfs.h"

#include <sqlite3.h>

typedef struct {
  sqlite3_file file;
  const char *path;
  sqlite3_file *real; /* in the memory that follows */
} FaultFile;

/* Calls of one kind, of which the one after @left good ones fails. */
typedef struct {
  int left; /* negative: all go well */
  int result;
} Counter;

static struct {
  sqlite3_vfs vfs;
  sqlite3_vfs *real;
  Counter writes, reads;
  gboolean failed;
  const FaultVfsObserver *observer;
  FaultVfsMemory memory;
} state;

void
fault_vfs_arm (int after, int result)
{
  state.writes = (Counter){after, result};
  state.failed = FALSE;
}

void
fault_vfs_arm_reads (int after, int result)
{
  state.reads = (Counter){after, result};
  state.failed = FALSE;
}

void
fault_vfs_observe (const FaultVfsObserver *observer)
{
  state.observer = observer;
}

FaultVfsMemory
fault_vfs_get_memory (void)
{
  return state.memory;
}

void
fault_vfs_set_memory (FaultVfsMemory memory)
{
  state.memory = memory;
}

gboolean
fault_vfs_has_failed (void)
{
  return state.failed;
}

/* What the next call is to return before it does anything. */
static int
count (Counter *counter)
{
  if (counter->left < 0 || counter->left-- > 0)
    return SQLITE_OK;
  counter->left = 0;
  state.failed = TRUE;
  return counter->result;
}

#define OBSERVE(function, ...)                                                                     \
  if (result == SQLITE_OK && state.observer != NULL)                                               \
  state.observer->function (__VA_ARGS__)

static sqlite3_file *
get_real (sqlite3_file *file)
{
  return ((FaultFile *)file)->real;
}

/* "" for a temporary file, which has no name. */
static const char *
get_path (const sqlite3_file *file)
{
  const char *path = ((const FaultFile *)file)->path;

  return path != NULL ? path : "";
}

/* ---- What counts ------------------------------------------------------------------------- */

static int
file_write (sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
  sqlite3_file *real = get_real (file);
  int result = count (&state.writes);

  if (result == SQLITE_OK)
    result = real->pMethods->xWrite (real, data, size, offset);
  OBSERVE (written, get_path (file), data, (gsize)size, offset);
  return result;
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  sqlite3_file *real = get_real (file);
  int result = count (&state.writes);

  if (result == SQLITE_OK)
    result = real->pMethods->xTruncate (real, size);
  OBSERVE (truncated, get_path (file), size);
  return result;
}

static int
file_sync (sqlite3_file *file, int flags)
{
  sqlite3_file *real = get_real (file);
  int result = count (&state.writes);

  OBSERVE (syncing, get_path (file));
  return result == SQLITE_OK && state.observer == NULL ? real->pMethods->xSync (real, flags)
                                                       : result;
}

static int
file_read (sqlite3_file *file, void *data, int size, sqlite3_int64 offset)
{
  sqlite3_file *real = get_real (file);
  int result = count (&state.reads);

  return result == SQLITE_OK ? real->pMethods->xRead (real, data, size, offset) : result;
}

static int
file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  sqlite3_file *real = get_real (file);
  int result = count (&state.reads);

  return result == SQLITE_OK ? real->pMethods->xFileSize (real, size) : result;
}

/* ---- What is passed on ------------------------------------------------------------------- */

static int
file_close (sqlite3_file *file)
{
  sqlite3_file *real = get_real (file);

  return real->pMethods->xClose (real);
}

static int
file_lock (sqlite3_file *file, int level)
{
  sqlite3_file *real = get_real (file);

  return real->pMethods->xLock (real, level);
}

static int
file_unlock (sqlite3_file *file, int level)
{
  sqlite3_file *real = get_real (file);

  return real->pMethods->xUnlock (real, level);
}

static int
file_check_lock (sqlite3_file *file, int *held)
{
  sqlite3_file *real = get_real (file);

  return real->pMethods->xCheckReservedLock (real, held);
}

static int
file_control (sqlite3_file *file, int operation, void *argument)
{
  sqlite3_file *real = get_real (file);

  return real->pMethods->xFileControl (real, operation, argument);
}

static int
file_sector_size (sqlite3_file *file)
{
  sqlite3_file *real = get_real (file);

  return real->pMethods->xSectorSize (real);
}

static int
file_characteristics (sqlite3_file *file)
{
  sqlite3_file *real = get_real (file);

  return real->pMethods->xDeviceCharacteristics (real);
}

static int
file_shm_map (sqlite3_file *file, int page, int size, int extend, void volatile **memory)
{
  sqlite3_file *real = get_real (file);

  if (state.memory != FAULT_VFS_SHARED)
    return SQLITE_IOERR_SHMMAP;
  return real->pMethods->xShmMap (real, page, size, extend, memory);
}

static int
file_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  sqlite3_file *real = get_real (file);

  return real->pMethods->xShmLock (real, offset, n, flags);
}

static void
file_shm_barrier (sqlite3_file *file)
{
  sqlite3_file *real = get_real (file);

  real->pMethods->xShmBarrier (real);
}

static int
file_shm_unmap (sqlite3_file *file, int remove)
{
  sqlite3_file *real = get_real (file);

  return real->pMethods->xShmUnmap (real, remove);
}

/* What every file has; and what those have beside it that can share memory. */
#define PLAIN_METHODS                                                                              \
  .xClose = file_close, .xRead = file_read, .xWrite = file_write, .xTruncate = file_truncate,      \
  .xSync = file_sync, .xFileSize = file_size, .xLock = file_lock, .xUnlock = file_unlock,          \
  .xCheckReservedLock = file_check_lock, .xFileControl = file_control,                             \
  .xSectorSize = file_sector_size, .xDeviceCharacteristics = file_characteristics

static const sqlite3_io_methods plain_methods = {.iVersion = 1, PLAIN_METHODS};
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    PLAIN_METHODS,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int
vfs_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  FaultFile *fault = (FaultFile *)file;

  fault->path = name;
  fault->real = (sqlite3_file *)(fault + 1);
  int result = state.real->xOpen (state.real, name, fault->real, flags, out_flags);
  /* A file with methods is one that is to be closed. */
  file->pMethods = fault->real->pMethods == NULL        ? NULL
                   : state.memory == FAULT_VFS_UNSHARED ? &plain_methods
                                                        : &methods;
  OBSERVE (opened, get_path (file));
  return result;
}

static int
vfs_delete (sqlite3_vfs *vfs, const char *name, int sync)
{
  int result = state.real->xDelete (state.real, name, sync);

  OBSERVE (removed, name, sync);
  return result;
}

void
fault_vfs_register (void)
{
  state.real = sqlite3_vfs_find (NULL);
  state.vfs = *state.real;
  state.vfs.zName = "fault";
  state.vfs.pNext = NULL;
  state.vfs.szOsFile += (int)sizeof (FaultFile);
  state.vfs.xOpen = vfs_open;
  state.vfs.xDelete = vfs_delete;
  state.writes.left = state.reads.left = -1;
  g_assert_cmpint (sqlite3_vfs_register (&state.vfs, 1), ==, SQLITE_OK);
}
