/* tokenizer.h: CLIP's byte-level BPE. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CLIP_TOKEN_START 49406
#define CLIP_TOKEN_END 49407
#define CLIP_VOCABULARY 49408

typedef struct _ClipTokenizer ClipTokenizer;

/**
 * clip_tokenizer_open:
 * @folder: (nullable): a model folder; its merges.txt, tokenizer.json or
 *     bpe_simple_vocab_16e6.txt.gz is read
 * @fallback: (nullable): one such file, for a folder that has none
 *
 * A tokenizer never changes, so any thread may use it.
 *
 * Returns: (transfer full): %NULL with @error naming the file and the line
 */
ClipTokenizer *clip_tokenizer_open (const char *folder, const char *fallback, GError **error);
void clip_tokenizer_free (ClipTokenizer *tokenizer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipTokenizer, clip_tokenizer_free)

/**
 * clip_tokenizer_encode:
 * @text: UTF-8 of at most %CLIP_TEXT_MAX_LENGTH bytes
 * @context: ids that are wanted at most, at least 1
 * @n_ids: (out): number of ids
 *
 * Cleans (text/clean.h) and tokenises @text as OpenCLIP does. A text that spells out the end token
 * has it in its middle too; the text tower reads the first.
 *
 * Returns: (transfer full) (array length=n_ids): start, the text's ids, end; where those are more
 *     than @context, the first of them, and the end as the last. %NULL with %CLIP_ERROR_ARGUMENT
 *     where @text is not UTF-8 or too long.
 */
guint32 *clip_tokenizer_encode (const ClipTokenizer *tokenizer, const char *text, gsize context,
                                gsize *n_ids, GError **error);

G_END_DECLS
