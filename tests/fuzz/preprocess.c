/* preprocess.c: pictures of any size and shape, made square. */
#include <string.h>

#include "clip.h"
#include "fuzz/fuzz.h"

typedef struct {
  guint16 width, height, padding, square;
} Header;

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  Header header;

  if (size < sizeof header)
    return 0;
  memcpy (&header, data, sizeof header);
  guint square = header.square % 512;
  gsize stride = (gsize)3 * header.width + header.padding;
  if (stride * header.height > 4 * 1024 * 1024)
    return 0;

  g_autofree guint8 *pixels = g_malloc0 (MAX (stride * header.height, 1));
  g_autofree guint8 *out = g_malloc ((gsize)3 * square * square + 1);
  memcpy (pixels, data + sizeof header, MIN (size - sizeof header, stride * header.height));
  ClipPicture picture = {pixels, header.width, header.height, stride};
  FUZZ_EXPECT (clip_picture_square (&picture, square, out, &error), error);
  return 0;
}
