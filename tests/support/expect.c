/* expect.c: asserts what an error says (expect.h). */
#include "support/expect.h"
#include "clip.h"

#include <string.h>

static void
expect_word (const char *message, const char *word)
{
  if (word == NULL || strstr (message, word) != NULL)
    return;
  g_test_message ("“%s” is not in the message “%s”", word, message);
  g_test_fail ();
}

void
expect_clip_error (GError **error, int code, const char *file, const char *what)
{
  g_assert_error (*error, CLIP_ERROR, code);
  expect_word ((*error)->message, file);
  expect_word ((*error)->message, what);
  g_clear_error (error);
}
