/* request.h: one HTTP request of the hub, wherever it is sent on to. Private to models/, and only
 * in builds with libsoup. */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * ink_request_session_new:
 * @certificates: (nullable): a PEM file with the authorities to be trusted instead of the system's
 *
 * Proxies are those of the desktop's settings, or of the environment (http_proxy, https_proxy,
 * no_proxy), as GLib's default resolver finds them.
 *
 * Returns: (transfer full): %NULL where @certificates can't be read
 */
SoupSession *ink_request_session_new (const char *certificates, GError **error);

/* Called with each answer, those that send elsewhere, too. */
typedef void (*InkAnswerFunc) (SoupMessage *message, gpointer data);

/**
 * ink_request_send:
 * @offset: where the answer is to begin
 * @func: (nullable)
 * @answer: (out) (transfer full): the last one
 *
 * Blocks. Redirects are followed here and not by libsoup, because the first answer of a hub that
 * keeps its large files elsewhere is the one that says how large they are and what they hash to.
 *
 * Returns: (transfer full): the body of @answer; %NULL with an error for anything but success
 */
GInputStream *ink_request_send (SoupSession *session, const char *method, const char *url,
                                guint64 offset, InkAnswerFunc func, gpointer data,
                                SoupMessage **answer, GCancellable *cancellable, GError **error);

G_END_DECLS
