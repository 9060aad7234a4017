/* failure.c: libvips's complaints as errors of the helper (failure.h). */
#include "decoder/failure.h"

#include <vips/vips.h>

GQuark
ink_wire_error_quark (void)
{
  return g_quark_from_static_string ("ink-wire-error");
}

/* libvips has no codes for these. */
static InkWireStatus
refine_status (const char *complaint, InkWireStatus status)
{
  if (strstr (complaint, "out of memory") != NULL)
    return INK_WIRE_TOO_LARGE;
  /* A codec that the library was built without, a part of the format that nobody reads, or
   * numbers that are no colours. */
  if (strstr (complaint, "nsupported") != NULL || strstr (complaint, "no known route") != NULL)
    return INK_WIRE_UNSUPPORTED;
  return status;
}

void
ink_fail_from_vips (GError **error, InkWireStatus status)
{
  g_autofree char *complaint = vips_error_buffer_copy ();

  /* The first line tells the cause; those after it tell who stumbled over it. */
  char *end = strchr (complaint, '\n');
  if (end != NULL)
    *end = '\0';
  g_set_error_literal (error, INK_WIRE_ERROR, (int)refine_status (complaint, status), complaint);
}
