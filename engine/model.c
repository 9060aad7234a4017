/* model.c: opens a model folder and runs its towers (clip.h). */
#include "clip.h"
