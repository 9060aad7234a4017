/* colour.c: any picture as 8-bit sRGB without transparency (colour.h). */
#include "decoder/colour.h"

#include "decoder/failure.h"

/* Returns: (transfer full): @image through its embedded profile, or @image itself where it has
 * none or one that fits neither its bands nor the standard. */
static VipsImage *
apply_profile (VipsImage *image)
{
  VipsImage *out = NULL;

  if (vips_image_get_typeof (image, VIPS_META_ICC_NAME) != 0) {
    if (vips_icc_transform (image, &out, "srgb", "embedded", TRUE, "intent", VIPS_INTENT_RELATIVE,
                            "black_point_compensation", TRUE, "depth", 8, NULL) == 0)
      return out;
    vips_error_clear ();
    g_clear_object (&out);
  }
  return g_object_ref (image);
}

/* Replaces *@image by @next, the outcome of an operation on it, or fails if that failed. */
static gboolean
step (VipsImage **image, int failed, VipsImage *next, GError **error)
{
  if (failed != 0) {
    ink_fail_from_vips (error, INK_WIRE_DAMAGED);
    return FALSE;
  }
  g_object_unref (*image);
  *image = next;
  return TRUE;
}

VipsImage *
ink_colour_to_srgb (VipsImage *image, GError **error)
{
  g_autoptr (VipsImage) now = apply_profile (image);
  VipsImage *next = NULL;
  int failed;

  failed = vips_colourspace (now, &next, VIPS_INTERPRETATION_sRGB, NULL);
  if (!step (&now, failed, next, error))
    return NULL;
  if (vips_image_get_format (now) != VIPS_FORMAT_UCHAR) {
    failed = vips_cast (now, &next, VIPS_FORMAT_UCHAR, NULL);
    if (!step (&now, failed, next, error))
      return NULL;
  }
  if (vips_image_hasalpha (now)) {
    VipsArrayDouble *white = vips_array_double_newv (1, 255.0);
    failed = vips_flatten (now, &next, "background", white, NULL);
    vips_area_unref (VIPS_AREA (white));
    if (!step (&now, failed, next, error))
      return NULL;
  }
  /* Whatever else a file has beside its colours. */
  if (vips_image_get_bands (now) > 3) {
    failed = vips_extract_band (now, &next, 0, "n", 3, NULL);
    if (!step (&now, failed, next, error))
      return NULL;
  }
  if (vips_image_get_bands (now) != 3) {
    g_set_error_literal (error, INK_WIRE_ERROR, INK_WIRE_UNSUPPORTED, "not a colour picture");
    return NULL;
  }
  return g_steal_pointer (&now);
}
