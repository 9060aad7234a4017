/* text.c: what people type: cleaned and cut into tokens. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "text/clean.h"
#include "text/tokenizer.h"

#define CONTEXT 77

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static ClipTokenizer *tokenizer; /* for all inputs */
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strndup ((const char *)data, size);
  gsize n;

  if (tokenizer == NULL)
    tokenizer = clip_tokenizer_open (g_getenv ("INKLING_FUZZ_VOCABULARY"), NULL, &error);
  g_assert_no_error (error);
  g_autofree guint32 *ids = clip_tokenizer_encode (tokenizer, text, CONTEXT, &n, &error);
  FUZZ_EXPECT (ids != NULL, error);
  g_assert_true (ids == NULL || (n >= 2 && n <= CONTEXT));
  return 0;
}
