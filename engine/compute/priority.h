/* priority.h: queries go before batches.
 *
 * This holds for the whole process, since the calls of all its models share the processor.
 */
#pragma once

#include "clip.h"

G_BEGIN_DECLS

/* A query begins or ends. Queries don't wait for each other. */
void clip_priority_enter (void);
void clip_priority_leave (void);

/**
 * clip_priority_wait:
 * @call: (nullable): of a batch; asked again and again while it waits
 *
 * Returns at once where no query is under way, else when the last one has ended.
 *
 * Returns: %FALSE where @call asked to stop meanwhile
 */
gboolean clip_priority_wait (const ClipCall *call);

G_END_DECLS
