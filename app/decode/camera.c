/* camera.c: looks into what a helper says of a camera, and believes nothing unseen (camera.h). */
#include "decode/camera.h"

#include <math.h>
#include <string.h>

void
ink_camera_clear (InkCamera *camera)
{
  g_free (camera->make);
  g_free (camera->model);
  g_free (camera->lens);
  *camera = (InkCamera){0};
}

static gboolean
is_text (const char *text, gsize room)
{
  return memchr (text, '\0', room) != NULL;
}

/* NAN and infinities are not. */
static gboolean
is_within (double number, double least, double most)
{
  return number >= least && number <= most;
}

gboolean
ink_camera_is_sound (const InkWireCamera *wire)
{
  return is_text (wire->make, sizeof wire->make) && is_text (wire->model, sizeof wire->model) &&
         is_text (wire->lens, sizeof wire->lens) &&
         is_within (wire->exposure, 0, INK_WIRE_MAX_SETTING) &&
         is_within (wire->aperture, 0, INK_WIRE_MAX_SETTING) &&
         is_within (wire->focal_length, 0, INK_WIRE_MAX_SETTING) &&
         is_within (wire->focal_length_35, 0, INK_WIRE_MAX_SETTING) && wire->iso <= G_MAXINT32 &&
         is_within (wire->latitude, -90, 90) && is_within (wire->longitude, -180, 180) &&
         is_within (wire->altitude, -INK_WIRE_MAX_ALTITUDE, INK_WIRE_MAX_ALTITUDE) &&
         (wire->has & ~(INK_WIRE_PLACE | INK_WIRE_ALTITUDE)) == 0;
}

/* A camera's words as one line of plain text. Returns: (transfer full) (nullable) */
static char *
clean (const char *raw)
{
  g_autofree char *valid = g_utf8_make_valid (raw, -1);
  g_autoptr (GString) text = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar character = g_utf8_get_char (at);
    g_string_append_unichar (text, g_unichar_isprint (character) ? character : ' ');
  }
  g_strstrip (text->str);
  return text->str[0] != '\0' ? g_strdup (text->str) : NULL;
}

void
ink_camera_from_wire (InkCamera *camera, const InkWireCamera *wire)
{
  *camera = (InkCamera){
      .make = clean (wire->make),
      .model = clean (wire->model),
      .lens = clean (wire->lens),
      .exposure = wire->exposure,
      .aperture = wire->aperture,
      .focal_length = wire->focal_length,
      .focal_length_35 = wire->focal_length_35,
      .iso = wire->iso,
      .has_place = (wire->has & INK_WIRE_PLACE) != 0,
      .latitude = wire->latitude,
      .longitude = wire->longitude,
      .has_altitude = (wire->has & INK_WIRE_ALTITUDE) != 0,
      .altitude = wire->altitude,
  };
}
