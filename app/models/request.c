/* request.c: HTTP requests with libsoup, and what their failures mean to people (request.h). */
#include "config.h"

#include "models/request.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"

#define MOST_REDIRECTS 10
#define IDLE_SECONDS 60

SoupSession *
ink_request_session_new (const char *certificates, GError **error)
{
  g_autoptr (GTlsDatabase) trusted = NULL;
  SoupSession *session;

  if (certificates != NULL) {
    g_autofree char *path = g_canonicalize_filename (certificates, NULL);
    trusted = g_tls_file_database_new (path, error);
    if (trusted == NULL)
      return NULL;
  }
  session = soup_session_new_with_options ("timeout", IDLE_SECONDS, "user-agent",
                                           "Inkling/" INK_VERSION, NULL);
  if (trusted != NULL)
    soup_session_set_tls_database (session, trusted);
  return session;
}

/* ---- Failures ----------------------------------------------------------------------------- */

/* Why a certificate is not accepted: the first of its faults. */
static const char *
explain_certificate (GTlsCertificateFlags flags)
{
  if (flags & G_TLS_CERTIFICATE_BAD_IDENTITY)
    return _ ("it is another host’s");
  if (flags & (G_TLS_CERTIFICATE_EXPIRED | G_TLS_CERTIFICATE_NOT_ACTIVATED))
    return _ ("it is not valid today; look whether this computer’s date is right");
  if (flags & G_TLS_CERTIFICATE_REVOKED)
    return _ ("it was revoked");
  return _ ("nobody whom this computer trusts vouches for it");
}

static void
fail_from_certificate (const char *host, GTlsCertificateFlags flags, GError **error)
{
  /* Translators: a host name, and why, e.g. "it is another host's". */
  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
               _ ("The certificate of %s was refused: %s. Nothing was downloaded; somebody may be "
                  "between this computer and the host"),
               host, explain_certificate (flags));
}

/* Puts a failure to reach the host at all into words. @problem: (transfer full) */
static void
fail_to_connect (SoupMessage *message, GError *problem, GError **error)
{
  g_autoptr (GError) owned = problem;
  const char *host = g_uri_get_host (soup_message_get_uri (message));
  GTlsCertificateFlags flags = soup_message_get_tls_peer_certificate_errors (message);

  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&owned));
  else if (g_error_matches (problem, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    fail_from_certificate (host, flags, error);
  else
    /* Translators: a host name, and the system's own words. */
    g_set_error (error, INK_ERROR, INK_ERROR_FAILED,
                 _ ("Can’t reach %s (%s). Look whether this computer is online, then try again"),
                 host, problem->message);
}

static void
fail_from_status (SoupMessage *message, GError **error)
{
  guint status = soup_message_get_status (message);
  g_autofree char *url = g_uri_to_string (soup_message_get_uri (message));

  if (status == SOUP_STATUS_NOT_FOUND)
    g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND, _ ("There is no %s"), url);
  else if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN)
    g_set_error (error, INK_ERROR, INK_ERROR_PERMISSION, _ ("The host does not give out %s"), url);
  else
    g_set_error (error, INK_ERROR, INK_ERROR_FAILED,
                 _ ("The host answered %s with %u (%s); try again later"), url, status,
                 soup_message_get_reason_phrase (message));
}

/* ---- Sending ------------------------------------------------------------------------------ */

/* Plain HTTP is for servers on this machine alone, which a test or a mirror may be. */
static gboolean
is_allowed (GUri *uri)
{
  const char *host = g_uri_get_host (uri);

  if (g_str_equal (g_uri_get_scheme (uri), "https"))
    return TRUE;
  return g_str_equal (g_uri_get_scheme (uri), "http") && host != NULL &&
         (g_str_equal (host, "127.0.0.1") || g_str_equal (host, "::1") ||
          g_str_equal (host, "localhost"));
}

/* Where an answer sends to; NULL with an error where that is nowhere to go. */
static GUri *
get_target (SoupMessage *message, GError **error)
{
  const char *location =
      soup_message_headers_get_one (soup_message_get_response_headers (message), "Location");
  g_autoptr (GUri) target = location != NULL
                                ? g_uri_parse_relative (soup_message_get_uri (message), location,
                                                        SOUP_HTTP_URI_FLAGS, NULL)
                                : NULL;

  if (target == NULL || !is_allowed (target)) {
    g_set_error_literal (error, INK_ERROR, INK_ERROR_FAILED,
                         _ ("The host sends to an address that can't be trusted"));
    return NULL;
  }
  return g_steal_pointer (&target);
}

static SoupMessage *
make_message (const char *method, GUri *uri, guint64 offset)
{
  SoupMessage *message = soup_message_new_from_uri (method, uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  /* Compressed on the way, a file could neither be measured nor continued. */
  soup_message_headers_replace (headers, "Accept-Encoding", "identity");
  if (offset > 0)
    soup_message_headers_set_range (headers, (goffset)offset, -1);
  return message;
}

GInputStream *
ink_request_send (SoupSession *session, const char *method, const char *url, guint64 offset,
                  InkAnswerFunc func, gpointer data, SoupMessage **answer,
                  GCancellable *cancellable, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, error);

  if (uri == NULL)
    return NULL;
  for (guint i = 0; i < MOST_REDIRECTS; i++) {
    g_autoptr (SoupMessage) message = make_message (method, uri, offset);
    g_autoptr (GError) problem = NULL;
    g_autoptr (GInputStream) body = soup_session_send (session, message, cancellable, &problem);
    if (body == NULL) {
      fail_to_connect (message, g_steal_pointer (&problem), error);
      return NULL;
    }
    if (func != NULL)
      func (message, data);
    guint status = soup_message_get_status (message);
    if (SOUP_STATUS_IS_SUCCESSFUL (status)) {
      *answer = g_steal_pointer (&message);
      return g_steal_pointer (&body);
    }
    if (!SOUP_STATUS_IS_REDIRECTION (status)) {
      fail_from_status (message, error);
      return NULL;
    }
    g_autoptr (GUri) target = get_target (message, error);
    if (target == NULL)
      return NULL;
    g_uri_unref (uri);
    uri = g_steal_pointer (&target);
  }
  g_set_error (error, INK_ERROR, INK_ERROR_FAILED, _ ("The host sends %s round in circles"), url);
  return NULL;
}
