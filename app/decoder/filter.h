/* filter.h: the system calls that are left to the helper. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Takes all system calls away from this process, and threads that it starts, but those that
 * decoding needs; the others fail with EPERM. It can then open nothing by a path, connect to
 * nothing, start no process, look into none and make no memory executable.
 * Returns: %FALSE where this build or the kernel has no filters */
gboolean ink_filter_load (void);

G_END_DECLS
