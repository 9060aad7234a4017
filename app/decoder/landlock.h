/* landlock.h: no files by name and no network for the helper, by the kernel's Landlock. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Denies this thread, and those that it starts, every file that it would open by a path, and the
 * network where the kernel can. Call before other threads are there.
 * Returns: %FALSE where the kernel has no Landlock */
gboolean ink_landlock_restrict (void);

G_END_DECLS
