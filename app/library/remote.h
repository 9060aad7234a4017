/* remote.h: the process that has the library, as another one reaches it over D-Bus.
 *
 * Whoever keeps a library for long, the window or “inkling-cli watch”, owns a name on the session
 * bus that is made from the library's folder, and answers there (service.h). Only processes of the
 * same user are on that bus.
 */
#pragma once

#include "library/library.h"

G_BEGIN_DECLS

#define INK_REMOTE_PATH "/io/github/inkling_app/Inkling/Library"
#define INK_REMOTE_INTERFACE "io.github.inkling_app.Inkling.Library"

/* An error INK_ERROR_NO_MODEL travels as this and its code's name, with '_' for '-'. */
#define INK_REMOTE_ERROR "io.github.inkling_app.Inkling.Error."

typedef struct _InkRemote InkRemote;

/* Returns: (transfer full): the bus name for a library's folder */
char *ink_remote_make_name (const char *directory);

/* Returns: (transfer full) (nullable): %NULL where nobody answers for that library */
InkRemote *ink_remote_find (const char *directory);
void ink_remote_free (InkRemote *remote);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkRemote, ink_remote_free)

/* What answers: "inkling" or "inkling-cli". */
const char *ink_remote_get_program (const InkRemote *remote);

/**
 * ink_remote_call:
 * @parameters: (nullable): floating references are taken
 * @type: (nullable): of what comes back; %NULL for nothing
 *
 * Blocks until the other process is done, which may be long.
 *
 * Returns: (transfer full): an empty tuple for nothing; %NULL with the other process's error
 */
GVariant *ink_remote_call (InkRemote *remote, const char *method, GVariant *parameters,
                           const GVariantType *type, GCancellable *cancellable, GError **error);

/* ink_remote_call() of what returns nothing. */
gboolean
ink_remote_run (InkRemote *remote, const char *method, GVariant *parameters, GError **error);

G_END_DECLS
