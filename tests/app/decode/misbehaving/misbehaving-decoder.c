/* misbehaving-decoder.c: a decoder helper that does what the "picture" tells it, a text such as
 * "crash". The tests use it to see what a hostile or broken helper can do to the program. */
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

#include "decode/protocol.h"

static InkWireRequest request;
static InkWireLayout layout;
static int picture, results;
static char command[512];

/* What an honest helper would say of a grey pixel; the colour tells which process it was. */
static InkWireReply
make_reply (void)
{
  InkWireReply reply = {
      .magic = INK_WIRE_MAGIC,
      .job = request.job,
      .format = INK_FORMAT_PNG,
      .width = 1,
      .height = 1,
      .orientation = 1,
      .colour = (guint32)getpid () & 0xffffff,
      .thumbnail_size = request.thumbnail != 0 ? 4 : 0,
      .pixels_width = request.pixels != 0 ? 1 : 0,
      .pixels_height = request.pixels != 0 ? 1 : 0,
      .tiles = request.square != 0 ? 1 : 0,
      .tile_width = request.square,
      .tile_height = request.square,
  };
  return reply;
}

static void
send_bytes (const void *bytes, gsize size)
{
  if (send (INK_WIRE_SOCKET, bytes, size, MSG_NOSIGNAL) < 0)
    _exit (1);
}

static void
sleep_for_ever (void)
{
  for (;;)
    pause ();
}

/* Tells the test, by a file with its process's number, that the job is under way. */
static void
announce_and_sleep (const char *path)
{
  int file = open (path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  char number[16];
  int length = g_snprintf (number, sizeof number, "%d\n", (int)getpid ());
  if (file < 0 || write (file, number, (size_t)length) != length)
    _exit (1);
  close (file);
  sleep_for_ever ();
}

/* Does not end when it is killed, as a process that is stuck in the kernel, until somebody removes
 * @path: another process traces it, and does not look at its end. */
static void
be_stuck (const char *path)
{
  pid_t stuck = getpid ();

  prctl (PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
  if (fork () != 0)
    sleep_for_ever ();
  int file = ptrace (PTRACE_SEIZE, stuck, NULL, NULL) == 0
                 ? open (path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600)
                 : -1;
  while (file >= 0 && access (path, F_OK) == 0)
    g_usleep (10000);
  _exit (0);
}

/* Things that are not about the reply's contents. Returns: whether @command was one of them */
static gboolean
misbehave (void)
{
  InkWireReply reply = make_reply ();
  char long_message[sizeof reply + 1] = {0};

  if (g_str_equal (command, "crash"))
    raise (SIGSEGV);
  else if (g_str_equal (command, "exit"))
    _exit (3);
  else if (g_str_equal (command, "hang"))
    sleep_for_ever ();
  else if (g_str_has_prefix (command, "announce:"))
    announce_and_sleep (command + strlen ("announce:"));
  else if (g_str_has_prefix (command, "stuck:"))
    be_stuck (command + strlen ("stuck:"));
  else if (g_str_equal (command, "close")) {
    close (INK_WIRE_SOCKET);
    sleep_for_ever ();
  } else if (g_str_equal (command, "short"))
    send_bytes (&reply, sizeof reply - 1);
  else if (g_str_equal (command, "long"))
    send_bytes (long_message, sizeof long_message);
  else
    return FALSE;
  return TRUE;
}

/* Spoils one part of @reply. */
static void
lie (InkWireReply *reply)
{
  const char *about = command + strlen ("lie:");

  if (g_str_equal (about, "magic"))
    reply->magic++;
  else if (g_str_equal (about, "job"))
    reply->job++;
  else if (g_str_equal (about, "status"))
    reply->status = 999;
  else if (g_str_equal (about, "no format"))
    reply->format = INK_FORMAT_UNKNOWN;
  else if (g_str_equal (about, "format"))
    reply->format = G_MAXUINT32;
  else if (g_str_equal (about, "no width"))
    reply->width = 0;
  else if (g_str_equal (about, "height"))
    reply->height = G_MAXUINT32;
  else if (g_str_equal (about, "no orientation"))
    reply->orientation = 0;
  else if (g_str_equal (about, "orientation"))
    reply->orientation = 9;
  else if (g_str_equal (about, "colour"))
    reply->colour = 0x1000000;
  else if (g_str_equal (about, "taken"))
    strcpy (reply->taken, "yesterday at noon..");
  else if (g_str_equal (about, "endless taken"))
    memset (reply->taken, '0', sizeof reply->taken);
  else if (g_str_equal (about, "endless camera"))
    memset (reply->camera.model, 'x', sizeof reply->camera.model);
  else if (g_str_equal (about, "aperture"))
    reply->camera.aperture = NAN;
  else if (g_str_equal (about, "exposure"))
    reply->camera.exposure = -1;
  else if (g_str_equal (about, "latitude"))
    reply->camera.latitude = 90.5;
  else if (g_str_equal (about, "altitude"))
    reply->camera.altitude = INFINITY;
  else if (g_str_equal (about, "camera facts"))
    reply->camera.has = 4;
  else if (g_str_equal (about, "no thumbnail"))
    reply->thumbnail_size = 0;
  else if (g_str_equal (about, "thumbnail size"))
    reply->thumbnail_size = (guint32)layout.thumbnail_size + 1;
  else if (g_str_equal (about, "pixels width"))
    reply->pixels_width = request.pixels + 1;
  else if (g_str_equal (about, "pixels height"))
    reply->pixels_height = G_MAXUINT32;
  else if (g_str_equal (about, "no tiles"))
    reply->tiles = 0;
  else if (g_str_equal (about, "too many tiles"))
    reply->tiles = CLIP_TILES_MAX + 1;
  else if (g_str_equal (about, "tile width"))
    reply->tile_width = 2 * request.square;
  else if (g_str_equal (about, "tile height"))
    reply->tile_height = G_MAXUINT32;
  else if (g_str_equal (about, "no pixels"))
    reply->pixels_width = 0;
  else if (!g_str_equal (about, "thumbnail"))
    _exit (4);
}

static void
answer (void)
{
  InkWireReply reply = make_reply ();
  static const char no_thumbnail[4] = {'n', 'o', 'n', 'e'};
  static const char thumbnail[4] = {'\xff', '\xd8', '\xff', '\xd9'};
  gboolean lies = g_str_has_prefix (command, "lie:");
  const char *bytes = g_str_equal (command, "lie:thumbnail") ? no_thumbnail : thumbnail;

  if (layout.thumbnail_size != 0 && pwrite (results, bytes, 4, (off_t)layout.thumbnail) != 4)
    _exit (5);
  if (lies)
    lie (&reply);
  if (g_str_equal (command, "camera"))
    strcpy (reply.camera.model, " \033[31mK\xf6nig\n\xe2\x80\xae 7 ");
  if (g_str_equal (command, "detail")) {
    reply.status = INK_WIRE_DAMAGED;
    memset (reply.detail, '\x80', sizeof reply.detail);
    memcpy (reply.detail, "\033[31mred\n", 9);
  }
  /* Neither more nor less room can be had; the colour tells of a success. */
  if (g_str_equal (command, "resize"))
    reply.colour = ftruncate (results, 0) == 0 || ftruncate (results, 1 << 30) == 0;
  /* Nor can a picture that the program holds in memory be written to. */
  if (g_str_equal (command, "write"))
    reply.colour = pwrite (picture, "x", 1, 0) == 1;
  send_bytes (&reply, sizeof reply);
  if (g_str_equal (command, "twice"))
    send_bytes (&reply, sizeof reply);
}

static gboolean
receive (void)
{
  char control[CMSG_SPACE (2 * sizeof (int))];
  struct iovec part = {&request, sizeof request};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};

  if (recvmsg (INK_WIRE_SOCKET, &message, 0) != sizeof request)
    return FALSE;
  int *descriptors = (int *)CMSG_DATA (CMSG_FIRSTHDR (&message));
  picture = descriptors[0];
  results = descriptors[1];
  memset (command, 0, sizeof command);
  return pread (picture, command, sizeof command - 1, 0) > 0 && ink_wire_layout (&request, &layout);
}

int
main (void)
{
  InkWireHello hello = {.magic = INK_WIRE_MAGIC, .formats = G_MAXUINT32};
  const char *start = g_getenv ("MISBEHAVE_AT_START");

  memset (hello.sandbox, '\xff', sizeof hello.sandbox);
  if (g_strcmp0 (start, "exit") == 0)
    return 1;
  if (g_strcmp0 (start, "version") == 0)
    hello.magic++;
  send_bytes (&hello, g_strcmp0 (start, "short") == 0 ? 1 : sizeof hello);
  while (receive ()) {
    if (!misbehave ())
      answer ();
    close (picture);
    close (results);
  }
  return 0;
}
