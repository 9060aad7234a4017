/* loader.c: libvips's loaders, called by name and never by its own guess (loader.h), so that no
 * loader can run that is not in the table below. */
#include "decoder/loader.h"

#include "decoder/failure.h"

typedef int (*LoadFunc) (VipsSource *source, VipsImage **out, ...);

static const struct {
  LoadFunc load;
  const char *operation;
} loaders[INK_N_FORMATS] = {
    [INK_FORMAT_JPEG] = {vips_jpegload_source, "jpegload_source"},
    [INK_FORMAT_PNG] = {vips_pngload_source, "pngload_source"},
    [INK_FORMAT_WEBP] = {vips_webpload_source, "webpload_source"},
    [INK_FORMAT_TIFF] = {vips_tiffload_source, "tiffload_source"},
    [INK_FORMAT_GIF] = {vips_gifload_source, "gifload_source"},
#ifdef INK_HAVE_HEIF
    [INK_FORMAT_HEIF] = {vips_heifload_source, "heifload_source"},
    [INK_FORMAT_AVIF] = {vips_heifload_source, "heifload_source"},
#endif
#ifdef INK_HAVE_JXL
    [INK_FORMAT_JXL] = {vips_jxlload_source, "jxlload_source"},
#endif
};

gboolean
ink_loader_init (const char *program, GError **error)
{
  if (!vips_has_compiled_vectors ())
    g_setenv ("VIPS_NOVECTOR", "1", TRUE);
  if (VIPS_INIT (program) != 0) {
    ink_fail_from_vips (error, INK_WIRE_FAILED);
    return FALSE;
  }
  /* One picture at a time, on this thread: the program starts as many helpers as it wants to be
   * busy. Results are never asked for twice, and a cached one could be of a changed file. */
  vips_concurrency_set (1);
  vips_cache_set_max (0);

  vips_block_untrusted_set (TRUE);
#ifdef INK_HAVE_JXL
  vips_operation_block_set ("VipsForeignLoadJxl", FALSE);
#endif
  return TRUE;
}

void
ink_loader_warm_up (void)
{
  /* No file of any format; each loader still has its codec set up before it says so. */
  static const guint8 junk[32] = {0};

  for (guint format = 0; format < INK_N_FORMATS; format++) {
    g_autoptr (VipsImage) image = NULL;
    if (loaders[format].load != NULL)
      image = ink_loader_open (format, junk, sizeof junk, 1, NULL);
  }
  vips_error_clear ();
}

gboolean
ink_loader_has (InkFormat format)
{
#ifdef INK_HAVE_RAW
  if (format == INK_FORMAT_RAW)
    return TRUE;
#endif
  return loaders[format].load != NULL &&
         vips_type_find ("VipsOperation", loaders[format].operation) != 0;
}

VipsImage *
ink_loader_open (InkFormat format, const guint8 *bytes, gsize size, guint shrink, GError **error)
{
  if (!ink_loader_has (format) || loaders[format].load == NULL) {
    g_set_error_literal (error, INK_WIRE_ERROR, INK_WIRE_UNSUPPORTED,
                         "this build does not read the format");
    return NULL;
  }
  g_autoptr (VipsSource) source = vips_source_new_from_memory (bytes, size);
  VipsImage *image = NULL;
  int failed = -1;

  /* A picture that ends early or has an error in it counts as damaged: what would come instead of
   * the missing part is grey, and grey gets found for words that have nothing to do with it. */
  if (source != NULL && format == INK_FORMAT_JPEG)
    failed = loaders[format].load (source, &image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                   VIPS_FAIL_ON_ERROR, "shrink", (int)shrink, NULL);
  else if (source != NULL)
    failed = loaders[format].load (source, &image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                   VIPS_FAIL_ON_ERROR, NULL);
  if (failed != 0) {
    ink_fail_from_vips (error, INK_WIRE_DAMAGED);
    return NULL;
  }
  return image;
}
