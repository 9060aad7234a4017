/* vocabulary.c: the merges of CLIP's byte-pair encoding (vocabulary.h). */
#include "text/vocabulary.h"

#include "clip.h"

#define END_OF_WORD "</w>"
#define N_VISIBLE_BYTES 188

/* OpenAI's file goes on after the merges that CLIP uses. */
#define N_MERGES_OF_OPENAI 262144

struct _ClipVocabulary {
  GHashTable *merges; /* both ids in one pointer → the id that they make */
  guint n_merges;

  /* While merges are added: */
  GHashTable *symbols; /* text → id + 1 */
  GStringChunk *texts;
  GString *scratch;
};

/* ---- Bytes ------------------------------------------------------------------------------- */

/* Bytes that Latin-1 shows come first, then the others. */
static guint32
byte_rank (guint8 byte)
{
  if (byte >= 33 && byte <= 126)
    return byte - 33u;
  if (byte >= 161 && byte <= 172)
    return byte - 161u + 94;
  if (byte >= 174)
    return byte - 174u + 106;
  if (byte <= 32)
    return byte + N_VISIBLE_BYTES;
  return byte == 173 ? 255 : byte - 127u + 221;
}

guint32
clip_byte_token (guint8 byte, gboolean ends_word)
{
  return byte_rank (byte) + (ends_word ? CLIP_N_BYTES : 0);
}

/* The character that stands for a byte in the files: its own in Latin-1 where that shows, else one
 * from U+0100 on. */
static gunichar
byte_character (guint8 byte)
{
  guint32 rank = byte_rank (byte);

  return rank < N_VISIBLE_BYTES ? byte : 0x100 + rank - N_VISIBLE_BYTES;
}

/* ---- Merges ------------------------------------------------------------------------------ */

static gpointer
pair_key (guint32 left, guint32 right)
{
  return GUINT_TO_POINTER (left << 16 | right); /* ids are below 2^16 */
}

/* The symbol is in vocabulary->scratch. */
static void
add_symbol (ClipVocabulary *vocabulary, guint32 id)
{
  g_hash_table_insert (vocabulary->symbols,
                       g_string_chunk_insert_len (vocabulary->texts, vocabulary->scratch->str,
                                                  (gssize)vocabulary->scratch->len),
                       GUINT_TO_POINTER (id + 1));
}

ClipVocabulary *
clip_vocabulary_new (void)
{
  ClipVocabulary *vocabulary = g_new (ClipVocabulary, 1);

  *vocabulary = (ClipVocabulary){
      .merges = g_hash_table_new (NULL, NULL),
      .symbols = g_hash_table_new (g_str_hash, g_str_equal),
      .texts = g_string_chunk_new (1 << 16),
      .scratch = g_string_new (NULL),
  };
  for (guint byte = 0; byte < CLIP_N_BYTES; byte++) {
    g_string_truncate (vocabulary->scratch, 0);
    g_string_append_unichar (vocabulary->scratch, byte_character ((guint8)byte));
    add_symbol (vocabulary, clip_byte_token ((guint8)byte, FALSE));
    g_string_append (vocabulary->scratch, END_OF_WORD);
    add_symbol (vocabulary, clip_byte_token ((guint8)byte, TRUE));
  }
  return vocabulary;
}

static void
drop_symbols (ClipVocabulary *vocabulary)
{
  g_clear_pointer (&vocabulary->symbols, g_hash_table_unref);
  g_clear_pointer (&vocabulary->texts, g_string_chunk_free);
  if (vocabulary->scratch != NULL)
    g_string_free (g_steal_pointer (&vocabulary->scratch), TRUE);
}

void
clip_vocabulary_free (ClipVocabulary *vocabulary)
{
  drop_symbols (vocabulary);
  g_hash_table_unref (vocabulary->merges);
  g_free (vocabulary);
}

/* Leaves the symbol in vocabulary->scratch. */
static gboolean
find_symbol (ClipVocabulary *vocabulary, const char *text, gsize length, guint32 *id)
{
  gpointer value;

  g_string_truncate (vocabulary->scratch, 0);
  g_string_append_len (vocabulary->scratch, text, (gssize)length);
  value = g_hash_table_lookup (vocabulary->symbols, vocabulary->scratch->str);
  *id = GPOINTER_TO_UINT (value) - 1;
  return value != NULL;
}

const char *
clip_vocabulary_add (ClipVocabulary *vocabulary, const char *left, gsize left_length,
                     const char *right, gsize right_length)
{
  guint32 id = 2 * CLIP_N_BYTES + vocabulary->n_merges;
  guint32 left_id, right_id;

  if (vocabulary->n_merges++ >= CLIP_N_MERGES)
    return NULL;
  if (!find_symbol (vocabulary, right, right_length, &right_id) ||
      !find_symbol (vocabulary, left, left_length, &left_id))
    return "merges a symbol that no earlier merge makes";
  g_string_append_len (vocabulary->scratch, right, (gssize)right_length);
  if (g_hash_table_contains (vocabulary->symbols, vocabulary->scratch->str))
    return "makes a symbol for the second time";
  add_symbol (vocabulary, id);
  g_hash_table_insert (vocabulary->merges, pair_key (left_id, right_id), GUINT_TO_POINTER (id));
  return NULL;
}

gboolean
clip_vocabulary_finish (ClipVocabulary *vocabulary, const char *path, GError **error)
{
  drop_symbols (vocabulary);
  if (vocabulary->n_merges == CLIP_N_MERGES || vocabulary->n_merges == N_MERGES_OF_OPENAI)
    return TRUE;
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_UNSUPPORTED,
               "%s: has %u merges where the vocabulary of CLIP has %d: it belongs to another model "
               "or is incomplete",
               path, vocabulary->n_merges, CLIP_N_MERGES);
  return FALSE;
}

guint32
clip_vocabulary_merge (const ClipVocabulary *vocabulary, guint32 left, guint32 right)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (vocabulary->merges, pair_key (left, right)));
}
