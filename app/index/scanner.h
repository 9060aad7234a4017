/* scanner.h: finds the pictures in a folder. */
#pragma once

#include <gio/gio.h>

#include "decode/decoder.h"
#include "index/patterns.h"
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
 * @enter: (nullable): a folder is about to be listed. "" is the folder that is scanned
 * @file: a picture or a video was found
 * @left_out: (nullable): a rule leaves out this file, or this folder with all below it
 * @leave: (nullable): all files of a folder have been told; those of its @folders follow
 * @mount: (nullable): another file system begins at this folder
 * @unreadable: a folder, or what may be a picture, can't be looked into: what is below it is
 *     unknown rather than gone; told of a folder also where it was entered before
 *
 * All paths are relative to the folder that is scanned. Called from the scanning thread. Inside one
 * folder names come sorted, files before folders.
 */
typedef struct {
  void (*enter) (const char *path, gpointer data);
  void (*file) (const InkScannedFile *file, gpointer data);
  void (*left_out) (const char *path, gpointer data);
  void (*leave) (const char *path, const GPtrArray *folders, gpointer data);
  void (*mount) (const char *path, gpointer data);
  void (*unreadable) (const char *path, const GError *error, gpointer data);
} InkScanFuncs;

/* The folders and the files of several names that were met in one or more scans: each counts once,
 * though bind mounts and hard links show it at several places. */
typedef GHashTable InkScanSeen;
InkScanSeen *ink_scan_seen_new (void);

/**
 * InkScanOptions:
 * @start: (nullable): begins here, relative to the folder; nothing is told where a rule leaves it
 *     out or it is not there
 * @shallow: does not go into the folders of @start
 * @patterns: (nullable): names to leave out
 * @excluded: (nullable) (array zero-terminated=1): absolute paths of folders to leave out
 * @seen: (nullable): carried from scan to scan
 */
typedef struct {
  const char *start;
  gboolean shallow;
  const InkPatterns *patterns;
  const char *const *excluded;
  InkScanSeen *seen;
} InkScanOptions;

/**
 * ink_scan_folder:
 * @folder: absolute path
 * @options: (nullable)
 *
 * Walks @folder and everything below it. Left out are symbolic links, hidden files and folders,
 * folders with a file ".nomedia", what a file ".ignore" names (patterns.h) in its folder and below,
 * the library's and the cache's own folders, and the document portal, which must never be listed.
 *
 * Returns: %FALSE with an error where @folder itself (or @start) can't be read, or not to its end,
 *     or @cancellable ended it
 */
gboolean
ink_scan_folder (const char *folder, const InkScanOptions *options, const InkScanFuncs *funcs,
                 gpointer data, GCancellable *cancellable, GError **error);

G_END_DECLS
