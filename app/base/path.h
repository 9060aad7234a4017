/* path.h: file names are any bytes but NUL and '/'. Here they become text and back. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ink_path_to_uri:
 * @path: an absolute path
 *
 * Returns: (transfer full): the file: URI, percent-encoded, from which every byte of @path can be
 *     had back
 */
char *ink_path_to_uri (const char *path);

/**
 * ink_path_from_argument:
 * @argument: a path, absolute or relative to the current folder, or a file: URI
 *
 * Returns: (transfer full): the absolute path, without "." and ".." but with symbolic links as
 *     they stand; %NULL with %INK_ERROR_NOT_FOUND for a URI that names no local file, and for an
 *     empty argument, which would be the current folder
 */
char *ink_path_from_argument (const char *argument, GError **error);

/* Returns: (transfer full): the path of @file; %NULL with %INK_ERROR_NOT_FOUND where it is not on
 * this computer */
char *ink_path_from_file (GFile *file, GError **error);

/**
 * ink_path_to_utf8:
 *
 * Returns: (transfer full): @path as UTF-8 whatever the locale, with U+FFFD for bytes that are none
 */
char *ink_path_to_utf8 (const char *path);

/**
 * ink_path_display:
 *
 * Returns: (transfer full): @path for a message or a terminal: UTF-8 as of ink_path_to_utf8() and
 *     U+FFFD for control characters too, so that a name can neither start a new line nor send
 *     escape sequences
 */
char *ink_path_display (const char *path);

/**
 * ink_path_get_below:
 * @path: an absolute path without "." and ".."
 * @folder: likewise
 *
 * Returns: (transfer none) (nullable): the part of @path relative to @folder, "" for @folder
 *     itself; %NULL where @path does not lie in it
 */
const char *ink_path_get_below (const char *path, const char *folder);

G_END_DECLS
