/* scanner.h: finds the pictures in a folder. */
#pragma once

#include <gio/gio.h>

#include "decode/decoder.h"
#include "store/photos.h"

G_BEGIN_DECLS

/**
 * InkScannedFile:
 * @path: relative to the folder that is scanned; any bytes but NUL
 * @stamp: as lstat() has it
 * @kind: what the name promises, never %INK_NAME_OTHER
 */
typedef struct {
  const char *path;
  InkFileStamp stamp;
  InkNameKind kind;
} InkScannedFile;

/**
 * InkScanFuncs:
 * @file: a picture or a video was found
 * @unreadable: a folder, or what may be a picture, can't be looked into: what is below it is
 *     unknown rather than gone. @path is relative to the folder that is scanned
 *
 * Called from the scanning thread. Inside one folder names come sorted, files before folders.
 */
typedef struct {
  void (*file) (const InkScannedFile *file, gpointer data);
  void (*unreadable) (const char *path, const GError *error, gpointer data);
} InkScanFuncs;

/**
 * ink_scan_folder:
 * @folder: absolute path
 * @excluded: (nullable) (array zero-terminated=1): absolute paths of folders to leave out
 *
 * Walks @folder and everything below it. Left out are symbolic links, hidden files and folders,
 * folders with a file ".nomedia", the library's and the cache's own folders, and the document
 * portal, which must never be listed.
 *
 * Returns: %FALSE with an error where @folder itself can't be read, or not to its end, or
 *     @cancellable ended it
 */
gboolean
ink_scan_folder (const char *folder, const char *const *excluded, const InkScanFuncs *funcs,
                 gpointer data, GCancellable *cancellable, GError **error);

G_END_DECLS
