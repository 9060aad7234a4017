/* tunnel.h: a proxy on the loopback interface that takes CONNECT, and leads every name to one
 * server of the test. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _Tunnel Tunnel;

/* @port: of the server, on 127.0.0.1 */
Tunnel *tunnel_new (guint16 port);
void tunnel_free (Tunnel *tunnel);

/* http://127.0.0.1:PORT */
const char *tunnel_get_address (const Tunnel *tunnel);

/* How often it was asked for a connection to @target, "HOST:PORT". */
guint tunnel_count (Tunnel *tunnel, const char *target);

G_END_DECLS
