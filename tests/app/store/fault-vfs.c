/* fault-vfs.c: SQLite's own file system, through a layer that counts writes. */
#include "fault-vfs.h"

#include <sqlite3.h>

typedef struct {
  sqlite3_file file;
  sqlite3_file *real; /* in the memory that follows */
} FaultFile;

static struct {
  sqlite3_vfs vfs;
  sqlite3_vfs *real;
  int left; /* writes that go well; negative: all do */
  int result;
  gboolean failed;
  FaultVfsMemory memory;
} state;

void
fault_vfs_arm (int after, int result)
{
  state.left = after;
  state.result = result;
  state.failed = FALSE;
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

/* What the next write is to return before it does anything. */
static int
count_write (void)
{
  if (state.left < 0 || state.left-- > 0)
    return SQLITE_OK;
  state.left = 0;
  state.failed = TRUE;
  return state.result;
}

static sqlite3_file *
get_real (sqlite3_file *file)
{
  return ((FaultFile *)file)->real;
}

/* ---- What counts ------------------------------------------------------------------------- */

static int
file_write (sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
  sqlite3_file *real = get_real (file);
  int result = count_write ();

  return result == SQLITE_OK ? real->pMethods->xWrite (real, data, size, offset) : result;
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  sqlite3_file *real = get_real (file);
  int result = count_write ();

  return result == SQLITE_OK ? real->pMethods->xTruncate (real, size) : result;
}

static int
file_sync (sqlite3_file *file, int flags)
{
  sqlite3_file *real = get_real (file);
  int result = count_write ();

  return result == SQLITE_OK ? real->pMethods->xSync (real, flags) : result;
}

/* ---- What is passed on ------------------------------------------------------------------- */

static int
file_close (sqlite3_file *file)
{
  sqlite3_file *real = get_real (file);

  return real->pMethods->xClose (real);
}

static int
file_read (sqlite3_file *file, void *data, int size, sqlite3_int64 offset)
{
  sqlite3_file *real = get_real (file);

  return real->pMethods->xRead (real, data, size, offset);
}

static int
file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  sqlite3_file *real = get_real (file);

  return real->pMethods->xFileSize (real, size);
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

  fault->real = (sqlite3_file *)(fault + 1);
  int result = state.real->xOpen (state.real, name, fault->real, flags, out_flags);
  /* A file with methods is one that is to be closed. */
  file->pMethods = fault->real->pMethods == NULL        ? NULL
                   : state.memory == FAULT_VFS_UNSHARED ? &plain_methods
                                                        : &methods;
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
  state.left = -1;
  g_assert_cmpint (sqlite3_vfs_register (&state.vfs, 1), ==, SQLITE_OK);
}
