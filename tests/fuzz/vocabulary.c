/* vocabulary.c: tokenizer files: merges as text, compressed, or in tokenizer.json. The first byte
 * chooses the name of the file, by which the reader knows the kind. */
#include <glib/gstdio.h>

#include "fuzz/fuzz.h"
#include "text/vocabulary.h"

static const char *const names[] = {"merges.txt", "bpe_simple_vocab_16e6.txt.gz", "tokenizer.json"};

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;

  if (size == 0)
    return 0;
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = g_build_filename (folder, names[data[0] % G_N_ELEMENTS (names)], NULL);
  g_assert_true (g_file_set_contents (path, (const char *)data + 1, (gssize)(size - 1), NULL));

  g_autoptr (ClipVocabulary) vocabulary = clip_vocabulary_read (path, &error);
  FUZZ_EXPECT (vocabulary != NULL, error);
  g_unlink (path);
  g_rmdir (folder);
  return 0;
}
