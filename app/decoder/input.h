/* input.h: the bytes of the picture that a job is about. */
#pragma once

#include <glib.h>

#include "decode/content-key.h"

G_BEGIN_DECLS

typedef struct {
  const guint8 *bytes;
  gsize size;
  guint8 key[INK_CONTENT_KEY_SIZE];
  gboolean mapped; /* else on the heap */
} InkInput;

/* Reads @file, which is a regular file or a memory file. Small files are copied, so that key and
 * pixels are of the same bytes even while somebody writes to the file. Large ones are mapped: one
 * that shrinks meanwhile costs the helper its life and so the file its decoding. */
InkInput *ink_input_open (int file, GError **error);
void ink_input_free (InkInput *input);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkInput, ink_input_free)

G_END_DECLS
