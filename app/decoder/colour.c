/* colour.c: any picture as 8-bit sRGB without transparency (colour.h). */
#include "decoder/colour.h"

#include "decoder/failure.h"

/* Returns: (transfer full): @image through its embedded profile, or @image itself where it has
 * none or one that fits neither its bands nor the standard. */
static VipsImage *
apply_profile (VipsImage *image)
{
  VipsImage *out = NULL;

  if (vips_image_get_typeof (image, VIPS_META_ICC_NAME) != 0 &&
      vips_icc_transform (image, &out, "srgb", "embedded", TRUE, "intent", VIPS_INTENT_RELATIVE,
                          "black_point_compensation", TRUE, "depth", 8, NULL) == 0)
    return out;
  vips_error_clear ();
  return g_object_ref (image);
}

/* Lays @image on white, if any of it can be seen through. */
static int
flatten (VipsImage *image, VipsImage **opaque)
{
  if (!vips_image_hasalpha (image))
    return vips_copy (image, opaque, NULL);
  VipsArrayDouble *white = vips_array_double_newv (1, 255.0);
  int failed = vips_flatten (image, opaque, "background", white, NULL);
  vips_area_unref (VIPS_AREA (white));
  return failed;
}

VipsImage *
ink_colour_to_srgb (VipsImage *image, GError **error)
{
  g_autoptr (VipsImage) profiled = apply_profile (image);
  g_autoptr (VipsImage) srgb = NULL;
  g_autoptr (VipsImage) bytes = NULL;
  g_autoptr (VipsImage) opaque = NULL;
  VipsImage *rgb = NULL;

  /* The last step drops whatever else a file has beside its colours. */
  if (vips_colourspace (profiled, &srgb, VIPS_INTERPRETATION_sRGB, NULL) != 0 ||
      vips_cast_uchar (srgb, &bytes, NULL) != 0 || flatten (bytes, &opaque) != 0 ||
      vips_extract_band (opaque, &rgb, 0, "n", 3, NULL) != 0)
    ink_fail_from_vips (error, INK_WIRE_DAMAGED);
  return rgb;
}
