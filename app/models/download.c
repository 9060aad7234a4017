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
  InkStore *store; /* NULL: nothing is downloaded */
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

char *
ink_models_get_page (const InkModelOffer *offer)
{
  const char *hub = g_getenv (HUB_VARIABLE);
  return g_strdup_printf ("%s/%s", hub != NULL && *hub != '\0' ? hub : HUB, offer->repository);
}

static char *
make_url (const InkModelOffer *offer, const char *file)
{
  g_autofree char *page = ink_models_get_page (offer);
  return g_strdup_printf ("%s/resolve/main/%s", page, file);
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

static char *
get_gathering_folder (const char *directory, const char *name)
{
  return g_build_filename (directory, "models", GATHERING, name, NULL);
}

guint64
ink_models_get_downloaded (const char *directory, const char *name)
{
  g_autofree char *folder = get_gathering_folder (directory, name);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint64 bytes = 0;

  for (const char *file; dir != NULL && (file = g_dir_read_name (dir)) != NULL;) {
    g_autofree char *path = g_build_filename (folder, file, NULL);
    GStatBuf facts;
    if (g_stat (path, &facts) == 0)
      bytes += (guint64)facts.st_size;
  }
  return bytes;
}

void
ink_models_discard_download (const char *directory, const char *name)
{
  g_autofree char *folder = get_gathering_folder (directory, name);

  ink_models_remove_folder (folder);
}

/* Of the disk that @folder, or the nearest folder above it that is there, is on; %G_MAXUINT64 where
 * that can't be known. */
static guint64
get_free_bytes (const char *folder)
{
  g_autoptr (GFile) file = g_file_new_for_path (folder);

  while (file != NULL) {
    g_autoptr (GFile) below = g_steal_pointer (&file);
    g_autoptr (GFileInfo) info =
        g_file_query_filesystem_info (below, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);
    if (info != NULL && g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE))
      return g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
    file = g_file_get_parent (below);
  }
  return G_MAXUINT64;
}

static gboolean
check_room (const Download *download, guint64 here, GError **error)
{
  guint64 free_bytes = get_free_bytes (download->folder);
  guint64 needed = download->progress.total - MIN (here, download->progress.total);

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
start (Download *download, const char *directory, const char *name, GError **error)
{
  download->offer = ink_model_offers_find (name, error);
  if (download->offer == NULL)
    return FALSE;
  if (!ink_fetcher_is_available ()) {
    g_autofree char *words = ink_models_explain_import (download->offer);
    g_set_error (error, INK_ERROR, INK_ERROR_UNSUPPORTED,
                 /* Translators: which files to get and what to do, as another message says. */
                 _ ("This build does not use the network. %s. One that is installed as an "
                    "extension of Inkling's Flatpak is found without that"),
                 words);
    return FALSE;
  }
  download->fetcher = ink_fetcher_new (g_getenv (CERTIFICATES_VARIABLE), error);
  download->files = g_ptr_array_new_with_free_func (file_free);
  download->folder = get_gathering_folder (directory, name);
  return download->fetcher != NULL && ask_for_all (download, error);
}

gboolean
ink_models_plan_download (const char *directory, const char *name, InkDownloadPlan *plan,
                          GCancellable *cancellable, GError **error)
{
  g_auto (Download) download = {.cancellable = cancellable};

  if (!start (&download, directory, name, error))
    return FALSE;
  plan->total = download.progress.total;
  plan->here = MIN (ink_models_get_downloaded (directory, name), plan->total);
  plan->free_bytes = get_free_bytes (download.folder);
  return TRUE;
}

char *
ink_models_download (InkStore *store, const char *name, InkDownloadFunc func, gpointer data,
                     GCancellable *cancellable, GError **error)
{
  const char *directory = ink_store_get_directory (store);
  g_auto (Download)
      download = {.store = store, .func = func, .data = data, .cancellable = cancellable};

  if (!ink_store_is_writable (store)) {
    g_set_error (error, INK_ERROR, INK_ERROR_READ_ONLY,
                 "The library was opened for reading: no model can be added");
    return NULL;
  }
  if (!start (&download, directory, name, error) ||
      !check_room (&download, ink_models_get_downloaded (directory, name), error) ||
      !ink_dirs_make (download.folder, error) || !get_all (&download, error))
    return NULL;
  return ink_models_adopt (store, download.folder, cancellable, error);
}

char *
ink_models_explain_import (const InkModelOffer *offer)
{
  g_autofree char *weights = g_strjoinv (", ", (GStrv)ink_model_weights_names ());
  g_autofree char *page = ink_models_get_page (offer);

  /* Translators: a web page, a file name, a list of file names. */
  return g_strdup_printf (
      _ ("Get from %s the file %s and one of %s, put both into a folder of their "
         "own, and add that folder here or with: inkling-cli models add FOLDER"),
      page, CONFIGURATION, weights);
}
