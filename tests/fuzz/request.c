/* request.c: a job, as the decoder helper takes it: the request's numbers, then the picture. The
 * walls of the helper are not up here; its own code and libvips's loaders are what is tried. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "decoder/answer.h"
#include "decoder/loader.h"
#include "fuzz/fuzz.h"

static GLogWriterOutput
drop_message (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  return G_LOG_WRITER_HANDLED;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static gboolean initialised;
  InkWireRequest request = {0};
  InkWireLayout layout;
  InkWireReply reply;

  if (!initialised) {
    /* Whatever libraries say of the bytes. */
    g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
    g_log_set_writer_func (drop_message, NULL, NULL);
    g_assert_true (ink_loader_init ("fuzz", NULL));
  }
  initialised = TRUE;
  if (size < sizeof request)
    return 0;
  memcpy (&request, data, sizeof request);
  if (ink_wire_layout (&request, &layout) && layout.size > 16 * 1024 * 1024)
    return 0;

  int file = memfd_create ("fuzz", MFD_CLOEXEC), results = memfd_create ("fuzz", MFD_CLOEXEC);
  gsize n = size - sizeof request;
  g_assert_cmpint (write (file, data + sizeof request, n), ==, (gssize)n);
  if (ink_wire_layout (&request, &layout))
    g_assert_cmpint (ftruncate (results, (off_t)layout.size), ==, 0);
  ink_answer (&request, file, results, &reply);
  g_assert_cmpuint (reply.magic, ==, INK_WIRE_MAGIC);
  g_assert_cmpuint (reply.job, ==, request.job);
  g_assert_true (memchr (reply.detail, '\0', sizeof reply.detail) != NULL);
  close (file);
  close (results);
  return 0;
}
