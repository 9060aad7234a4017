/* failure.h: why a picture can't be had, inside the helper. */
#pragma once

#include "decode/protocol.h"

G_BEGIN_DECLS

/* Errors of this domain have an InkWireStatus as code. */
#define INK_WIRE_ERROR (ink_wire_error_quark ())
GQuark ink_wire_error_quark (void);

/* Sets @error to what libvips last complained of, on one line, and empties libvips's error buffer.
 * @status: for complaints that do not say something better themselves */
void ink_fail_from_vips (GError **error, InkWireStatus status);

G_END_DECLS
