/* answer.h: everything that a request wants of a picture. */
#pragma once

#include "decode/protocol.h"

G_BEGIN_DECLS

/**
 * ink_answer:
 * @file: the picture
 * @results: a memory file of the size that ink_wire_layout() has for @request
 * @reply: (out): the facts, or why there are none
 *
 * Decodes @file once and answers @request.
 */
void ink_answer (const InkWireRequest *request, int file, int results, InkWireReply *reply);

G_END_DECLS
