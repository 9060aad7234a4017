/* layout.c: what must hold of every page, whatever its size, language and colours. */
#include "layout.h"

#include "photo-grid.h"
#include "picture-view.h"

#include <adwaita.h>
#include <math.h>

/* Fractions of pixels are rounded by each parent for itself. */
#define TOLERANCE 1.0

/* Smaller is hard to hit. */
#define SMALLEST_TARGET 20

/* ---- The tree ------------------------------------------------------------------------------ */

typedef void (*Visit) (GtkWidget *widget, gpointer data);

/* Parts of one control, which draw over each other as they are meant to. */
static gboolean
is_one_control (GtkWidget *widget)
{
  return GTK_IS_RANGE (widget) || GTK_IS_SWITCH (widget) || GTK_IS_TEXT (widget) ||
         GTK_IS_PROGRESS_BAR (widget) || GTK_IS_SPINNER (widget) || GTK_IS_SCROLLBAR (widget);
}

static void
visit (GtkWidget *widget, Visit visitor, gpointer data)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  visitor (widget, data);
  if (is_one_control (widget))
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    if (!GTK_IS_NATIVE (child))
      visit (child, visitor, data);
}

/* Where it is, for a message: "InkWindow > … > GtkLabel “3 photos”". */
static char *
describe (GtkWidget *widget)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (GtkWidget *at = widget; at; at = gtk_widget_get_parent (at)) {
    g_autofree char *name = GTK_IS_LABEL (at)
                                ? g_strdup_printf ("%s “%s”", G_OBJECT_TYPE_NAME (at),
                                                   gtk_label_get_text (GTK_LABEL (at)))
                                : g_strdup (G_OBJECT_TYPE_NAME (at));
    g_string_prepend (text, name);
    if (gtk_widget_get_parent (at))
      g_string_prepend (text, " > ");
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static graphene_rect_t
bounds_in (GtkWidget *widget, GtkWidget *other)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (widget, other, &bounds));
  return bounds;
}

/* ---- Places and sizes ---------------------------------------------------------------------- */

/* What is scrolled lies where it will, and a badge sticks out of what it is pinned to. */
static gboolean
lets_its_children_out (GtkWidget *widget)
{
  return GTK_IS_SCROLLABLE (widget) || GTK_IS_REVEALER (widget) ||
         g_str_equal (G_OBJECT_TYPE_NAME (widget), "AdwIndicatorBin");
}

static gboolean
is_within (const graphene_rect_t *inner, const graphene_rect_t *outer)
{
  return inner->origin.x >= outer->origin.x - TOLERANCE &&
         inner->origin.y >= outer->origin.y - TOLERANCE &&
         inner->origin.x + inner->size.width <= outer->origin.x + outer->size.width + TOLERANCE &&
         inner->origin.y + inner->size.height <= outer->origin.y + outer->size.height + TOLERANCE;
}

static void
check_within_parent (GtkWidget *widget, const char *what)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);

  /* libadwaita 1.7 lets the title of a bar have its height, and not the bar grow for it. */
  if (!parent || lets_its_children_out (parent) || ADW_IS_WINDOW_TITLE (widget))
    return;
  graphene_rect_t inner = bounds_in (widget, parent);
  graphene_rect_t outer = bounds_in (parent, parent);
  if (!is_within (&inner, &outer)) {
    g_autofree char *description = describe (widget);
    g_error ("%s: %s reaches out of its parent: %.0f,%.0f %.0f×%.0f in %.0f×%.0f", what,
             description, inner.origin.x, inner.origin.y, inner.size.width, inner.size.height,
             outer.size.width, outer.size.height);
  }
}

/* A label has room for the text that it lays out. */
static void
check_room (GtkWidget *widget, const char *what)
{
  int width, height;

  if (!GTK_IS_LABEL (widget))
    return;
  pango_layout_get_pixel_size (gtk_label_get_layout (GTK_LABEL (widget)), &width, &height);
  if (width > gtk_widget_get_width (widget) + 1 || height > gtk_widget_get_height (widget) + 1) {
    g_autofree char *description = describe (widget);
    g_error ("%s: %s has %d×%d and needs %d×%d", what, description, gtk_widget_get_width (widget),
             gtk_widget_get_height (widget), width, height);
  }
}

static void
check_target (GtkWidget *widget, const char *what)
{
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);

  if (GTK_IS_BUTTON (widget) && (width < SMALLEST_TARGET || height < SMALLEST_TARGET)) {
    g_autofree char *description = describe (widget);
    g_error ("%s: %s is only %d×%d", what, description, width, height);
  }
}

static void
check_not_cut (GtkWidget *widget, const char *what)
{
  /* Titles and the chosen one of several share what room there is with what stands beside them. */
  if (!GTK_IS_LABEL (widget) || gtk_widget_get_ancestor (widget, ADW_TYPE_WINDOW_TITLE) ||
      gtk_widget_get_ancestor (widget, ADW_TYPE_COMBO_ROW))
    return;
  if (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (widget)))) {
    g_autofree char *description = describe (widget);
    g_error ("%s: %s is cut: it has %d", what, description, gtk_widget_get_width (widget));
  }
}

/* ---- Neighbours ---------------------------------------------------------------------------- */

/* Whether its children are side by side, or lie over one another with only some in front. */
static gboolean
keeps_its_children_apart (GtkWidget *widget)
{
  return GTK_IS_BOX (widget) || GTK_IS_CENTER_BOX (widget) || GTK_IS_LIST_BOX (widget) ||
         GTK_IS_OVERLAY (widget);
}

/* What lies under everything else of an overlay. */
static gboolean
is_ground (GtkWidget *widget)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);

  return GTK_IS_OVERLAY (parent) && gtk_overlay_get_child (GTK_OVERLAY (parent)) == widget;
}

static void
check_apart (GtkWidget *parent, GtkWidget *one, GtkWidget *other, const char *what)
{
  graphene_rect_t first = bounds_in (one, parent), second = bounds_in (other, parent), common;

  if (!graphene_rect_intersection (&first, &second, &common) || common.size.width <= TOLERANCE ||
      common.size.height <= TOLERANCE)
    return;
  g_autofree char *description = describe (one);
  g_autofree char *neighbour = describe (other);
  g_error ("%s: %s lies over %s by %.0f×%.0f", what, description, neighbour, common.size.width,
           common.size.height);
}

static void
check_neighbours (GtkWidget *parent, const char *what)
{
  if (!keeps_its_children_apart (parent))
    return;
  for (GtkWidget *one = gtk_widget_get_first_child (parent); one;
       one = gtk_widget_get_next_sibling (one))
    for (GtkWidget *other = gtk_widget_get_next_sibling (one); other;
         other = gtk_widget_get_next_sibling (other))
      if (gtk_widget_get_mapped (one) && gtk_widget_get_mapped (other) && !is_ground (one) &&
          !is_ground (other) && !GTK_IS_NATIVE (one) && !GTK_IS_NATIVE (other))
        check_apart (parent, one, other, what);
}

/* ---- All of it ----------------------------------------------------------------------------- */

typedef struct {
  GtkWidget *window;
  const char *what;
  gboolean cut;
  double least;
  const guint32 *pixels;
  int width, height;
} Check;

static void
check_widget (GtkWidget *widget, gpointer data)
{
  const Check *check = data;

  check_within_parent (widget, check->what);
  check_room (widget, check->what);
  check_target (widget, check->what);
  check_neighbours (widget, check->what);
  if (!check->cut)
    check_not_cut (widget, check->what);
}

void
layout_check (GtkWidget *window, const char *what, gboolean cut)
{
  Check check = {.window = window, .what = what, .cut = cut};

  visit (window, check_widget, &check);
}

/* ---- Contrast ------------------------------------------------------------------------------ */

static double
linear (guint level)
{
  double value = level / 255.0;

  return value <= 0.03928 ? value / 12.92 : pow ((value + 0.055) / 1.055, 2.4);
}

/* Relative luminance by WCAG 2, of 0xRRGGBB. */
static double
luminance (guint32 colour)
{
  return 0.2126 * linear (colour >> 16 & 0xff) + 0.7152 * linear (colour >> 8 & 0xff) +
         0.0722 * linear (colour & 0xff);
}

static double
contrast (guint32 one, guint32 other)
{
  double a = luminance (one), b = luminance (other);

  return (MAX (a, b) + 0.05) / (MIN (a, b) + 0.05);
}

/* The colour of most of its pixels is the ground; the one furthest from that is the ink. */
static double
measure_contrast (const Check *check, const graphene_rect_t *area)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  int left = MAX ((int)area->origin.x, 0), top = MAX ((int)area->origin.y, 0);
  int right = MIN ((int)(area->origin.x + area->size.width), check->width);
  int bottom = MIN ((int)(area->origin.y + area->size.height), check->height);
  guint32 ground = 0;
  guint most = 0;
  double best = 1;

  for (int y = top; y < bottom; y++)
    for (int x = left; x < right; x++) {
      guint32 colour = check->pixels[y * check->width + x] & 0xffffff;
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, GUINT_TO_POINTER (colour))) + 1;
      g_hash_table_insert (counts, GUINT_TO_POINTER (colour), GUINT_TO_POINTER (n));
      if (n > most) {
        most = n;
        ground = colour;
      }
    }
  for (int y = top; y < bottom; y++)
    for (int x = left; x < right; x++)
      best = MAX (best, contrast (ground, check->pixels[y * check->width + x] & 0xffffff));
  return best;
}

/* What is scrolled out of sight is not drawn. */
static gboolean
is_in_sight (const Check *check, GtkWidget *widget)
{
  for (GtkWidget *at = gtk_widget_get_parent (widget); at; at = gtk_widget_get_parent (at)) {
    graphene_rect_t inner = bounds_in (widget, at), outer = bounds_in (at, at);
    if (!is_within (&inner, &outer))
      return FALSE;
  }
  return gtk_widget_get_width (widget) > 0;
}

static gboolean
has_ink (const char *text)
{
  for (; *text; text = g_utf8_next_char (text))
    if (g_unichar_isgraph (g_utf8_get_char (text)))
      return TRUE;
  return FALSE;
}

static void
check_text (GtkWidget *widget, gpointer data)
{
  const Check *check = data;

  /* What can't be used just now may be pale, and what lies over photos has a ground of its own. */
  if (!GTK_IS_LABEL (widget) || !has_ink (gtk_label_get_text (GTK_LABEL (widget))) ||
      !gtk_widget_is_sensitive (widget) || !is_in_sight (check, widget))
    return;
  graphene_rect_t area = bounds_in (widget, check->window);
  double measured = measure_contrast (check, &area);
  if (measured < check->least) {
    g_autofree char *description = describe (widget);
    g_error ("%s: %s stands out by %.2f only", check->what, description, measured);
  }
}

/* Returns: (transfer full): what it has drawn, once that is up to date */
static GskRenderNode *
draw (GtkWidget *window, int *width, int *height)
{
  GskRenderNode *node = NULL;

  while (!node) {
    g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
    GtkSnapshot *snapshot = gtk_snapshot_new ();
    *width = gdk_paintable_get_intrinsic_width (paintable);
    *height = gdk_paintable_get_intrinsic_height (paintable);
    gdk_paintable_snapshot (paintable, snapshot, *width, *height);
    node = gtk_snapshot_free_to_node (snapshot);
    if (!node)
      g_main_context_iteration (NULL, TRUE); /* a frame is due */
  }
  return node;
}

void
layout_check_contrast (GtkWidget *window, const char *what, double least)
{
  Check check = {.window = window, .what = what, .least = least};
  g_autoptr (GskRenderNode) node = draw (window, &check.width, &check.height);
  g_autoptr (GdkTexture) picture = gsk_renderer_render_texture (
      gtk_native_get_renderer (GTK_NATIVE (window)), node,
      &GRAPHENE_RECT_INIT (0, 0, (float)check.width, (float)check.height));
  g_autofree guint32 *pixels = g_new (guint32, (gsize)check.width * (gsize)check.height);

  gdk_texture_download (picture, (guchar *)pixels, (gsize)check.width * sizeof (guint32));
  check.pixels = pixels;
  visit (window, check_text, &check);
}
