/* priority.h: threads that let others go first. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The calling thread, and the processes that it starts, take the processor (nice 10) and the disk
 * (best effort, lowest level) only after others. Can't be taken back. */
void ink_priority_stand_back (void);

G_END_DECLS
