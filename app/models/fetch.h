/* fetch.h: one file over HTTPS into a folder: resumed where it was cut, checked against what the
 * host says of it. The only part of the program that uses the network, and only when a download
 * was asked for. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Told about twice a second, from the calling thread: bytes of this file so far. */
typedef void (*InkFetchFunc) (guint64 done, gpointer data);

/**
 * InkRemoteFile:
 * @url: where it was asked for
 * @size: in bytes
 * @sha256: (nullable): of its contents, where the host keeps that
 * @git_sha1: (nullable): git's hash of its contents, where the host has only that
 */
typedef struct {
  char *url;
  guint64 size;
  char *sha256;
  char *git_sha1;
} InkRemoteFile;

void ink_remote_file_free (InkRemoteFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkRemoteFile, ink_remote_file_free)

typedef struct _InkFetcher InkFetcher;

/* Whether this build can download. */
gboolean ink_fetcher_is_available (void);

/* @certificates: (nullable): a PEM file with the authorities to be trusted instead of the system's
 * Returns: (transfer full): %NULL where that can't be read */
InkFetcher *ink_fetcher_new (const char *certificates, GError **error);
void ink_fetcher_free (InkFetcher *fetcher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkFetcher, ink_fetcher_free)

/**
 * ink_fetcher_ask:
 *
 * Asks the host about a file.
 *
 * Returns: (transfer full): %NULL with %INK_ERROR_NOT_FOUND where there is none
 */
InkRemoteFile *
ink_fetcher_ask (InkFetcher *fetcher, const char *url, GCancellable *cancellable, GError **error);

/**
 * ink_fetcher_get:
 * @path: where the file is to be; until it is whole and checked it is PATH.part, which is
 *     continued the next time
 *
 * Blocks. A cut connection is taken up again as long as each try brings something.
 */
gboolean
ink_fetcher_get (InkFetcher *fetcher, const InkRemoteFile *file, const char *path,
                 InkFetchFunc func, gpointer data, GCancellable *cancellable, GError **error);

G_END_DECLS
