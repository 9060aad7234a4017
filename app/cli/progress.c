/* progress.c: the progress bar of the command line. */
#include "cli/progress.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR_WIDTH 24

void
ink_progress_bar_init (InkProgressBar *bar, const InkCli *cli)
{
  struct winsize size = {0};

  bar->terminal = !cli->quiet && isatty (STDERR_FILENO);
  bar->columns =
      ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
  bar->drawn = FALSE;
}

/* "1 h 05 min", "3 min 20 s" or "8 s" */
static char *
format_seconds (double seconds)
{
  guint whole = (guint)CLAMP (seconds + 0.5, 0, 1e7);

  if (whole >= 3600)
    return g_strdup_printf ("%u h %02u min", whole / 3600, whole / 60 % 60);
  if (whole >= 60)
    return g_strdup_printf ("%u min %02u s", whole / 60, whole % 60);
  return g_strdup_printf ("%u s", whole);
}

static void
append_bar (GString *line, guint64 done, guint64 total)
{
  guint filled = total > 0 ? (guint)((double)BAR_WIDTH * (double)done / (double)total) : 0;

  g_string_append_c (line, '[');
  for (guint i = 0; i < BAR_WIDTH; i++)
    g_string_append_c (line, i < filled ? '#' : '.');
}

/* Cut to the terminal, since a wrapped line could not be taken back. */
static void
draw (InkProgressBar *bar, const char *line)
{
  g_autofree char *cut =
      g_utf8_substring (line, 0, MIN (g_utf8_strlen (line, -1), MAX (bar->columns - 1, 1)));
  fprintf (stderr, "\r\033[K%s", cut);
  fflush (stderr);
  bar->drawn = TRUE;
}

void
ink_progress_bar_update_bytes (InkProgressBar *bar, guint64 done, guint64 total)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *here = g_format_size (done);
  g_autofree char *all = g_format_size (total);

  if (!bar->terminal)
    return;
  append_bar (line, done, total);
  g_string_append_printf (line, "] %s of %s", here, all);
  draw (bar, line->str);
}

void
ink_progress_bar_update (const InkIndexProgress *progress, gpointer data)
{
  InkProgressBar *bar = data;
  g_autoptr (GString) line = g_string_new (NULL);

  if (!bar->terminal)
    return;
  if (progress->state == INK_INDEX_SCANNING && progress->total == 0) {
    g_string_append_printf (line, "Looking through folders: %u found", progress->found);
  } else {
    append_bar (line, progress->done, progress->total);
    g_string_append_printf (line, "] %u of %u · %.*f a second", progress->done, progress->total,
                            progress->rate < 100 ? 1 : 0, progress->rate);
    if (progress->seconds_left >= 0) {
      g_autofree char *left = format_seconds (progress->seconds_left);
      g_string_append_printf (line, " · %s left", left);
    }
  }
  draw (bar, line->str);
}

void
ink_progress_bar_update_rows (gsize done, gsize total, gpointer data)
{
  InkProgressBar *bar = data;
  g_autoptr (GString) line = g_string_new (NULL);

  if (!bar->terminal)
    return;
  append_bar (line, done, total);
  g_string_append_printf (line, "] Making search ready: %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT,
                          done, total);
  draw (bar, line->str);
}

void
ink_progress_bar_clear (InkProgressBar *bar)
{
  if (bar->drawn)
    fputs ("\r\033[K", stderr);
  bar->drawn = FALSE;
}
