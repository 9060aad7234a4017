/* progress.h: how what takes a while is shown in a terminal. */
#pragma once

#include "cli/cli.h"

G_BEGIN_DECLS

typedef struct {
  gboolean terminal; /* stderr is one, and --quiet was not given */
  int columns;
  gboolean drawn;
} InkProgressBar;

void ink_progress_bar_init (InkProgressBar *bar, const InkCli *cli);

/* An InkIndexFunc whose data is an InkProgressBar: redraws the line. */
void ink_progress_bar_update (const InkIndexProgress *progress, gpointer bar);

/* Redraws the line for @done of @total bytes. */
void ink_progress_bar_update_bytes (InkProgressBar *bar, guint64 done, guint64 total);

/* An InkRowsFunc whose data is an InkProgressBar. */
void ink_progress_bar_update_rows (gsize done, gsize total, gpointer bar);

/* Takes the line away. */
void ink_progress_bar_clear (InkProgressBar *bar);

G_END_DECLS
