/* decoded.c: takes a helper's reply apart and believes nothing in it unseen (decoded.h). */
#include "config.h"

#include "decode/decoded.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "decode/camera.h"

void
ink_decoded_free (InkDecoded *decoded)
{
  g_free (decoded->type);
  g_free (decoded->taken);
  ink_camera_clear (&decoded->camera);
  g_clear_pointer (&decoded->tiles, g_bytes_unref);
  g_clear_pointer (&decoded->thumbnail, g_bytes_unref);
  g_clear_pointer (&decoded->pixels, g_bytes_unref);
  g_free (decoded);
}

guint
ink_decoded_list_tiles (const InkDecoded *decoded, ClipPicture *tiles)
{
  gsize stride = (gsize)3 * decoded->tile_width;
  const guint8 *rgb = g_bytes_get_data (decoded->tiles, NULL);

  for (guint i = 0; i < decoded->n_tiles; i++, rgb += stride * decoded->tile_height)
    tiles[i] = (ClipPicture){rgb, decoded->tile_width, decoded->tile_height, stride};
  return decoded->n_tiles;
}

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, INK_ERROR, INK_ERROR_DECODER,
                       _ ("The decoder gave an answer that makes no sense"));
  return FALSE;
}

/* The helper's words as one line of plain text. */
static char *
clean_detail (const InkWireReply *reply)
{
  g_autofree char *raw = g_strndup (reply->detail, sizeof reply->detail);
  char *detail = g_utf8_make_valid (raw, -1);

  for (char *at = detail; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  return detail;
}

static gboolean
fail_from_status (const InkWireReply *reply, GError **error)
{
  const char *reason;
  InkError code;

  switch ((InkWireStatus)reply->status) {
  case INK_WIRE_UNSUPPORTED:
    code = INK_ERROR_UNSUPPORTED;
    reason = _ ("The file is in no format that this build reads");
    break;
  case INK_WIRE_DAMAGED:
    code = INK_ERROR_DAMAGED;
    reason = _ ("The picture is damaged");
    break;
  case INK_WIRE_EMPTY:
    code = INK_ERROR_EMPTY;
    reason = _ ("The file is empty");
    break;
  case INK_WIRE_TOO_LARGE:
    code = INK_ERROR_TOO_LARGE;
    reason = _ ("The picture is too large");
    break;
  case INK_WIRE_FAILED:
    code = INK_ERROR_FAILED;
    reason = _ ("The picture can't be read");
    break;
  case INK_WIRE_OK:
  default:
    return refuse (error);
  }
  g_autofree char *detail = clean_detail (reply);
  if (detail[0] != '\0')
    g_set_error (error, INK_ERROR, (int)code, "%s: %s", reason, detail);
  else
    g_set_error_literal (error, INK_ERROR, (int)code, reason);
  return FALSE;
}

/* YYYY-MM-DDTHH:MM:SS[±HH:MM] or nothing, with a NUL inside its room. */
static gboolean
is_date (const char *text, gsize room)
{
  static const char form[] = "0000-00-00T00:00:00+00:00";
  gsize length = strnlen (text, room);

  if (length == 0)
    return TRUE;
  if (length != strlen ("0000-00-00T00:00:00") && length != strlen (form))
    return FALSE;
  for (gsize i = 0; i < length; i++) {
    gboolean fits = form[i] == '0'   ? g_ascii_isdigit (text[i])
                    : form[i] == '+' ? text[i] == '+' || text[i] == '-'
                                     : text[i] == form[i];
    if (!fits)
      return FALSE;
  }
  return TRUE;
}

/* Whether the tiles are such as the view makes for that square, so that the engine takes them. */
static gboolean
are_tiles_sound (const InkWireRequest *request, const InkWireLayout *layout,
                 const InkWireReply *reply)
{
  guint64 row = (guint64)3 * reply->tile_width * reply->tile_height;
  gboolean square = reply->tile_width == request->square && reply->tile_height == request->square;
  gboolean rectangle =
      reply->tile_width % CLIP_PLACE_SIDE == 0 && reply->tile_height % CLIP_PLACE_SIDE == 0;

  if (request->square == 0)
    return reply->tiles == 0;
  if (reply->tiles < 1 || reply->tiles > CLIP_TILES_MAX || row == 0 ||
      row > layout->square_size / reply->tiles)
    return FALSE;
  return request->view == CLIP_VIEW_WHOLE ? rectangle : square;
}

static gboolean
are_facts_sound (const InkWireRequest *request, const InkWireLayout *layout,
                 const InkWireReply *reply)
{
  if (ink_format_get_name (reply->format) == NULL || reply->orientation < 1 ||
      reply->orientation > 8 || reply->colour > 0xffffff ||
      !is_date (reply->taken, sizeof reply->taken) || !ink_camera_is_sound (&reply->camera))
    return FALSE;
  if (reply->width < 1 || reply->width > G_MAXINT32 || reply->height < 1 ||
      reply->height > G_MAXINT32)
    return FALSE;
  if (!are_tiles_sound (request, layout, reply))
    return FALSE;
  if (request->thumbnail == 0
          ? reply->thumbnail_size != 0
          : reply->thumbnail_size == 0 || reply->thumbnail_size > layout->thumbnail_size)
    return FALSE;
  if (request->pixels == 0)
    return reply->pixels_width == 0 && reply->pixels_height == 0;
  return reply->pixels_width >= 1 && reply->pixels_width <= request->pixels &&
         reply->pixels_height >= 1 && reply->pixels_height <= request->pixels;
}

/* Copies a result out of the memory file, where the helper could still change it.
 * @copy: (out): left as it is where @size is 0 */
static gboolean
copy_result (int results, gsize offset, gsize size, GBytes **copy, GError **error)
{
  if (size == 0)
    return TRUE;
  g_autofree guint8 *bytes = g_try_malloc (size);
  if (bytes == NULL) {
    g_set_error_literal (error, INK_ERROR, INK_ERROR_FAILED, _ ("There is not enough memory"));
    return FALSE;
  }
  for (gsize done = 0; done < size;) {
    gssize n = pread (results, bytes + done, size - done, (off_t)(offset + done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return refuse (error);
    done += (gsize)n;
  }
  *copy = g_bytes_new_take (g_steal_pointer (&bytes), size);
  return TRUE;
}

static gboolean
is_thumbnail_sound (GBytes *thumbnail)
{
  if (thumbnail == NULL)
    return TRUE;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (thumbnail, &size);
  return ink_format_sniff (bytes, size) == INK_FORMAT_JPEG;
}

InkDecoded *
ink_decoded_from_reply (const InkWireRequest *request, const InkWireReply *reply, int results,
                        GError **error)
{
  InkWireLayout layout;

  if (reply->magic != INK_WIRE_MAGIC || reply->job != request->job ||
      !ink_wire_layout (request, &layout)) {
    refuse (error);
    return NULL;
  }
  if (reply->status != INK_WIRE_OK) {
    fail_from_status (reply, error);
    return NULL;
  }
  if (!are_facts_sound (request, &layout, reply)) {
    refuse (error);
    return NULL;
  }

  g_autoptr (InkDecoded) decoded = g_new0 (InkDecoded, 1);
  decoded->width = reply->width;
  decoded->height = reply->height;
  decoded->orientation = reply->orientation;
  decoded->type = g_strdup (ink_format_get_name (reply->format));
  decoded->taken = reply->taken[0] != '\0' ? g_strdup (reply->taken) : NULL;
  ink_camera_from_wire (&decoded->camera, &reply->camera);
  decoded->colour = reply->colour;
  decoded->phash = reply->phash;
  memcpy (decoded->content_key, reply->content_key, sizeof decoded->content_key);
  decoded->pixels_width = reply->pixels_width;
  decoded->pixels_height = reply->pixels_height;

  decoded->n_tiles = reply->tiles;
  decoded->tile_width = reply->tile_width;
  decoded->tile_height = reply->tile_height;

  gsize tiles_size = (gsize)3 * reply->tiles * reply->tile_width * reply->tile_height;
  gsize pixels_size = (gsize)3 * reply->pixels_width * reply->pixels_height;
  if (!copy_result (results, layout.square, tiles_size, &decoded->tiles, error) ||
      !copy_result (results, layout.thumbnail, reply->thumbnail_size, &decoded->thumbnail, error) ||
      !copy_result (results, layout.pixels, pixels_size, &decoded->pixels, error))
    return NULL;
  if (!is_thumbnail_sound (decoded->thumbnail)) {
    refuse (error);
    return NULL;
  }
  return g_steal_pointer (&decoded);
}
