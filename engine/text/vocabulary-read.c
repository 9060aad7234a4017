/* vocabulary-read.c: the files that vocabularies come in (vocabulary.h). */
#include "clip.h"
#include "files/json.h"
#include "text/vocabulary.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

/* The largest known, a tokenizer.json with one line for each half of a merge, has about 4 MB. */
#define MAX_FILE_SIZE (32 * 1024 * 1024)
#define CHUNK_SIZE (256 * 1024)

/* ---- Bytes of a file --------------------------------------------------------------------- */

static gboolean
read_chunks (gzFile file, GByteArray *bytes, const char *path, GError **error)
{
  g_autofree guint8 *chunk = g_malloc (CHUNK_SIZE);
  int n;

  while ((n = gzread (file, chunk, CHUNK_SIZE)) > 0) {
    if (bytes->len + (guint)n > MAX_FILE_SIZE) {
      g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID,
                   "%s: is larger than %d MiB, too large for a vocabulary", path,
                   MAX_FILE_SIZE >> 20);
      return FALSE;
    }
    g_byte_array_append (bytes, chunk, (guint)n);
  }
  if (n < 0) {
    int code;
    const char *message = gzerror (file, &code);

    g_set_error (error, CLIP_ERROR, code == Z_ERRNO ? CLIP_ERROR_IO : CLIP_ERROR_INVALID,
                 "%s: can't be read: %s", path, code == Z_ERRNO ? g_strerror (errno) : message);
    return FALSE;
  }
  return TRUE;
}

/* Reads the whole of a file, unpacked where it is gzipped. */
static GByteArray *
read_file (const char *path, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gzFile file;
  gboolean complete;

  errno = 0;
  file = gzopen (path, "rbe");
  if (file == NULL) {
    g_set_error (error, CLIP_ERROR, errno == 0 ? CLIP_ERROR_MEMORY : CLIP_ERROR_IO,
                 "%s: can't be opened: %s", path, g_strerror (errno == 0 ? ENOMEM : errno));
    return NULL;
  }
  complete = read_chunks (file, bytes, path, error);
  if (gzclose_r (file) != Z_OK && complete) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID, "%s: ends too early", path);
    return NULL;
  }
  return complete ? g_steal_pointer (&bytes) : NULL;
}

/* ---- Lines ------------------------------------------------------------------------------- */

/* Adds a merge written as two symbols with a space in between.
 *
 * Returns: (nullable): %NULL, or what is wrong */
static const char *
add_spaced (ClipVocabulary *vocabulary, const char *merge, gsize length)
{
  const char *space = memchr (merge, ' ', length);
  gsize left = space != NULL ? (gsize)(space - merge) : 0;

  return space != NULL ? clip_vocabulary_add (vocabulary, merge, left, space + 1, length - left - 1)
                       : "is not two symbols with a space in between";
}

static gboolean
add_lines (ClipVocabulary *vocabulary, const GByteArray *bytes, const char *path, GError **error)
{
  const char *text = (const char *)bytes->data;
  const char *end = text + bytes->len;

  for (guint line = 1; text < end; line++) {
    const char *newline = memchr (text, '\n', (gsize)(end - text));
    const char *next = newline != NULL ? newline + 1 : end;
    gsize length = (gsize)((newline != NULL ? newline : end) - text);
    const char *wrong = NULL;

    if (length > 0 && text[length - 1] == '\r')
      length--;
    /* The first line says which version of the format this is. */
    if (line > 1 || g_strstr_len (text, (gssize)length, "#version") == NULL)
      wrong = add_spaced (vocabulary, text, length);
    if (wrong != NULL) {
      g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID, "%s, line %u: %s", path, line, wrong);
      return FALSE;
    }
    text = next;
  }
  return TRUE;
}

/* ---- tokenizer.json ---------------------------------------------------------------------- */

/* Older files have merges as strings, newer ones as pairs of strings. */
static const char *
add_json_merge (ClipVocabulary *vocabulary, const ClipJsonValue *merge)
{
  const char *string = clip_json_get_string (merge);
  const char *left, *right;

  if (string != NULL)
    return add_spaced (vocabulary, string, strlen (string));
  if (merge->kind != CLIP_JSON_ARRAY || merge->count != 2)
    return "is neither a string nor a pair";
  left = clip_json_get_string (clip_json_first (merge));
  right = clip_json_get_string (clip_json_next (merge, clip_json_first (merge)));
  if (left == NULL || right == NULL)
    return "is a pair of something else than strings";
  return clip_vocabulary_add (vocabulary, left, strlen (left), right, strlen (right));
}

static gboolean
add_json (ClipVocabulary *vocabulary, const GByteArray *bytes, const char *path, GError **error)
{
  g_autoptr (ClipJson) json = clip_json_parse (bytes->data, bytes->len, path, error);
  const ClipJsonValue *model, *merges;
  guint i = 0;

  if (json == NULL)
    return FALSE;
  model = clip_json_member (clip_json_get_root (json), "model");
  merges = model != NULL ? clip_json_member (model, "merges") : NULL;
  if (merges == NULL || merges->kind != CLIP_JSON_ARRAY) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_UNSUPPORTED,
                 "%s: has no list “merges” in “model”, so it is not a byte-pair encoding", path);
    return FALSE;
  }
  for (const ClipJsonValue *merge = clip_json_first (merges); merge != NULL;
       merge = clip_json_next (merges, merge), i++) {
    const char *wrong = add_json_merge (vocabulary, merge);

    if (wrong != NULL) {
      g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID, "%s, model.merges[%u]: %s", path, i,
                   wrong);
      return FALSE;
    }
  }
  return TRUE;
}

ClipVocabulary *
clip_vocabulary_read (const char *path, GError **error)
{
  g_autoptr (GByteArray) bytes = read_file (path, error);
  g_autoptr (ClipVocabulary) vocabulary = clip_vocabulary_new ();
  gboolean read;

  if (bytes == NULL)
    return NULL;
  read = g_str_has_suffix (path, ".json") ? add_json (vocabulary, bytes, path, error)
                                          : add_lines (vocabulary, bytes, path, error);
  return read && clip_vocabulary_finish (vocabulary, path, error) ? g_steal_pointer (&vocabulary)
                                                                  : NULL;
}
