/* lock.h: the lock of a library's writer. Private to the store. */
#pragma once

#include "base/error.h"

G_BEGIN_DECLS

typedef struct _InkLock InkLock;

/**
 * ink_lock_take:
 * @directory: the library's folder, which exists
 * @program: what other processes are told of the holder
 *
 * Takes the kernel's lock on library.lock without waiting. It ends with the process, however that
 * ends. The text in the file is for the message alone.
 *
 * Returns: (transfer full): %NULL with %INK_ERROR_LOCKED naming the holder
 */
InkLock *ink_lock_take (const char *directory, const char *program, GError **error);
void ink_lock_release (InkLock *lock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkLock, ink_lock_release)

/* Whether the machine went down while the last holder had the lock: the disk may then lack what
 * was being written. A holder that was killed does no such harm. */
gboolean ink_lock_found_power_loss (const InkLock *lock);

G_END_DECLS
