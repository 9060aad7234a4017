/* picture-chip.h: a picture that is searched by, as a small removable token. */
#pragma once

#include "picture-query.h"

G_BEGIN_DECLS

#define INK_TYPE_PICTURE_CHIP (ink_picture_chip_get_type ())
G_DECLARE_FINAL_TYPE (InkPictureChip, ink_picture_chip, INK, PICTURE_CHIP, GtkWidget)

/* Signal "removed": its button was pressed. */
GtkWidget *ink_picture_chip_new (InkPictureQuery *picture);

InkPictureQuery *ink_picture_chip_get_picture (InkPictureChip *chip);

G_END_DECLS
