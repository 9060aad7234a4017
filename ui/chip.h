/* chip.h: a part of the search as a small token that can be taken away. */
#pragma once

#include "picture-query.h"

G_BEGIN_DECLS

#define INK_TYPE_CHIP (ink_chip_get_type ())
G_DECLARE_FINAL_TYPE (InkChip, ink_chip, INK, CHIP, GtkWidget)

/* Signal "removed": its button was pressed. */

/* @label: what the chip says, to the eye and to a screen reader */
GtkWidget *ink_chip_new (const char *icon_name, const char *label);

/* The same for a picture, whose preview takes the icon's place. */
GtkWidget *ink_chip_new_for_picture (InkPictureQuery *picture);

G_END_DECLS
