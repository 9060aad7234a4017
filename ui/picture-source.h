/* picture-source.h: pictures that other programs hand over by a drop or the clipboard.
 *
 * Foreign data is never decoded here: what is offered is read as plain bytes, up to a limit, and
 * handed on for the decoder helper. The toolkit is never asked for a picture.
 */
#pragma once

#include "picture-query.h"

G_BEGIN_DECLS

/* The formats to ask for, files before pictures. Returns: (transfer full) */
GdkContentFormats *ink_picture_source_get_formats (void);

/* Whether there is something among the formats offered that can be searched by. */
gboolean ink_picture_source_accepts (GdkContentFormats *offered);

/* Both end with ink_picture_source_read_finish(). */
void ink_picture_source_read_drop_async (GdkDrop *drop, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer data);
void ink_picture_source_read_clipboard_async (GdkClipboard *clipboard, GCancellable *cancellable,
                                              GAsyncReadyCallback callback, gpointer data);

/* @note: (out) (nullable): what the user should know of files that were left out
 * Returns: (transfer full): a list of InkPictureQuery, never an empty one */
GListModel *ink_picture_source_read_finish (GAsyncResult *result, char **note, GError **error);

/* The same for files that are known. @files: (element-type GFile)
 * Returns: (transfer full): a list of InkPictureQuery; empty where none can be searched by */
GListModel *ink_picture_source_take_files (GPtrArray *files, char **note);

G_END_DECLS
