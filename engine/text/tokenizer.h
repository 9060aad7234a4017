/* tokenizer.h: CLIP's byte-level BPE. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CLIP_TOKEN_START 49406
#define CLIP_TOKEN_END 49407
#define CLIP_VOCABULARY 49408

typedef struct _ClipTokenizer ClipTokenizer;

/* Reads the vocabulary of a model folder (merges.txt, tokenizer.json or
 * bpe_simple_vocab_16e6.txt.gz), or @fallback (one of those files) where it has none.
 * A tokenizer never changes, so any thread may use it. */
ClipTokenizer *clip_tokenizer_open (const char *folder, const char *fallback, GError **error);
void clip_tokenizer_free (ClipTokenizer *tokenizer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipTokenizer, clip_tokenizer_free)

/* Cleans and tokenises @text (UTF-8; invalid bytes are an error): start, ids, end; at most
 * @context of them, then the last is the end.
 *
 * Returns: (transfer full): @n_ids ids */
guint32 *clip_tokenizer_encode (const ClipTokenizer *tokenizer, const char *text, gsize context,
                                gsize *n_ids, GError **error);

G_END_DECLS
