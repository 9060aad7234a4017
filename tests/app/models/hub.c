/* hub.c: a hub of models in a thread of the test (hub.h). */
#include "app/models/hub.h"

#include <libsoup/soup.h>
#include <string.h>

struct _Hub {
  char *folder, *address;
  SoupServer *server;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  HubFaults faults;
  GPtrArray *stalled; /* GIOStream: connections on which nothing more comes */
  gint64 bytes;       /* atomic in effect: read when no download runs */
};

/* Where ADDRESS/OWNER/NAME/resolve/main/FILE really lies. */
#define STORE "/store/"

static void
redirect (Hub *hub, SoupServerMessage *message, const char *name, const char *bytes, gsize size)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autofree char *hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)bytes,
                                                       hub->faults.wrong_hash ? 1 : size);
  g_autofree char *tag = g_strdup_printf ("\"%s\"", hash);
  g_autofree char *length =
      g_strdup_printf ("%" G_GSIZE_FORMAT, hub->faults.huge ? (gsize)1 << 50 : size);
  g_autofree char *target =
      hub->faults.to_elsewhere ? g_strdup ("http://hub.invalid/") : g_strconcat (STORE, name, NULL);

  soup_message_headers_replace (headers, "X-Linked-Etag", tag);
  soup_message_headers_replace (headers, "X-Linked-Size", length);
  soup_message_headers_replace (headers, "Location", target);
  soup_server_message_set_status (message, SOUP_STATUS_FOUND, NULL);
}

/* Closes the connection under the body. */
static void
cut (SoupServerMessage *message, gpointer data)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  g_io_stream_close (stream, NULL, NULL);
}

static void
stall (SoupServerMessage *message, guint size, gpointer data)
{
  Hub *hub = data;

  g_ptr_array_add (hub->stalled, soup_server_message_steal_connection (message));
}

static void
give (Hub *hub, SoupServerMessage *message, const char *bytes, gsize size)
{
  SoupMessageHeaders *asked = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  SoupMessageBody *body = soup_server_message_get_response_body (message);
  SoupRange *ranges = NULL;
  int n = 0;
  gsize start = 0;

  /* What libsoup would do by itself is what the faults are about. */
  if (soup_message_headers_get_ranges (asked, (goffset)size, &ranges, &n) && n == 1)
    start = (gsize)ranges[0].start;
  if (ranges != NULL)
    soup_message_headers_free_ranges (asked, ranges);
  soup_message_headers_remove (asked, "Range");
  if (hub->faults.no_ranges)
    start = 0;
  if (start > 0) {
    soup_message_headers_set_content_range (headers, (goffset)(start - hub->faults.wrong_range),
                                            (goffset)size - 1, (goffset)size);
    soup_server_message_set_status (message, SOUP_STATUS_PARTIAL_CONTENT, NULL);
  } else {
    soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  }
  gsize length = size - start;
  if (hub->faults.too_long)
    soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  if (hub->faults.cut_after != 0 && hub->faults.most_cuts > 0 && length > hub->faults.cut_after) {
    hub->faults.most_cuts--;
    length = hub->faults.cut_after;
    soup_message_headers_set_content_length (headers, (goffset)(size - start));
    g_signal_connect (message, "wrote-body-data", G_CALLBACK (cut), NULL);
  }
  if (hub->faults.stall_after != 0 && length > hub->faults.stall_after) {
    length = hub->faults.stall_after;
    soup_message_headers_set_content_length (headers, (goffset)(size - start));
    g_signal_connect (message, "wrote-body-data", G_CALLBACK (stall), hub);
  }
  soup_message_body_append (body, SOUP_MEMORY_COPY, bytes + start, length);
  if (hub->faults.too_long)
    soup_message_body_append (body, SOUP_MEMORY_STATIC, "too much", 8);
  hub->bytes += (gint64)length;
}

static void
answer (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
        gpointer data)
{
  Hub *hub = data;
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *file = g_build_filename (hub->folder, name, NULL);
  g_autofree char *bytes = NULL;
  gsize size;

  if (hub->faults.status != 0) {
    soup_server_message_set_status (message, hub->faults.status, NULL);
  } else if (!g_file_get_contents (file, &bytes, &size, NULL)) {
    soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
  } else if (hub->faults.round) {
    soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, path);
  } else if (!g_str_has_prefix (path, STORE)) {
    redirect (hub, message, name, bytes, size);
  } else if (g_str_equal (soup_server_message_get_method (message), "HEAD")) {
    soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
    soup_message_headers_set_content_length (soup_server_message_get_response_headers (message),
                                             (goffset)size);
  } else {
    give (hub, message, bytes, size);
  }
}

static gpointer
run (gpointer data)
{
  Hub *hub = data;

  g_main_context_push_thread_default (hub->context);
  g_main_loop_run (hub->loop);
  g_main_context_pop_thread_default (hub->context);
  return NULL;
}

/* @certificate: (nullable) */
static Hub *
start (const char *folder, GTlsCertificate *certificate)
{
  Hub *hub = g_new0 (Hub, 1);
  g_autoptr (GError) error = NULL;
  SoupServerListenOptions options = SOUP_SERVER_LISTEN_IPV4_ONLY;

  hub->folder = g_strdup (folder);
  hub->stalled = g_ptr_array_new_with_free_func (g_object_unref);
  hub->context = g_main_context_new ();
  hub->loop = g_main_loop_new (hub->context, FALSE);
  g_main_context_push_thread_default (hub->context);
  hub->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (hub->server, NULL, answer, hub, NULL);
  if (certificate != NULL) {
    soup_server_set_tls_certificate (hub->server, certificate);
    options |= SOUP_SERVER_LISTEN_HTTPS;
  }
  soup_server_listen_local (hub->server, 0, options, &error);
  g_main_context_pop_thread_default (hub->context);
  g_assert_no_error (error);

  GSList *uris = soup_server_get_uris (hub->server);
  hub->address = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  hub->address[strlen (hub->address) - 1] = '\0'; /* the slash */
  hub->thread = g_thread_new ("hub", run, hub);
  return hub;
}

Hub *
hub_new (const char *folder)
{
  return start (folder, NULL);
}

Hub *
hub_new_secure (const char *folder, const char *certificate)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) pair = g_tls_certificate_new_from_file (certificate, &error);

  g_assert_no_error (error);
  return start (folder, pair);
}

void
hub_free (Hub *hub)
{
  g_main_loop_quit (hub->loop);
  g_thread_join (hub->thread);
  soup_server_disconnect (hub->server);
  g_object_unref (hub->server);
  g_ptr_array_unref (hub->stalled);
  g_main_loop_unref (hub->loop);
  g_main_context_unref (hub->context);
  g_free (hub->folder);
  g_free (hub->address);
  g_free (hub);
}

const char *
hub_get_address (const Hub *hub)
{
  return hub->address;
}

HubFaults *
hub_get_faults (Hub *hub)
{
  return &hub->faults;
}

guint64
hub_take_bytes (Hub *hub)
{
  guint64 bytes = (guint64)hub->bytes;
  hub->bytes = 0;
  return bytes;
}
