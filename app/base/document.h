/* document.h: files that come to a sandboxed program through the document portal.
 *
 * The user chooses a folder in a dialog outside the sandbox, and the portal shows it inside as
 * /run/user/UID/doc/ID/NAME: without telling of changes in it, and under another path than the user
 * knows, which is an extended attribute of it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether @path is where the portal shows all of its documents, which hangs when it is listed. */
gboolean ink_document_is_root (const char *path);

/**
 * ink_document_get_host_path:
 * @path: absolute
 * @root: (nullable): where the portal shows its documents; %NULL for where it does
 *
 * Asks the portal: not for a main loop.
 *
 * Returns: (transfer full) (nullable): where the file is for the user; %NULL where @path is not the
 *     portal's, or the portal does not say
 */
char *ink_document_get_host_path (const char *path, const char *root);

G_END_DECLS
