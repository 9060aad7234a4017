/* grid-layout.c: the arithmetic of the grid. */
#include "grid-layout.h"

#include <math.h>

void
ink_grid_layout_init (InkGridLayout *layout, int margin, int gap)
{
  *layout = (InkGridLayout){
      .bands = g_array_new (FALSE, TRUE, sizeof (InkGridBand)),
      .margin = margin,
      .gap = gap,
      .cell = 1,
      .columns = 1,
  };
}

void
ink_grid_layout_clear (InkGridLayout *layout)
{
  g_clear_pointer (&layout->bands, g_array_unref);
}

static const InkGridBand *
band_at (const InkGridLayout *layout, guint index)
{
  return &g_array_index (layout->bands, InkGridBand, index);
}

static double
pitch (const InkGridLayout *layout)
{
  return layout->cell + layout->gap;
}

static guint
band_rows (const InkGridLayout *layout, const InkGridBand *band)
{
  return band->count / layout->columns + (band->count % layout->columns != 0);
}

/* Top of a band's first row. */
static double
band_top (const InkGridBand *band)
{
  return band->y + band->heading;
}

/* Where the next band begins. */
static double
band_end (const InkGridLayout *layout, const InkGridBand *band)
{
  return band->count == 0 ? band->y : band_top (band) + band_rows (layout, band) * pitch (layout);
}

void
ink_grid_layout_set_bands (InkGridLayout *layout, const InkGridBand *bands, guint n_bands)
{
  guint first = 0;

  g_array_set_size (layout->bands, 0);
  g_array_append_vals (layout->bands, bands, n_bands);
  for (guint i = 0; i < n_bands; i++) {
    g_array_index (layout->bands, InkGridBand, i).first = first;
    first += bands[i].count;
  }
}

void
ink_grid_layout_update (InkGridLayout *layout, int width, int wanted)
{
  int room = MAX (1, width - 2 * layout->margin + layout->gap);
  double y = layout->margin;

  layout->columns = MAX (1, (guint)lround (room / (double)(wanted + layout->gap)));
  layout->cell = MAX (1, room / (int)layout->columns - layout->gap);

  for (guint i = 0; i < layout->bands->len; i++) {
    InkGridBand *band = &g_array_index (layout->bands, InkGridBand, i);
    band->y = y;
    y = band_end (layout, band);
  }
  layout->height = y - layout->gap + layout->margin;
}

guint
ink_grid_layout_count (const InkGridLayout *layout)
{
  if (layout->bands->len == 0)
    return 0;
  const InkGridBand *last = band_at (layout, layout->bands->len - 1);
  return last->first + last->count;
}

static const InkGridBand *
band_of_position (const InkGridLayout *layout, guint position)
{
  for (guint i = layout->bands->len; i-- > 0;) {
    const InkGridBand *band = band_at (layout, i);
    if (band->count > 0 && position >= band->first)
      return band;
  }
  return NULL;
}

void
ink_grid_layout_locate (const InkGridLayout *layout, guint position, double *x, double *y)
{
  const InkGridBand *band = band_of_position (layout, position);
  guint index = band ? position - band->first : 0;
  double row = floor ((double)index / layout->columns);

  *x = layout->margin + (index % layout->columns) * pitch (layout);
  *y = band ? band_top (band) + row * pitch (layout) : layout->margin;
}

guint
ink_grid_layout_nearest (const InkGridLayout *layout, double x, double y)
{
  const InkGridBand *band = NULL;

  for (guint i = 0; i < layout->bands->len; i++) {
    const InkGridBand *candidate = band_at (layout, i);
    if (candidate->count > 0 && (!band || y >= candidate->y))
      band = candidate;
  }
  if (!band)
    return INK_GRID_NOWHERE;

  double row =
      CLAMP (floor ((y - band_top (band)) / pitch (layout)), 0, band_rows (layout, band) - 1);
  double column = CLAMP (floor ((x - layout->margin) / pitch (layout)), 0, layout->columns - 1);
  guint index = (guint)row * layout->columns + (guint)column;

  return band->first + MIN (index, band->count - 1);
}

guint
ink_grid_layout_hit (const InkGridLayout *layout, double x, double y)
{
  guint position = ink_grid_layout_nearest (layout, x, y);
  double left, top;

  if (position == INK_GRID_NOWHERE)
    return position;
  ink_grid_layout_locate (layout, position, &left, &top);
  gboolean inside = x >= left && x < left + layout->cell && y >= top && y < top + layout->cell;
  return inside ? position : INK_GRID_NOWHERE;
}

gboolean
ink_grid_layout_range (const InkGridLayout *layout, double top, double bottom, guint *first,
                       guint *last)
{
  gboolean found = FALSE;

  for (guint i = 0; i < layout->bands->len; i++) {
    const InkGridBand *band = band_at (layout, i);
    if (band->count == 0)
      continue;
    double from = floor ((top - band_top (band)) / pitch (layout));
    double to = floor ((bottom - band_top (band)) / pitch (layout));
    from = MAX (from, 0);
    to = MIN (to, band_rows (layout, band) - 1);
    if (from > to)
      continue;
    if (!found)
      *first = band->first + (guint)from * layout->columns;
    *last = band->first + MIN (((guint)to + 1) * layout->columns, band->count) - 1;
    found = TRUE;
  }
  return found;
}

void
ink_grid_layout_foreach_run (const InkGridLayout *layout, double left, double top, double right,
                             double bottom, InkGridRunFunc func, gpointer data)
{
  double step = pitch (layout), last_column = (double)layout->columns - 1;
  double column_from = MAX (ceil ((left - layout->margin - layout->cell) / step), 0);
  double column_to = MIN (floor ((right - layout->margin) / step), last_column);

  for (guint i = 0; column_from <= column_to && i < layout->bands->len; i++) {
    const InkGridBand *band = band_at (layout, i);
    double rows = band_rows (layout, band);
    double row_from = MAX (ceil ((top - band_top (band) - layout->cell) / step), 0);
    double row_to = MIN (floor ((bottom - band_top (band)) / step), rows - 1);
    for (double row = row_from; row <= row_to; row++) {
      guint first = (guint)row * layout->columns + (guint)column_from;
      guint last = (guint)row * layout->columns + (guint)column_to;
      if (first < band->count)
        func (band->first + first, band->first + MIN (last, band->count - 1), data);
    }
  }
}

/* The photo in the same column, a row further in the direction of @sign, over headings. */
static guint
step_row (const InkGridLayout *layout, guint position, int sign)
{
  const InkGridBand *band = band_of_position (layout, position);
  guint column = (position - band->first) % layout->columns;
  guint row = (position - band->first) / layout->columns;

  if (sign < 0 && row > 0)
    return position - layout->columns;
  if (sign > 0 && row + 1 < band_rows (layout, band))
    return MIN (position + layout->columns, band->first + band->count - 1);

  guint neighbour = sign < 0 ? band->first - 1 : band->first + band->count;
  if ((sign < 0 && band->first == 0) || neighbour >= ink_grid_layout_count (layout))
    return position;
  band = band_of_position (layout, neighbour);
  guint start = sign < 0 ? (band_rows (layout, band) - 1) * layout->columns : 0;
  return band->first + MIN (start + column, band->count - 1);
}

/* As many rows as fit on a page, at least one. */
static guint
step_page (const InkGridLayout *layout, guint position, int sign, double page)
{
  double x, y;

  ink_grid_layout_locate (layout, position, &x, &y);
  y += layout->cell / 2.0 + sign * MAX (page - pitch (layout), pitch (layout));
  return ink_grid_layout_nearest (layout, x, y);
}

guint
ink_grid_layout_step (const InkGridLayout *layout, guint position, InkGridStep step, double page)
{
  guint count = ink_grid_layout_count (layout);

  if (position >= count)
    return position;

  switch (step) {
  case INK_GRID_LEFT:
    return position > 0 ? position - 1 : position;
  case INK_GRID_RIGHT:
    return position + 1 < count ? position + 1 : position;
  case INK_GRID_UP:
    return step_row (layout, position, -1);
  case INK_GRID_DOWN:
    return step_row (layout, position, 1);
  case INK_GRID_PAGE_UP:
    return step_page (layout, position, -1, page);
  case INK_GRID_PAGE_DOWN:
    return step_page (layout, position, 1, page);
  case INK_GRID_FIRST:
    return 0;
  case INK_GRID_LAST:
    return count - 1;
  default:
    g_assert_not_reached ();
  }
}

int
ink_grid_layout_heading_above (const InkGridLayout *layout, guint position)
{
  const InkGridBand *band = band_of_position (layout, position);

  return band && position - band->first < layout->columns ? band->heading : 0;
}
