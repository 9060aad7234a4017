/* file-hash.h: the hash of one file, as a hub states it. Private to models/. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  INK_FILE_SHA256,
  INK_FILE_GIT_SHA1, /* git's name for a file's contents: SHA-1 of "blob SIZE\0" and the contents */
} InkFileHash;

/* Returns: (transfer full): in hexadecimal digits, lower case */
char *ink_file_hash (const char *path, InkFileHash kind, GCancellable *cancellable, GError **error);

G_END_DECLS
