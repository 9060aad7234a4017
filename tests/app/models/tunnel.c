/* tunnel.c: a proxy for the tests (tunnel.h): a thread a connection and direction. */
#include "app/models/tunnel.h"

#include <gio/gio.h>
#include <string.h>

struct _Tunnel {
  GSocketService *service;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  char *address;
  guint16 port;
  GMutex lock;
  GHashTable *asked; /* target: count */
};

/* Reads the request up to its empty line. Returns: (nullable): what is to be connected to */
static char *
read_target (GInputStream *input)
{
  g_autoptr (GString) request = g_string_new (NULL);
  char byte;

  while (!g_str_has_suffix (request->str, "\r\n\r\n") &&
         g_input_stream_read (input, &byte, 1, NULL, NULL) == 1)
    g_string_append_c (request, byte);
  g_auto (GStrv) words = g_strsplit (request->str, " ", 3);
  if (g_strv_length (words) < 3 || !g_str_equal (words[0], "CONNECT"))
    return NULL;
  return g_strdup (words[1]);
}

typedef struct {
  GIOStream *from, *to;
} Way;

static gpointer
carry (gpointer data)
{
  Way *way = data;

  g_output_stream_splice (g_io_stream_get_output_stream (way->to),
                          g_io_stream_get_input_stream (way->from), G_OUTPUT_STREAM_SPLICE_NONE,
                          NULL, NULL);
  /* The other direction ends with this one. */
  g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (way->to)), TRUE, TRUE,
                     NULL);
  return NULL;
}

static gboolean
serve (GThreadedSocketService *service, GSocketConnection *connection, GObject *source,
       gpointer data)
{
  static const char answer[] = "HTTP/1.1 200 Connected\r\n\r\n";
  Tunnel *tunnel = data;
  GIOStream *near = G_IO_STREAM (connection);
  g_autofree char *target = read_target (g_io_stream_get_input_stream (near));
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  if (target == NULL)
    return TRUE;
  g_mutex_lock (&tunnel->lock);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (tunnel->asked, target));
  g_hash_table_insert (tunnel->asked, g_strdup (target), GUINT_TO_POINTER (count + 1));
  g_mutex_unlock (&tunnel->lock);

  g_socket_client_set_enable_proxy (client, FALSE);
  g_autoptr (GSocketConnection) far =
      g_socket_client_connect_to_host (client, "127.0.0.1", tunnel->port, NULL, NULL);
  if (far == NULL)
    return TRUE;
  g_output_stream_write_all (g_io_stream_get_output_stream (near), answer, strlen (answer), NULL,
                             NULL, NULL);
  Way there = {near, G_IO_STREAM (far)}, back = {G_IO_STREAM (far), near};
  GThread *thread = g_thread_new ("tunnel", carry, &there);
  carry (&back);
  g_thread_join (thread);
  return TRUE;
}

static gpointer
run (gpointer data)
{
  Tunnel *tunnel = data;

  g_main_context_push_thread_default (tunnel->context);
  g_main_loop_run (tunnel->loop);
  g_main_context_pop_thread_default (tunnel->context);
  return NULL;
}

Tunnel *
tunnel_new (guint16 port)
{
  Tunnel *tunnel = g_new0 (Tunnel, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  tunnel->port = port;
  tunnel->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init (&tunnel->lock);
  tunnel->context = g_main_context_new ();
  tunnel->loop = g_main_loop_new (tunnel->context, FALSE);
  g_main_context_push_thread_default (tunnel->context);
  tunnel->service = g_threaded_socket_service_new (-1);
  g_signal_connect (tunnel->service, "run", G_CALLBACK (serve), tunnel);
  g_socket_listener_add_address (G_SOCKET_LISTENER (tunnel->service), any, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  g_socket_service_start (tunnel->service);
  g_main_context_pop_thread_default (tunnel->context);
  tunnel->address = g_strdup_printf (
      "http://127.0.0.1:%u", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  tunnel->thread = g_thread_new ("proxy", run, tunnel);
  return tunnel;
}

void
tunnel_free (Tunnel *tunnel)
{
  g_main_loop_quit (tunnel->loop);
  g_thread_join (tunnel->thread);
  g_socket_service_stop (tunnel->service);
  g_socket_listener_close (G_SOCKET_LISTENER (tunnel->service));
  g_object_unref (tunnel->service);
  g_main_loop_unref (tunnel->loop);
  g_main_context_unref (tunnel->context);
  g_hash_table_unref (tunnel->asked);
  g_mutex_clear (&tunnel->lock);
  g_free (tunnel->address);
  g_free (tunnel);
}

const char *
tunnel_get_address (const Tunnel *tunnel)
{
  return tunnel->address;
}

guint
tunnel_count (Tunnel *tunnel, const char *target)
{
  g_mutex_lock (&tunnel->lock);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (tunnel->asked, target));
  g_mutex_unlock (&tunnel->lock);
  return count;
}
