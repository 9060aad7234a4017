/* main.c: inkling-decoder, the helper that alone touches pictures' bytes. It is started by
 * Inkling with its end of a socket pair as descriptor 3, answers one job after another
 * (protocol.h) and ends when the other end is closed. */
#include <errno.h>
#include <locale.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "decode/protocol.h"
#include "decoder/answer.h"
#include "decoder/confine.h"
#include "decoder/loader.h"

/* What foreign bytes make libraries say must not reach the user's terminal. */
static GLogWriterOutput
drop_message (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  return (level & G_LOG_FLAG_FATAL) != 0 ? g_log_writer_default (level, fields, n_fields, data)
                                         : G_LOG_WRITER_HANDLED;
}

static gboolean
send_hello (const char *sandbox)
{
  InkWireHello hello = {.magic = INK_WIRE_MAGIC};

  for (guint format = 0; format < INK_N_FORMATS; format++)
    if (ink_loader_has (format))
      hello.formats |= 1u << format;
  g_strlcpy (hello.sandbox, sandbox, sizeof hello.sandbox);
  return send (INK_WIRE_SOCKET, &hello, sizeof hello, MSG_NOSIGNAL) == sizeof hello;
}

/* Receives a job and its two descriptors.
 * Returns: %FALSE at the end of the conversation */
static gboolean
receive_job (InkWireRequest *request, int descriptors[2])
{
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE (2 * sizeof (int))];
  } control;
  struct iovec part = {request, sizeof *request};
  struct msghdr message = {
      .msg_iov = &part,
      .msg_iovlen = 1,
      .msg_control = &control,
      .msg_controllen = sizeof control,
  };
  gssize n;

  do
    n = recvmsg (INK_WIRE_SOCKET, &message, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);

  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  if (n != sizeof *request || request->magic != INK_WIRE_MAGIC || header == NULL ||
      header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS ||
      header->cmsg_len != CMSG_LEN (2 * sizeof (int)))
    return FALSE;
  memcpy (descriptors, CMSG_DATA (header), 2 * sizeof (int));
  return TRUE;
}

int
main (int argc, char **argv)
{
  InkWireRequest request;
  int descriptors[2];
  int type;
  socklen_t type_size = sizeof type;
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, "");
  if (getsockopt (INK_WIRE_SOCKET, SOL_SOCKET, SO_TYPE, &type, &type_size) != 0 ||
      type != SOCK_SEQPACKET) {
    g_printerr ("inkling-decoder %s decodes pictures for Inkling, which starts it itself.\n",
                INK_VERSION);
    return 2;
  }
  if (g_getenv ("G_MESSAGES_DEBUG") == NULL)
    g_log_set_writer_func (drop_message, NULL, NULL);
  if (!ink_loader_init (argv[0], &error)) {
    g_printerr ("inkling-decoder: libvips can't be started: %s\n", error->message);
    return 1;
  }
  /* What would be looked up at its first use, when files can no longer be opened. */
  tzset ();
  ink_loader_warm_up ();
  g_autofree char *sandbox = ink_confine_describe (ink_confine ());
  if (!send_hello (sandbox))
    return 1;

  while (receive_job (&request, descriptors)) {
    InkWireReply reply;
    /* The program watches the time; this only ends a helper whose program is gone. */
    alarm (request.seconds);
    ink_answer (&request, descriptors[0], descriptors[1], &reply);
    alarm (0);
    close (descriptors[0]);
    close (descriptors[1]);
    if (send (INK_WIRE_SOCKET, &reply, sizeof reply, MSG_NOSIGNAL) != sizeof reply)
      return 1;
  }
  return 0;
}
