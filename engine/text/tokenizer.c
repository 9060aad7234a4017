/* tokenizer.c: text to token ids (tokenizer.h). */
#include "text/tokenizer.h"

#include "clip.h"
#include "text/bpe.h"
#include "text/clean.h"
#include "text/unicode.h"
#include "text/vocabulary.h"

#include <string.h>

G_STATIC_ASSERT (CLIP_TOKEN_START == 2 * CLIP_N_BYTES + CLIP_N_MERGES);

struct _ClipTokenizer {
  ClipVocabulary *vocabulary;
};

/* ---- Opening ----------------------------------------------------------------------------- */

static char *
find_vocabulary (const char *folder)
{
  static const char *const names[] = {"merges.txt", "tokenizer.json",
                                      "bpe_simple_vocab_16e6.txt.gz"};

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);

    if (g_file_test (path, G_FILE_TEST_EXISTS))
      return g_steal_pointer (&path);
  }
  return NULL;
}

ClipTokenizer *
clip_tokenizer_open (const char *folder, const char *fallback, GError **error)
{
  g_autofree char *own = find_vocabulary (folder);
  const char *path = own != NULL ? own : fallback;
  g_autoptr (ClipTokenizer) tokenizer = g_new0 (ClipTokenizer, 1);

  if (path == NULL) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_IO,
                 "%s: has no vocabulary (merges.txt, tokenizer.json or "
                 "bpe_simple_vocab_16e6.txt.gz)",
                 folder != NULL ? folder : "the model");
    return NULL;
  }
  tokenizer->vocabulary = clip_vocabulary_read (path, error);
  return tokenizer->vocabulary != NULL ? g_steal_pointer (&tokenizer) : NULL;
}

void
clip_tokenizer_free (ClipTokenizer *tokenizer)
{
  g_clear_pointer (&tokenizer->vocabulary, clip_vocabulary_free);
  g_free (tokenizer);
}

/* ---- Words ------------------------------------------------------------------------------- */

typedef enum {
  CLASS_SPACE,
  CLASS_LETTER,
  CLASS_NUMBER,
  CLASS_OTHER,
} CharacterClass;

static CharacterClass
classify (gunichar c)
{
  switch (g_unichar_type (c)) {
  case G_UNICODE_LOWERCASE_LETTER:
  case G_UNICODE_MODIFIER_LETTER:
  case G_UNICODE_OTHER_LETTER:
  case G_UNICODE_TITLECASE_LETTER:
  case G_UNICODE_UPPERCASE_LETTER:
    return CLASS_LETTER;
  case G_UNICODE_DECIMAL_NUMBER:
  case G_UNICODE_LETTER_NUMBER:
  case G_UNICODE_OTHER_NUMBER:
    return CLASS_NUMBER;
  default:
    /* The reference's pattern ignores case. A lone iota below folds to the letter iota, so it
     * neither is a letter nor passes for something else, and is left out. */
    return clip_unichar_is_space (c) || c == 0x345 ? CLASS_SPACE : CLASS_OTHER;
  }
}

/* Returns: the length of the "'s", "'re" … that @text begins with, or 0 */
static gsize
measure_contraction (const char *text)
{
  /* The second has the long s, which is an s where case is ignored. */
  static const char *const contractions[] = {"'s",  "'\u017f", "'t",  "'re",
                                             "'ve", "'m",      "'ll", "'d"};

  for (guint i = 0; i < G_N_ELEMENTS (contractions); i++)
    if (g_str_has_prefix (text, contractions[i]))
      return strlen (contractions[i]);
  return 0;
}

/* Returns: the length of what @text begins with: a contraction, a digit, or as many letters or
 *     other characters as there are; 0 for a space */
static gsize
measure_word (const char *text)
{
  CharacterClass class = classify (g_utf8_get_char (text));
  gsize length = measure_contraction (text);
  const char *end = g_utf8_next_char (text);

  if (length > 0 || class == CLASS_SPACE)
    return length;
  if (class != CLASS_NUMBER)
    while (*end != '\0' && classify (g_utf8_get_char (end)) == class)
      end = g_utf8_next_char (end);
  return (gsize)(end - text);
}

/* Returns: the length of the special token that @text begins with, or 0 */
static gsize
measure_special (const char *text, guint32 *id)
{
  static const struct {
    const char *text;
    guint32 id;
  } specials[] = {{"<start_of_text>", CLIP_TOKEN_START}, {"<end_of_text>", CLIP_TOKEN_END}};

  for (guint i = 0; i < G_N_ELEMENTS (specials); i++)
    if (g_str_has_prefix (text, specials[i].text)) {
      *id = specials[i].id;
      return strlen (specials[i].text);
    }
  return 0;
}

/* Encodes what @text begins with, up to @max_ids ids.
 *
 * Returns: how much of @text that was; 0 with an error */
static gsize
encode_word (const ClipTokenizer *tokenizer, const char *text, guint32 *ids, gsize max_ids,
             gsize *n_ids, GError **error)
{
  gsize length = measure_special (text, ids);

  *n_ids = length > 0 ? 1 : 0;
  if (length > 0)
    return length;
  length = measure_word (text);
  if (length == 0)
    return (gsize)(g_utf8_next_char (text) - text);
  return clip_bpe_encode (tokenizer->vocabulary, text, length, ids, max_ids, n_ids, error) ? length
                                                                                           : 0;
}

guint32 *
clip_tokenizer_encode (const ClipTokenizer *tokenizer, const char *text, gsize context,
                       gsize *n_ids, GError **error)
{
  g_autofree char *cleaned = clip_text_clean (text, error);
  g_autofree guint32 *ids = g_try_new (guint32, MAX (context, 1));
  gsize n = 0, length = 0;

  if (cleaned == NULL)
    return NULL;
  if (ids == NULL) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY,
                 "not enough memory for a context of %" G_GSIZE_FORMAT " tokens", context);
    return NULL;
  }

  ids[n++] = CLIP_TOKEN_START;
  for (const char *p = cleaned; *p != '\0' && n < context; p += length) {
    gsize added;

    length = encode_word (tokenizer, p, ids + n, context - n, &added, error);
    if (length == 0)
      return NULL;
    n += added;
  }
  if (n < context)
    n++;
  ids[n - 1] = CLIP_TOKEN_END;
  *n_ids = n;
  return g_steal_pointer (&ids);
}
