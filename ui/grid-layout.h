/* grid-layout.h: where each photo of the grid lies.
 *
 * Plain arithmetic without widgets: the cost of a layout depends on the number of bands, never on
 * the number of photos. A band is a run of photos below a full-width heading (or below none);
 * inside it photos fill rows of square cells. Coordinates are those of the whole content, with
 * doubles because a large library is taller than a float can tell apart.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define INK_GRID_NOWHERE G_MAXUINT

typedef struct {
  guint first; /* position of its first photo */
  guint count; /* photos in it; an empty band takes no room */
  int heading; /* height of its heading, 0 for none */
  double y;    /* top of the heading; set by ink_grid_layout_update() */
} InkGridBand;

typedef struct {
  GArray *bands; /* InkGridBand, in order of position */
  int margin;    /* around everything */
  int gap;       /* between cells */
  int cell;      /* side of a cell */
  guint columns;
  double height; /* of the whole content */
} InkGridLayout;

typedef enum {
  INK_GRID_LEFT,
  INK_GRID_RIGHT,
  INK_GRID_UP,
  INK_GRID_DOWN,
  INK_GRID_PAGE_UP,
  INK_GRID_PAGE_DOWN,
  INK_GRID_FIRST,
  INK_GRID_LAST,
} InkGridStep;

void ink_grid_layout_init (InkGridLayout *layout, int margin, int gap);
void ink_grid_layout_clear (InkGridLayout *layout);

/* Takes the bands that follow each other; their first and y are filled in. */
void ink_grid_layout_set_bands (InkGridLayout *layout, const InkGridBand *bands, guint n_bands);

/**
 * ink_grid_layout_update:
 * @width: pixels there are
 * @wanted: side of a cell that the user asked for
 *
 * Chooses the number of columns whose cells come nearest to @wanted and stretches them so that
 * they fill the width.
 */
void ink_grid_layout_update (InkGridLayout *layout, int width, int wanted);

/* Number of photos in all bands. */
guint ink_grid_layout_count (const InkGridLayout *layout);

/* Left and top of a photo's cell. */
void ink_grid_layout_locate (const InkGridLayout *layout, guint position, double *x, double *y);

/* The photo at a point, or %INK_GRID_NOWHERE between cells. */
guint ink_grid_layout_hit (const InkGridLayout *layout, double x, double y);

/* The photo nearest to a point; %INK_GRID_NOWHERE only where there is none at all. */
guint ink_grid_layout_nearest (const InkGridLayout *layout, double x, double y);

/* The photos of which something lies between two heights. %FALSE where there are none. */
gboolean ink_grid_layout_range (const InkGridLayout *layout, double top, double bottom,
                                guint *first, guint *last);

/* Tells @func of the runs of neighbouring photos that a rectangle touches. */
typedef void (*InkGridRunFunc) (guint first, guint last, gpointer data);
void ink_grid_layout_foreach_run (const InkGridLayout *layout, double left, double top,
                                  double right, double bottom, InkGridRunFunc func, gpointer data);

/**
 * ink_grid_layout_step:
 * @page: height of what is visible
 *
 * Returns: where a key leads to from @position; @position itself where it leads nowhere
 */
guint
ink_grid_layout_step (const InkGridLayout *layout, guint position, InkGridStep step, double page);

/* Height of the heading right above a photo's row, 0 where there is none. */
int ink_grid_layout_heading_above (const InkGridLayout *layout, guint position);

G_END_DECLS
