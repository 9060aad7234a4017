/* clip.c: what of clip.h belongs to no model: the error domain and the names of precisions. */
#include "clip.h"

G_DEFINE_QUARK (clip - error - quark, clip_error)

static const char *const precisions[] = {
    [CLIP_PRECISION_AUTO] = "auto",
    [CLIP_PRECISION_F32] = "f32",
    [CLIP_PRECISION_BF16] = "bf16",
    [CLIP_PRECISION_INT8] = "int8",
};

const char *
clip_precision_to_string (ClipPrecision precision)
{
  g_return_val_if_fail ((guint)precision < G_N_ELEMENTS (precisions), NULL);
  return precisions[precision];
}

gboolean
clip_precision_from_string (const char *text, ClipPrecision *precision)
{
  for (guint i = 0; i < G_N_ELEMENTS (precisions); i++)
    if (g_strcmp0 (text, precisions[i]) == 0) {
      *precision = i;
      return TRUE;
    }
  return FALSE;
}
