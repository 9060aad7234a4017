/* camera.h: what a camera wrote into its photo, as the decoder helper read it. */
#pragma once

#include "decode/protocol.h"

G_BEGIN_DECLS

/* Numbers are 0 where they are unknown. */
typedef struct {
  char *make, *model, *lens;            /* nullable: one line of text each */
  double exposure;                      /* seconds */
  double aperture;                      /* f-number */
  double focal_length, focal_length_35; /* mm; of the lens, and as if on 35 mm film */
  guint iso;
  gboolean has_place;
  double latitude, longitude; /* degrees, north and east positive */
  gboolean has_altitude;
  double altitude; /* m above the sea */
} InkCamera;

void ink_camera_clear (InkCamera *camera);

/* Whether an honest helper could have sent this. */
gboolean ink_camera_is_sound (const InkWireCamera *wire);

/* @wire: a sound one. Texts come out as valid UTF-8 without control characters or blanks around. */
void ink_camera_from_wire (InkCamera *camera, const InkWireCamera *wire);

G_END_DECLS
