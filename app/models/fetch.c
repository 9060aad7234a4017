/* fetch.c: downloads over HTTPS with libsoup (fetch.h). A hub that keeps its large files elsewhere
 * says in its first answer, which sends there, how large they are and what they hash to
 * (X-Linked-Size, X-Linked-Etag).
 */
#include "config.h"

#include "models/fetch.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"

void
ink_remote_file_free (InkRemoteFile *file)
{
  g_free (file->url);
  g_free (file->sha256);
  g_free (file->git_sha1);
  g_free (file);
}

#ifdef INK_HAVE_SOUP

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomic-file.h"
#include "base/path.h"
#include "models/file-hash.h"
#include "models/request.h"

#define MOST_VAIN_TRIES 3
#define CHUNK_BYTES (256 * 1024)
#define REPORT_MICROSECONDS (G_USEC_PER_SEC / 2)

struct _InkFetcher {
  SoupSession *session;
};

gboolean
ink_fetcher_is_available (void)
{
  return TRUE;
}

InkFetcher *
ink_fetcher_new (const char *certificates, GError **error)
{
  SoupSession *session = ink_request_session_new (certificates, error);
  InkFetcher *fetcher = session != NULL ? g_new0 (InkFetcher, 1) : NULL;

  if (fetcher != NULL)
    fetcher->session = session;
  return fetcher;
}

void
ink_fetcher_free (InkFetcher *fetcher)
{
  g_object_unref (fetcher->session);
  g_free (fetcher);
}

/* ---- Asking ------------------------------------------------------------------------------- */

/* "abc" or W/"abc": abc, where it is @length hexadecimal digits. */
static char *
take_hash (const char *tag, gsize length)
{
  if (tag == NULL)
    return NULL;
  if (g_str_has_prefix (tag, "W/"))
    tag += 2;
  if (*tag == '"')
    tag++;
  gsize n = strspn (tag, "0123456789abcdefABCDEF");
  return n == length && (tag[n] == '"' || tag[n] == '\0') ? g_ascii_strdown (tag, (gssize)n) : NULL;
}

/* The first answer that says something counts. */
static void
note_facts (SoupMessage *message, gpointer data)
{
  InkRemoteFile *file = data;
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *tag = soup_message_headers_get_one (headers, "X-Linked-Etag");
  const char *size = soup_message_headers_get_one (headers, "X-Linked-Size");

  if (tag == NULL)
    tag = soup_message_headers_get_one (headers, "ETag");
  if (size == NULL && SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (message)))
    size = soup_message_headers_get_one (headers, "Content-Length");
  if (file->size == 0 && size != NULL)
    g_ascii_string_to_unsigned (size, 10, 0, G_MAXINT64, &file->size, NULL);
  if (file->sha256 == NULL && file->git_sha1 == NULL) {
    file->sha256 = take_hash (tag, 64);
    file->git_sha1 = take_hash (tag, 40);
  }
}

InkRemoteFile *
ink_fetcher_ask (InkFetcher *fetcher, const char *url, GCancellable *cancellable, GError **error)
{
  g_autoptr (InkRemoteFile) file = g_new0 (InkRemoteFile, 1);
  g_autoptr (SoupMessage) answer = NULL;

  file->url = g_strdup (url);
  g_autoptr (GInputStream) body = ink_request_send (fetcher->session, SOUP_METHOD_HEAD, url, 0,
                                                    note_facts, file, &answer, cancellable, error);
  return body != NULL ? g_steal_pointer (&file) : NULL;
}

/* ---- Getting ------------------------------------------------------------------------------ */

typedef struct {
  const InkRemoteFile *file;
  int part; /* descriptor of PATH.part */
  guint64 done;
  InkFetchFunc func;
  gpointer data;
  gint64 reported;
} Download;

static void
report (Download *download, gboolean now)
{
  gint64 time = g_get_monotonic_time ();

  if (download->func == NULL || (!now && time - download->reported < REPORT_MICROSECONDS))
    return;
  download->reported = time;
  download->func (download->done, download->data);
}

static gboolean
fail_to_write (GError **error)
{
  ink_set_error_from_errno (error, errno, "%s", _ ("The download can't be stored"));
  return FALSE;
}

static gboolean
write_all (Download *download, const guint8 *bytes, gsize size, GError **error)
{
  for (gsize written = 0; written < size;) {
    gssize n =
        pwrite (download->part, bytes + written, size - written, (off_t)(download->done + written));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return fail_to_write (error);
    written += (gsize)n;
  }
  download->done += size;
  return TRUE;
}

/* Whether an answer goes on where we are. One that begins anew is taken from its beginning. */
static gboolean
find_place (Download *download, SoupMessage *answer, GError **error)
{
  goffset start, end, total;

  if (soup_message_get_status (answer) != SOUP_STATUS_PARTIAL_CONTENT) {
    download->done = 0;
    return ftruncate (download->part, 0) == 0 || fail_to_write (error);
  }
  if (soup_message_headers_get_content_range (soup_message_get_response_headers (answer), &start,
                                              &end, &total) &&
      start == (goffset)download->done &&
      (download->file->size == 0 || total == -1 || total == (goffset)download->file->size))
    return TRUE;
  g_set_error_literal (error, INK_ERROR, INK_ERROR_FAILED,
                       _ ("The host answered with another part than was asked for"));
  return FALSE;
}

/* Takes what comes until it ends or is cut. FALSE only for an error that no other try would mend.
 */
static gboolean
take_body (Download *download, GInputStream *body, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *chunk = g_malloc (CHUNK_BYTES);
  g_autoptr (GError) cut = NULL;
  gssize n;

  while ((n = g_input_stream_read (body, chunk, CHUNK_BYTES, cancellable, &cut)) > 0) {
    if (download->file->size != 0 && download->done + (gsize)n > download->file->size) {
      g_set_error_literal (error, INK_ERROR, INK_ERROR_DAMAGED,
                           _ ("The file is longer than the host said"));
      return FALSE;
    }
    if (!write_all (download, chunk, (gsize)n, error))
      return FALSE;
    report (download, FALSE);
  }
  if (n < 0)
    g_debug ("The connection was cut: %s", cut->message);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/* One connection. @tried: (out): what a further try might mend, in words; NULL where all went well
 * Returns: FALSE for an error that it would not */
static gboolean
try_once (InkFetcher *fetcher, Download *download, GError **tried, GCancellable *cancellable,
          GError **error)
{
  g_autoptr (SoupMessage) answer = NULL;
  g_autoptr (GInputStream) body =
      ink_request_send (fetcher->session, SOUP_METHOD_GET, download->file->url, download->done,
                        NULL, NULL, &answer, cancellable, tried);

  if (body == NULL)
    return !g_cancellable_set_error_if_cancelled (cancellable, error);
  return find_place (download, answer, error) && take_body (download, body, cancellable, error);
}

static gboolean
is_whole (const Download *download)
{
  return download->file->size != 0 && download->done == download->file->size;
}

static gboolean
transfer (InkFetcher *fetcher, Download *download, GCancellable *cancellable, GError **error)
{
  for (guint vain = 0; !is_whole (download);) {
    guint64 before = download->done;
    g_autoptr (GError) tried = NULL;

    if (!try_once (fetcher, download, &tried, cancellable, error))
      return FALSE;
    if (download->file->size == 0 && tried == NULL)
      break; /* the host did not say how long it is: it ends where it ends */
    vain = download->done > before ? 0 : vain + 1;
    if (vain < MOST_VAIN_TRIES && !g_error_matches (tried, INK_ERROR, INK_ERROR_NOT_FOUND) &&
        !g_error_matches (tried, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
      continue;
    if (is_whole (download))
      break;
    if (tried != NULL)
      g_propagate_prefixed_error (error, g_steal_pointer (&tried),
                                  "%s: ", _ ("The download was cut; start it again to go on"));
    else
      g_set_error_literal (error, INK_ERROR, INK_ERROR_FAILED,
                           _ ("The download was cut; start it again to go on"));
    return FALSE;
  }
  report (download, TRUE);
  return TRUE;
}

static gboolean
check (const InkRemoteFile *file, const char *part, GCancellable *cancellable, GError **error)
{
  g_autofree char *hash =
      file->sha256 != NULL     ? ink_file_hash (part, INK_FILE_SHA256, cancellable, error)
      : file->git_sha1 != NULL ? ink_file_hash (part, INK_FILE_GIT_SHA1, cancellable, error)
                               : g_strdup ("");

  if (hash == NULL)
    return FALSE;
  if (g_strcmp0 (hash, file->sha256) == 0 || g_strcmp0 (hash, file->git_sha1) == 0 || *hash == '\0')
    return TRUE;
  unlink (part);
  g_set_error (error, INK_ERROR, INK_ERROR_DAMAGED,
               _ ("%s is not what the host says it is, and was thrown away; try again"), file->url);
  return FALSE;
}

gboolean
ink_fetcher_get (InkFetcher *fetcher, const InkRemoteFile *file, const char *path,
                 InkFetchFunc func, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  Download download = {.file = file, .func = func, .data = data};
  struct stat facts;

  download.part = open (part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (download.part < 0)
    return fail_to_write (error);
  if (fstat (download.part, &facts) == 0)
    download.done = (guint64)facts.st_size;
  /* More than there is can't be the beginning of it. */
  if (file->size == 0 || download.done > file->size)
    download.done = 0;
  gboolean done = (ftruncate (download.part, (off_t)download.done) == 0 || fail_to_write (error)) &&
                  transfer (fetcher, &download, cancellable, error) &&
                  (fsync (download.part) == 0 || fail_to_write (error));
  close (download.part);
  return done && check (file, part, cancellable, error) &&
         ink_atomic_file_rename (part, path, error);
}

#else

gboolean
ink_fetcher_is_available (void)
{
  return FALSE;
}

static void
fail (GError **error)
{
  g_set_error_literal (error, INK_ERROR, INK_ERROR_UNSUPPORTED,
                       _ ("This build does not use the network"));
}

InkFetcher *
ink_fetcher_new (const char *certificates, GError **error)
{
  fail (error);
  return NULL;
}

void
ink_fetcher_free (InkFetcher *fetcher)
{
}

InkRemoteFile *
ink_fetcher_ask (InkFetcher *fetcher, const char *url, GCancellable *cancellable, GError **error)
{
  fail (error);
  return NULL;
}

gboolean
ink_fetcher_get (InkFetcher *fetcher, const InkRemoteFile *file, const char *path,
                 InkFetchFunc func, gpointer data, GCancellable *cancellable, GError **error)
{
  fail (error);
  return FALSE;
}

#endif
