/* badge.c: a number in a corner of a picture. */
#include "badge.h"

#include "text-format.h"

#include <math.h>

#define MARGIN 6
#define PAD_X 8
#define PAD_Y 3

/* The pile: two sheets, the one behind shifted up and to the side. */
#define SHEET 9
#define SHIFT 3
#define PILE (SHEET + SHIFT)
#define PILE_GAP 5

static const GdkRGBA dark = {0, 0, 0, 0.65F}, light = {1, 1, 1, 1};

static PangoLayout *
make_layout (const InkBadge *badge)
{
  g_autofree char *text = ink_format_count (badge->number);
  PangoLayout *layout = gtk_widget_create_pango_layout (badge->widget, text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_attr_list_insert (attributes, pango_attr_scale_new (PANGO_SCALE_SMALL));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  return layout;
}

static graphene_rect_t
get_area (const InkBadge *badge, PangoLayout *layout)
{
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  float high = (float)MAX (height, PILE) + 2 * PAD_Y;
  float wide = (float)width + 2 * PAD_X + (badge->pile ? PILE + PILE_GAP : 0);
  wide = MAX (wide, high);
  gboolean mirror = gtk_widget_get_direction (badge->widget) == GTK_TEXT_DIR_RTL;
  return GRAPHENE_RECT_INIT (mirror ? MARGIN : badge->side - MARGIN - wide,
                             badge->side - MARGIN - high, wide, high);
}

graphene_rect_t
ink_badge_get_area (const InkBadge *badge)
{
  g_autoptr (PangoLayout) layout = make_layout (badge);

  return get_area (badge, layout);
}

static void
get_colours (const InkBadge *badge, GdkRGBA *back, GdkRGBA *front)
{
  GtkStyleContext *style = gtk_widget_get_style_context (badge->widget);

  *back = dark;
  *front = light;
  if (badge->lit && gtk_style_context_lookup_color (style, "accent_bg_color", back))
    gtk_style_context_lookup_color (style, "accent_fg_color", front);
}

static void
snapshot_pile (GtkSnapshot *snapshot, float x, float y, const GdkRGBA *colour)
{
  const float widths[4] = {1.5F, 1.5F, 1.5F, 1.5F};
  const GdkRGBA colours[4] = {*colour, *colour, *colour, *colour};
  GskRoundedRect sheet;

  gsk_rounded_rect_init_from_rect (&sheet, &GRAPHENE_RECT_INIT (x, y + SHIFT, SHEET, SHEET), 2);
  gtk_snapshot_append_border (snapshot, &sheet, widths, colours);
  /* Of the one behind, what sticks out. */
  gtk_snapshot_append_color (snapshot, colour, &GRAPHENE_RECT_INIT (x + SHIFT, y, SHEET, 1.5F));
  gtk_snapshot_append_color (snapshot, colour,
                             &GRAPHENE_RECT_INIT (x + PILE - 1.5F, y + 1.5F, 1.5F, SHEET - 1.5F));
}

void
ink_badge_snapshot (const InkBadge *badge, GtkSnapshot *snapshot)
{
  g_autoptr (PangoLayout) layout = make_layout (badge);
  graphene_rect_t area = get_area (badge, layout);
  float pile = badge->pile ? PILE + PILE_GAP : 0;
  GskRoundedRect outline;
  GdkRGBA back, front;
  int width, height;

  get_colours (badge, &back, &front);
  gsk_rounded_rect_init_from_rect (&outline, &area, area.size.height / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &back, &area);
  gtk_snapshot_pop (snapshot);

  pango_layout_get_pixel_size (layout, &width, &height);
  float x = floorf (area.origin.x + (area.size.width - (float)width - pile) / 2);
  float y = floorf (area.origin.y + (area.size.height - (float)height) / 2);
  if (badge->pile)
    snapshot_pile (snapshot, x, floorf (area.origin.y + (area.size.height - PILE) / 2), &front);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x + pile, y));
  gtk_snapshot_append_layout (snapshot, layout, &front);
  gtk_snapshot_restore (snapshot);
}
