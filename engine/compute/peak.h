/* peak.h: loops of multiply-adds on registers alone, which measure what the processor can do. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Each runs @steps steps and returns how many operations (two for a multiply-add) that were. */
typedef double (*ClipPeakLoop) (gsize steps);

double clip_peak_f32_scalar (gsize steps);
double clip_peak_f32_neon (gsize steps);
double clip_peak_f32_avx2 (gsize steps);
double clip_peak_f32_avx512 (gsize steps);
double clip_peak_bf16_avx512 (gsize steps);
double clip_peak_int8_avx512 (gsize steps);
double clip_peak_int8_avx2 (gsize steps);

G_END_DECLS
