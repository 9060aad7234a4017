/* reply.c: a decoder helper's answer, as the program reads it: a request, then the reply, then the
 * contents of the memory that both see. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "decode/decoded.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  InkWireRequest request = {.magic = INK_WIRE_MAGIC, .job = 1};
  InkWireReply reply = {0};
  InkWireLayout layout;
  g_autoptr (GError) error = NULL;

  if (size < 3)
    return 0;
  request.square = data[0];
  request.thumbnail = data[1];
  request.pixels = data[2];
  g_assert_true (ink_wire_layout (&request, &layout));
  data += 3;
  size -= 3;
  memcpy (&reply, data, MIN (size, sizeof reply));
  gsize used = MIN (size, sizeof reply);

  int results = memfd_create ("fuzz", MFD_CLOEXEC);
  g_assert_cmpint (ftruncate (results, (off_t)layout.size), ==, 0);
  gsize n = MIN (size - used, layout.size);
  g_assert_cmpint (pwrite (results, data + used, n, 0), ==, (gssize)n);
  g_autoptr (InkDecoded) decoded = ink_decoded_from_reply (&request, &reply, results, &error);
  FUZZ_EXPECT (decoded != NULL, error);
  if (decoded != NULL) {
    g_assert_true (decoded->taken == NULL || g_utf8_validate (decoded->taken, -1, NULL));
    g_assert_true (decoded->pixels == NULL ||
                   g_bytes_get_size (decoded->pixels) ==
                       (gsize)3 * decoded->pixels_width * decoded->pixels_height);
  }
  close (results);
  return 0;
}
