/* decoded.h: from a helper's reply to an InkDecoded that can be trusted to be well formed. */
#pragma once

#include "decode/decoder.h"
#include "decode/protocol.h"

G_BEGIN_DECLS

/**
 * ink_decoded_from_reply:
 * @request: what was asked for
 * @reply: as the helper sent it
 * @results: the memory file; what is wanted of it is copied first and looked at then
 *
 * Returns: (transfer full): %NULL with an error where the helper had none (the reason is in the
 *     reply); %INK_ERROR_DECODER, and only this, where an honest helper would not send the reply
 */
InkDecoded *ink_decoded_from_reply (const InkWireRequest *request, const InkWireReply *reply,
                                    int results, GError **error);

G_END_DECLS
