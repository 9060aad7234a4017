/* model-files.h: the files of a model folder: which they are, what they hash to, and copies of
 * them. Private to models/.
 */
#pragma once

#include <gio/gio.h>

#include "base/error.h"

G_BEGIN_DECLS

/**
 * InkModelFiles:
 * @folder: that they lie in
 * @names: what the embeddings depend on: configuration, weights, vocabularies
 * @notes: what belongs to them for people: README, NOTICE, LICENSE …
 * @bytes: how large @names are together
 * @stamp: changes when one of @names does: their names, sizes, inodes and times
 */
typedef struct {
  char *folder;
  GPtrArray *names;
  GPtrArray *notes;
  guint64 bytes;
  char *stamp;
} InkModelFiles;

/* @weights: base name of the file in use. %INK_ERROR_NO_MODEL where it or the configuration is not
 * there. */
InkModelFiles *ink_model_files_find (const char *folder, const char *weights, GError **error);
void ink_model_files_free (InkModelFiles *files);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkModelFiles, ink_model_files_free)

/**
 * ink_model_files_hash:
 *
 * Returns: (transfer full): SHA-256, 64 hexadecimal digits, over the files of @names, each preceded
 *     by its length (eight bytes, little-endian)
 */
char *ink_model_files_hash (const InkModelFiles *files, GCancellable *cancellable, GError **error);

/**
 * ink_model_files_copy:
 * @to: an empty folder
 *
 * Copies names and notes to @to and syncs them.
 *
 * Returns: (transfer full): ink_model_files_hash() of what was written
 */
char *ink_model_files_copy (const InkModelFiles *files, const char *to, GCancellable *cancellable,
                            GError **error);

G_END_DECLS
