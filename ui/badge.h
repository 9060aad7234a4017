/* badge.h: a number in a corner of a picture: how many there are of it. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * InkBadge:
 * @widget: whose font, direction and colours it has
 * @number: what it says
 * @side: of the square picture in whose lower corner it lies
 * @pile: with a pile of pictures before the number
 * @lit: in the accent colour
 */
typedef struct {
  GtkWidget *widget;
  guint number;
  float side;
  gboolean pile, lit;
} InkBadge;

/* Where it lies in the square. */
graphene_rect_t ink_badge_get_area (const InkBadge *badge);
void ink_badge_snapshot (const InkBadge *badge, GtkSnapshot *snapshot);

G_END_DECLS
