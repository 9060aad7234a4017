/* mlp.h: two layers with an activation between them, computed strip by strip.
 *
 * What lies between the layers is the widest thing in a block of a tower. A thread takes as many
 * rows as keep it within the second-level cache through both layers, so that it never reaches the
 * memory.
 */
#pragma once

#include "compute/gemm.h"

G_BEGIN_DECLS

/* Makes line @line of the input: ClipMlp.line_rows rows of fc1->in floats. Called by tasks. */
typedef void (*ClipFillLine) (gpointer data, gsize line, float *x);

/* y = residual + scale · fc2 (activation (fc1 (x))), where x comes line by line. */
typedef struct {
  ClipLinear *fc1, *fc2;
  ClipActivation activation;
  gsize lines, line_rows;
  ClipFillLine fill;
  gpointer data;
  const float *scale;    /* by column of y */
  const float *residual; /* its rows residual_step apart; no part of y: filling may read it */
  gsize residual_step;
  float *y; /* lines · line_rows rows of fc2->out, y_step apart */
  gsize y_step;
} ClipMlp;

/* Floats of scratch that clip_mlp_run() needs, for all of @pool's threads. */
gsize clip_mlp_scratch (const ClipMlp *mlp, const ClipPool *pool);

/* @scratch is at a multiple of 64 bytes. FALSE where layer by layer is the better way, since this
 * processor has no tiles made of vectors or there is no memory for the layers' panels: nothing is
 * computed then. */
gboolean clip_mlp_run (const ClipRun *run, const ClipMlp *mlp, float *scratch);

G_END_DECLS
