/* vips-compat.h: libvips, with what older versions of it lack. */
#pragma once

#include <vips/vips.h>

#if VIPS_MAJOR_VERSION > 8 || (VIPS_MAJOR_VERSION == 8 && VIPS_MINOR_VERSION >= 15)
#include <vips/vector.h> /* not among what vips.h includes */
#endif

#if VIPS_MAJOR_VERSION == 8 && VIPS_MINOR_VERSION < 16
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VipsImage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VipsSource, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VipsRegion, g_object_unref)
#endif

/* Whether libvips brings its vector code along (Highway, since 8.15). What came before, Orc, writes
 * it at run time, through files in the home folder and into memory that is then executed. */
static inline gboolean
vips_has_compiled_vectors (void)
{
#if VIPS_MAJOR_VERSION > 8 || (VIPS_MAJOR_VERSION == 8 && VIPS_MINOR_VERSION >= 15)
  return vips_vector_get_builtin_targets () != 0;
#else
  return FALSE;
#endif
}
