/* fault-vfs.h: a file system for SQLite on which a chosen write, sync or read fails, and whose
 * writes can be looked at. */
#pragma once

#include <glib.h>

/* Makes it SQLite's default. To be called once, before anything is opened. */
void fault_vfs_register (void);

/* From now on @after writes and syncs go well; the next one fails with @result (SQLITE_FULL or
 * SQLITE_IOERR_WRITE …), and all after it, until this is called again. A negative number: none. */
void fault_vfs_arm (int after, int result);

/* The same for reads and questions about sizes. */
void fault_vfs_arm_reads (int after, int result);

/* Who is told of what changes files: before each sync, after all else. */
typedef struct {
  void (*opened) (const char *path);
  void (*written) (const char *path, const void *data, gsize size, goffset offset);
  void (*truncated) (const char *path, goffset size);
  void (*syncing) (const char *path);
  void (*removed) (const char *path, gboolean synced);
} FaultVfsObserver;

/* @observer: (nullable): while there is one, syncs go no further than to it. */
void fault_vfs_observe (const FaultVfsObserver *observer);

/* Whether memory can be shared, without which there is no write-ahead log. Either SQLite is told
 * that it can't, or it finds out. */
typedef enum { FAULT_VFS_SHARED, FAULT_VFS_UNSHARED, FAULT_VFS_BROKEN } FaultVfsMemory;
void fault_vfs_set_memory (FaultVfsMemory memory);
FaultVfsMemory fault_vfs_get_memory (void);

/* Whether one has failed since fault_vfs_arm(). */
gboolean fault_vfs_has_failed (void);
