/* fault-vfs.h: a file system for SQLite on which a chosen write or sync fails. */
#pragma once

#include <glib.h>

/* Makes it SQLite's default. To be called once, before anything is opened. */
void fault_vfs_register (void);

/* From now on @after writes and syncs go well; the next one fails with @result (SQLITE_FULL or
 * SQLITE_IOERR_WRITE …), and all after it, until this is called again. A negative number: none. */
void fault_vfs_arm (int after, int result);

/* Whether memory can be shared, without which there is no write-ahead log. Either SQLite is told
 * that it can't, or it finds out. */
typedef enum { FAULT_VFS_SHARED, FAULT_VFS_UNSHARED, FAULT_VFS_BROKEN } FaultVfsMemory;
void fault_vfs_set_memory (FaultVfsMemory memory);
FaultVfsMemory fault_vfs_get_memory (void);

/* Whether one has failed since fault_vfs_arm(). */
gboolean fault_vfs_has_failed (void);
