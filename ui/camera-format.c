/* camera-format.c: what a camera wrote, in words. */
#include "config.h"

#include "camera-format.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

char *
ink_format_camera (const InkCamera *camera)
{
  if (!camera->make || !camera->model)
    return g_strdup (camera->model ? camera->model : camera->make);

  /* "NIKON CORPORATION" and "NIKON D750": the first word says who made it. */
  gsize word = strcspn (camera->make, " ");
  if (g_ascii_strncasecmp (camera->make, camera->model, word) == 0)
    return g_strdup (camera->model);
  return g_strdup_printf ("%s %s", camera->make, camera->model);
}

/* Cameras write 0.004 for 1/250: down to a third of a second, people read the fraction. */
static char *
format_time (double seconds)
{
  if (seconds < 0.35)
    /* Translators: exposure time of a photo, a fraction of a second. */
    return g_strdup_printf (_ ("1/%.0f s"), 1 / seconds);
  /* Translators: exposure time of a photo in seconds. */
  return g_strdup_printf (_ ("%.4g s"), round (seconds * 10) / 10);
}

static void
add_part (GString *line, char *part)
{
  if (line->len > 0)
    g_string_append (line, " · ");
  g_string_append (line, part);
  g_free (part);
}

char *
ink_format_exposure (const InkCamera *camera)
{
  g_autoptr (GString) line = g_string_new (NULL);

  if (camera->exposure > 0)
    add_part (line, format_time (camera->exposure));
  if (camera->aperture > 0)
    /* Translators: aperture of a lens, an f-number. */
    add_part (line, g_strdup_printf (_ ("ƒ/%.3g"), camera->aperture));
  if (camera->iso > 0)
    /* Translators: sensitivity of a camera's sensor. */
    add_part (line, g_strdup_printf (_ ("ISO %u"), camera->iso));
  if (camera->focal_length > 0)
    /* Translators: focal length of a lens in millimetres. */
    add_part (line, g_strdup_printf (_ ("%.4g mm"), camera->focal_length));
  if (camera->focal_length_35 > 0 && fabs (camera->focal_length_35 - camera->focal_length) > 0.5)
    /* Translators: focal length that a lens would have on 35 mm film, for comparison. */
    add_part (line, g_strdup_printf (_ ("as %.0f mm on film"), camera->focal_length_35));
  return line->len > 0 ? g_string_free (g_steal_pointer (&line), FALSE) : NULL;
}

char *
ink_format_place (const InkCamera *camera)
{
  if (!camera->has_place)
    return NULL;
  g_autofree char *latitude =
      /* Translators: geographical latitude, south and north of the equator. */
      g_strdup_printf (camera->latitude < 0 ? _ ("%.5f° S") : _ ("%.5f° N"),
                       fabs (camera->latitude));
  g_autofree char *longitude =
      /* Translators: geographical longitude, west and east of Greenwich. */
      g_strdup_printf (camera->longitude < 0 ? _ ("%.5f° W") : _ ("%.5f° E"),
                       fabs (camera->longitude));
  return g_strdup_printf ("%s, %s", latitude, longitude);
}

char *
ink_format_altitude (const InkCamera *camera)
{
  if (!camera->has_altitude)
    return NULL;
  /* Translators: height of a place in metres. */
  return g_strdup_printf (camera->altitude < 0 ? _ ("%.0f m below the sea")
                                               : _ ("%.0f m above the sea"),
                          fabs (camera->altitude));
}
