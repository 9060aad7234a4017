/* vocabulary.h: the merges of CLIP's byte-pair encoding.
 *
 * Token ids follow from the order of the merges: 256 bytes, the same bytes at the end of a word,
 * and then what each merge makes. So an id is also the rank of its merge, and the merges alone
 * are the whole vocabulary.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CLIP_N_BYTES 256
#define CLIP_N_MERGES 48894

typedef struct _ClipVocabulary ClipVocabulary;

/**
 * clip_vocabulary_read:
 * @path: a merges.txt or tokenizer.json as Hugging Face's libraries write them, or OpenAI's
 *     bpe_simple_vocab_16e6.txt.gz; each of them gzipped or not
 *
 * Returns: (transfer full): the vocabulary; or %NULL with @error naming the file and the line
 */
ClipVocabulary *clip_vocabulary_read (const char *path, GError **error);
void clip_vocabulary_free (ClipVocabulary *vocabulary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipVocabulary, clip_vocabulary_free)

/**
 * clip_vocabulary_merge:
 *
 * Returns: the token that @left and @right make together; 0 where they are no pair
 */
guint32 clip_vocabulary_merge (const ClipVocabulary *vocabulary, guint32 left, guint32 right);

/**
 * clip_byte_token:
 * @ends_word: whether it is the last byte of a word
 *
 * Returns: the token of a single byte, the same in every vocabulary
 */
guint32 clip_byte_token (guint8 byte, gboolean ends_word);

/* ---- For the readers of files ------------------------------------------------------------ */

/**
 * clip_vocabulary_new:
 *
 * Returns: (transfer full): a vocabulary without merges, to which some can be added
 */
ClipVocabulary *clip_vocabulary_new (void);

/**
 * clip_vocabulary_add:
 * @left: a symbol, in the notation of the files
 * @left_length: in bytes
 * @right: the symbol after it
 * @right_length: in bytes
 *
 * Adds the merge with the next rank. Both symbols must be known already and what they make must
 * be new; so a merge can only ever lead to pairs of higher ranks, on which the encoder relies.
 * Merges after the last that CLIP uses are counted but not kept.
 *
 * Returns: (nullable): %NULL, or what is wrong
 */
const char *clip_vocabulary_add (ClipVocabulary *vocabulary, const char *left, gsize left_length,
                                 const char *right, gsize right_length);

/**
 * clip_vocabulary_finish:
 * @path: named in @error
 *
 * Ends adding.
 *
 * Returns: %FALSE with %CLIP_ERROR_UNSUPPORTED where the number of merges is not that of CLIP
 */
gboolean clip_vocabulary_finish (ClipVocabulary *vocabulary, const char *path, GError **error);

G_END_DECLS
