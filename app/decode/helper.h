/* helper.h: one running decoder helper, seen from the program. Not safe for threads: whoever has
 * borrowed a helper from the pool has it alone. */
#pragma once

#include <gio/gio.h>

#include "decode/protocol.h"

G_BEGIN_DECLS

typedef struct _InkHelper InkHelper;

/* Starts a helper and waits until it says that it is ready. */
InkHelper *ink_helper_start (GError **error);

/* Ends the helper at once, whatever it is doing, and frees @helper. */
void ink_helper_stop (InkHelper *helper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkHelper, ink_helper_stop)

/* What the helper said of itself when it started. */
const InkWireHello *ink_helper_get_hello (const InkHelper *helper);

/* How many jobs it has been given. */
guint ink_helper_get_jobs (const InkHelper *helper);

/* After an error: whether somebody ended it, as a system does that is short of memory, rather than
 * the picture. */
gboolean ink_helper_was_killed (const InkHelper *helper);

/* Whether an idle helper still waits for work; it may have been killed meanwhile. */
gboolean ink_helper_is_waiting (const InkHelper *helper);

/**
 * ink_helper_run:
 * @request: magic, job and seconds are filled in
 * @file: the picture
 * @results: the memory file for results
 * @milliseconds: how long it may take
 * @reply: (out): as the helper sent it, not yet looked into
 *
 * Has the helper do one job. After an error it is in an unknown state and only good for
 * ink_helper_stop().
 */
gboolean
ink_helper_run (InkHelper *helper, InkWireRequest *request, int file, int results,
                guint milliseconds, GCancellable *cancellable, InkWireReply *reply, GError **error);

G_END_DECLS
