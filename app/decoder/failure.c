/* failure.c: libvips's complaints as errors of the helper (failure.h). */
#include "decoder/failure.h"

#include <vips/vips.h>

GQuark
ink_wire_error_quark (void)
{
  return g_quark_from_static_string ("ink-wire-error");
}

void
ink_fail_from_vips (GError **error, InkWireStatus status)
{
  g_autofree char *complaint = vips_error_buffer_copy ();

  /* The first line tells the cause; those after it tell who stumbled over it. */
  char *end = strchr (complaint, '\n');
  if (end != NULL)
    *end = '\0';
  g_set_error_literal (error, INK_WIRE_ERROR, (int)status, complaint);
}
