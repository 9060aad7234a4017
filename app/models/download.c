/* download.c: the files of a model, one after the other (download.h).
 *
 * They gather in a folder of their own below the library's models, whose name tells that it is not
 * a model yet, and which becomes one by a rename.
 */
#include "config.h"

#include "models/download.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "base/dirs.h"
#include "base/error.h"
#include "base/path.h"
#include "models/fetch.h"
#include "models/file-hash.h"
#include "models/models-private.h"
#include "models/offers.h"

/* Another host that is laid out like the hub: a mirror, or a test's server. */
#define HUB_VARIABLE "INKLING_MODEL_HUB"
#define HUB "https://huggingface.co"
/* Who vouches for that host, where it is not someone whom the system trusts. */
#define CERTIFICATES_VARIABLE "INKLING_MODEL_HUB_CERTIFICATES"

#define GATHERING ".downloading"

#define CONFIGURATION "open_clip_config.json"

/* What a model may come with. Any of the tokenizer's files will do, and none: the program has the
 * vocabulary that all of the catalogue's models share. */
static const char *const extras[] = {"merges.txt", "tokenizer.json", "README.md"};

typedef struct {
  char *name;
  InkRemoteFile *remote;
} File;

typedef struct {
  InkStore *store;
  InkModelOffer *offer;
  InkFetcher *fetcher;
  char *folder;
  GPtrArray *files;             /* of File */
  InkDownloadProgress progress; /* @done: the files before the present one */
  InkDownloadFunc func;
  gpointer data;
  GCancellable *cancellable;
} Download;

static void
file_free (gpointer data)
{
  File *file = data;

  g_free (file->name);
  ink_remote_file_free (file->remote);
  g_free (file);
}

static void
download_clear (Download *download)
{
  g_clear_pointer (&download->offer, ink_model_offer_free);
  g_clear_pointer (&download->fetcher, ink_fetcher_free);
  g_clear_pointer (&download->files, g_ptr_array_unref);
  g_free (download->folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Download, download_clear)

/* ---- What there is ------------------------------------------------------------------------ */

static char *
make_url (const InkModelOffer *offer, const char *file)
{
  const char *hub = g_getenv (HUB_VARIABLE);
  return g_strdup_printf ("%s/%s/resolve/main/%s", hub != NULL && *hub != '\0' ? hub : HUB,
                          offer->repository, file);
}

/* Notes a file of the repository. @found: (out): FALSE where there is none of that name
 * Returns: FALSE where that can't be known */
static gboolean
ask (Download *download, const char *name, gboolean *found, GError **error)
{
  g_autofree char *url = make_url (download->offer, name);
  g_autoptr (GError) problem = NULL;
  InkRemoteFile *remote = ink_fetcher_ask (download->fetcher, url, download->cancellable, &problem);

  *found = remote != NULL;
  if (remote == NULL) {
    if (g_error_matches (problem, INK_ERROR, INK_ERROR_NOT_FOUND))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  File *file = g_new0 (File, 1);
  file->name = g_strdup (name);
  file->remote = remote;
  g_ptr_array_add (download->files, file);
  download->progress.total += remote->size;
  return TRUE;
}

static gboolean
fail_incomplete (const Download *download, const char *what, GError **error)
{
  g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND,
               _ ("%s is no longer as the catalogue says: %s is not there"),
               download->offer->repository, what);
  return FALSE;
}

static gboolean
ask_for_all (Download *download, GError **error)
{
  const char *const *weights = ink_model_weights_names ();
  gboolean found = FALSE;

  if (!ask (download, CONFIGURATION, &found, error))
    return FALSE;
  if (!found)
    return fail_incomplete (download, CONFIGURATION, error);
  found = FALSE;
  for (guint i = 0; !found && weights[i] != NULL; i++)
    if (!ask (download, weights[i], &found, error))
      return FALSE;
  if (!found)
    return fail_incomplete (download, weights[0], error);
  for (guint i = 0; i < G_N_ELEMENTS (extras); i++)
    if (!ask (download, extras[i], &found, error))
      return FALSE;
  return TRUE;
}

/* ---- Room --------------------------------------------------------------------------------- */

static guint64
get_size (const char *folder, const char *name, const char *suffix)
{
  g_autofree char *path = g_strconcat (folder, G_DIR_SEPARATOR_S, name, suffix, NULL);
  GStatBuf facts;

  return g_stat (path, &facts) == 0 ? (guint64)facts.st_size : 0;
}

static gboolean
check_room (const Download *download, GError **error)
{
  g_autoptr (GFile) folder = g_file_new_for_path (download->folder);
  g_autoptr (GFileInfo) info = g_file_query_filesystem_info (
      folder, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, download->cancellable, NULL);
  guint64 here = 0;

  if (info == NULL || !g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE))
    return TRUE;
  for (guint i = 0; i < download->files->len; i++) {
    const File *file = download->files->pdata[i];
    here += get_size (download->folder, file->name, "");
    here += get_size (download->folder, file->name, ".part");
  }
  guint64 free_bytes = g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
  guint64 needed = download->progress.total > here ? download->progress.total - here : 0;
  if (needed <= free_bytes)
    return TRUE;
  g_autofree char *needs = g_format_size (needed);
  g_autofree char *has = g_format_size (free_bytes);
  g_set_error (error, INK_ERROR, INK_ERROR_DISK_FULL,
               _ ("The model needs %s more, and there are %s: make room and try again"), needs,
               has);
  return FALSE;
}

/* ---- Getting ------------------------------------------------------------------------------ */

static void
report (guint64 done, gpointer data)
{
  Download *download = data;
  InkDownloadProgress progress = download->progress;

  progress.done += done;
  if (download->func != NULL)
    download->func (&progress, download->data);
}

/* What was once good under an address is to stay that: a host that gives something else now has
 * changed its mind, or its owner. */
static gboolean
check_pin (Download *download, const File *file, const char *path, GError **error)
{
  g_autofree char *key = g_strdup_printf ("sha256 of %s", file->remote->url);
  g_autofree char *now = ink_file_hash (path, INK_FILE_SHA256, download->cancellable, error);
  g_autofree char *before = now != NULL ? ink_store_get_meta (download->store, key, NULL) : NULL;

  if (now == NULL)
    return FALSE;
  if (before == NULL)
    return ink_store_set_meta (download->store, key, now, error);
  if (g_str_equal (before, now))
    return TRUE;
  g_unlink (path);
  g_set_error (error, INK_ERROR, INK_ERROR_MODEL_INVALID,
               _ ("%s is not what it was when it was downloaded before; it was thrown away"),
               file->remote->url);
  return FALSE;
}

static gboolean
get_file (Download *download, const File *file, GError **error)
{
  g_autofree char *path = g_build_filename (download->folder, file->name, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS) &&
      !ink_fetcher_get (download->fetcher, file->remote, path, report, download,
                        download->cancellable, error))
    return FALSE;
  download->progress.done += file->remote->size;
  report (0, download);
  /* A card is rewritten now and then, and nothing depends on it. */
  return g_str_equal (file->name, "README.md") || check_pin (download, file, path, error);
}

static gboolean
get_all (Download *download, GError **error)
{
  for (guint i = 0; i < download->files->len; i++)
    if (!get_file (download, download->files->pdata[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
start (Download *download, const char *name, GError **error)
{
  download->offer = ink_model_offers_find (name, error);
  if (download->offer == NULL)
    return FALSE;
  if (!ink_fetcher_is_available ()) {
    g_autofree char *words = ink_models_explain_import (name);
    g_set_error_literal (error, INK_ERROR, INK_ERROR_UNSUPPORTED, words);
    return FALSE;
  }
  if (!ink_store_is_writable (download->store)) {
    g_set_error (error, INK_ERROR, INK_ERROR_READ_ONLY,
                 "The library was opened for reading: no model can be added");
    return FALSE;
  }
  download->fetcher = ink_fetcher_new (g_getenv (CERTIFICATES_VARIABLE), error);
  if (download->fetcher == NULL)
    return FALSE;
  download->files = g_ptr_array_new_with_free_func (file_free);
  download->folder =
      g_build_filename (ink_store_get_directory (download->store), "models", GATHERING, name, NULL);
  return ink_dirs_make (download->folder, error);
}

char *
ink_models_download (InkStore *store, const char *name, InkDownloadFunc func, gpointer data,
                     GCancellable *cancellable, GError **error)
{
  g_auto (Download)
      download = {.store = store, .func = func, .data = data, .cancellable = cancellable};

  if (!start (&download, name, error) || !ask_for_all (&download, error) ||
      !check_room (&download, error) || !get_all (&download, error))
    return NULL;
  return ink_models_adopt (store, download.folder, cancellable, error);
}

char *
ink_models_explain_import (const char *name)
{
  g_autoptr (InkModelOffer) offer = ink_model_offers_find (name, NULL);
  g_autofree char *weights = g_strjoinv (", ", (GStrv)ink_model_weights_names ());
  g_autofree char *page = g_strconcat (HUB "/", offer != NULL ? offer->repository : "laion", NULL);

  /* Translators: a web page, a file name, a list of file names */
  return g_strdup_printf (_ ("This build does not use the network. Get from %s the file %s and one "
                             "of %s into a folder of their own, then run: inkling-cli models add "
                             "FOLDER"),
                          page, CONFIGURATION, weights);
}
