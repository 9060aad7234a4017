/* model.c: opens a model folder and runs its towers (clip.h). */
#include "clip.h"

G_DEFINE_QUARK (clip-error-quark, clip_error)
