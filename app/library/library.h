/* library.h: the façade: everything that the window, the command line and the search provider do
 * with a library of photos.
 *
 * A library is a folder with a database. Any number of processes may read it; one at a time, the
 * holder of its lock, writes. Functions without _async block and may be called from any thread.
 * Signals are emitted in the main context that was the thread default when it was opened.
 */
#pragma once

#include <gio/gio.h>

#include "base/error.h"
#include "clip.h"
#include "decode/camera.h"
#include "index/event.h"
#include "index/power.h"
#include "index/progress.h"
#include "models/download.h"
#include "models/offers.h"
#include "search/query.h"
#include "search/results.h"
#include "search/rows-func.h"
#include "store/photos.h"

G_BEGIN_DECLS

/* ---- Opening ----------------------------------------------------------------------------- */

/**
 * InkLibraryOptions:
 * @directory: (nullable): %NULL for $XDG_DATA_HOME/inkling
 * @model: (nullable): a model's name or folder to use instead of the library's own, for this
 *     process only
 * @view: (nullable): what of a photo the model is shown, as clip_view_from_string() reads it, for
 *     this process only; a library whose first photos are indexed with it keeps it
 * @engine: threads, image size and precision of the engine
 */
typedef struct {
  const char *directory;
  const char *model;
  const char *view;
  ClipOptions engine;
} InkLibraryOptions;

#define INK_TYPE_LIBRARY (ink_library_get_type ())
G_DECLARE_FINAL_TYPE (InkLibrary, ink_library, INK, LIBRARY, GObject)

/**
 * ink_library_open:
 * @options: (nullable)
 *
 * Opens a library for reading. A library that does not exist yet opens as an empty one, and no
 * file is made. Takes no lock and never writes. One of an older version opens, too, but has to be
 * made writable, which brings it up to date, before it can be read.
 */
InkLibrary *ink_library_open (const InkLibraryOptions *options, GError **error);

/**
 * ink_library_make_writable:
 *
 * Takes the library's lock and opens the one writing connection, making the library where there
 * is none and bringing an older one up to date. %INK_ERROR_LOCKED names the holder. Does nothing
 * where it is writable already.
 */
gboolean ink_library_make_writable (InkLibrary *library, GError **error);

gboolean ink_library_is_writable (InkLibrary *library);

/* As ink_library_make_writable(), but where “inkling-cli watch” has the library, asks it to give it
 * up, which it does until this process has ended. */
gboolean ink_library_take_over (InkLibrary *library, GError **error);

/* Ends indexing and watching, and gives up the lock. Reading goes on. */
void ink_library_release (InkLibrary *library);

/* Functions below that write are done by the process that has the library, where it answers for it
 * (service.h), instead of failing with %INK_ERROR_LOCKED: those for folders, for indexing in the
 * calling thread, and for models. */

/* Returns: (transfer full) (nullable): what the user should be told about making it writable, once,
 * e.g. that a damaged database was set aside under another name */
char *ink_library_take_notice (InkLibrary *library);

const char *ink_library_get_directory (InkLibrary *library);

/* ---- Folders ----------------------------------------------------------------------------- */

typedef struct {
  gint64 id;
  char *path;   /* absolute, in the file system's encoding */
  guint photos; /* readable ones */
  guint failed;
  gboolean offline; /* not there at present */
  guint away;       /* of the photos: on a drive that is not there at present */
  guint missing;    /* were not found, many at once, and are kept for a week */
  GStrv excluded;   /* patterns of what is left out */
  char *host_path;  /* nullable: what the user calls it, where a sandbox has another path for it */
  gboolean untold;  /* the kernel does not tell of all changes: it is gone through now and then */
  gboolean read_only; /* nothing can be moved to the wastebasket */
} InkFolder;

void ink_folder_free (InkFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkFolder, ink_folder_free)

/* Returns: (transfer full) (element-type InkFolder) */
GPtrArray *ink_library_get_folders (InkLibrary *library, GError **error);

/* @folders: (element-type InkFolder). Returns: (transfer none) (nullable): the one that the file
 * @path lies in */
const InkFolder *ink_folders_find (const GPtrArray *folders, const char *path);

/* @folders: (nullable) (element-type InkFolder). Returns: (transfer full): where the file is for
 * the user, who is outside the sandbox if there is one; UTF-8 */
char *ink_folders_get_true_path (const GPtrArray *folders, const char *path);

/* The same as people write it, with "~" for their home folder. */
char *ink_folders_describe_path (const GPtrArray *folders, const char *path);

/* Adds @path (or does nothing where it, or a folder above it, is there already). */
gboolean ink_library_add_folder (InkLibrary *library, const char *path, GError **error);

/* Takes a folder with its embeddings and thumbnails out of the library; photos are not touched.
 * @photos: (out) (optional): how many were forgotten */
gboolean
ink_library_forget_folder (InkLibrary *library, const char *path, guint *photos, GError **error);

/* ---- Indexing ---------------------------------------------------------------------------- */

typedef enum {
  INK_INDEX_DEFAULT = 0,
  INK_INDEX_RETRY_FAILED = 1 << 0,   /* also try again what could not be read before */
  INK_INDEX_FORGET_MISSING = 1 << 1, /* no time of grace for what is not found */
} InkIndexFlags;

/**
 * ink_library_index:
 * @folders: (nullable) (array zero-terminated=1): paths to add first; %NULL or empty for what the
 *     library has. Only these folders are then indexed.
 * @flags: what else to do
 * @func: (nullable): told about four times a second, from the calling thread
 * @report: (out) (optional): how it ended
 *
 * Indexes to completion. Makes the library writable. Photos that can't be read are recorded and
 * do not make it fail.
 */
gboolean ink_library_index (InkLibrary *library, const char *const *folders, InkIndexFlags flags,
                            InkIndexFunc func, gpointer data, GCancellable *cancellable,
                            InkIndexProgress *report, GError **error);

/* Starts ink_library_index() for all folders in a thread of its own, or, where one runs already,
 * has it go over the folders once more. Progress comes as the signal "progress"
 * (const InkIndexProgress *), new or removed photos as "changed", an end by error as "index-failed"
 * (const GError *). At most ten of each a second. */
void ink_library_start_indexing (InkLibrary *library, gboolean retry_failed);

/* Ends a run that ink_library_start_indexing() began, after what is under way; waits for it. */
void ink_library_stop_indexing (InkLibrary *library);
void ink_library_get_progress (InkLibrary *library, InkIndexProgress *progress);

/**
 * ink_library_set_rows_func:
 * @func: (nullable): told how far it is when a search of a large library has to make ready what
 *     searches read, which it does where the cache is missing or older than the library; in the
 *     thread of the search
 *
 * To be set before the first search. The same comes as the signal "progress".
 */
void ink_library_set_rows_func (InkLibrary *library, InkRowsFunc func, gpointer data);

/**
 * ink_library_start_watching:
 *
 * From the next run of ink_library_start_indexing() on, which this does not begin, changes in the
 * folders are indexed as they happen. Where the kernel does not tell of all of them, all folders
 * are gone through every quarter of an hour.
 */
gboolean ink_library_start_watching (InkLibrary *library, GError **error);

/* Ends watching, and indexing with it. */
void ink_library_stop_watching (InkLibrary *library);

/* @watched: folders of the disk that are watched
 * @refused: those that the kernel refused to watch
 * @limit: how many it lets this user have; 0 where unknown */
void ink_library_get_watches (InkLibrary *library, guint *watched, guint *refused, guint *limit);

/* @func: (nullable): told of single photos, in the thread that indexes. To be set before. */
void ink_library_set_event_func (InkLibrary *library, InkIndexEventFunc func, gpointer data);

/* Holds indexing in the background back, or lets it go on. Kept in the library, so that it survives
 * a restart, soon after the call. ink_library_index() does not wait. */
void ink_library_set_paused (InkLibrary *library, gboolean paused);
gboolean ink_library_get_paused (InkLibrary *library);

/* When indexing in the background is welcome; kept in the library. */
gboolean ink_library_set_power_policy (InkLibrary *library, InkPowerPolicy policy, GError **error);
InkPowerPolicy ink_library_get_power_policy (InkLibrary *library);

/* The choice %INK_POWER_IDLE is only to be offered where ink_power_is_idle() finds a service. */

/* What is left out of a folder (index/patterns.h).
 * Returns: (transfer full) (element-type filename) */
GStrv ink_library_get_exclusions (InkLibrary *library, const char *folder, GError **error);

/* Replaces it. Photos that are left out go, and others come, with the next run. %INK_ERROR_USAGE
 * for a pattern that can match nothing. */
gboolean ink_library_set_exclusions (InkLibrary *library, const char *folder,
                                     const char *const *patterns, GError **error);

typedef struct {
  char *path;
  char *code;   /* a name of error.h */
  char *reason; /* for people, translated */
} InkFailure;

void ink_failure_free (InkFailure *failure);
/* Returns: (transfer full) (element-type InkFailure) */
GPtrArray *ink_library_get_failures (InkLibrary *library, GError **error);

/* Videos, which are not searched: neither photos nor failures. Code and reason are %NULL.
 * Returns: (transfer full) (element-type InkFailure) */
GPtrArray *ink_library_get_videos (InkLibrary *library, GError **error);

/* ---- Searching --------------------------------------------------------------------------- */

/* Hits and results are in search/results.h. */
InkResults *ink_library_search (InkLibrary *library, const InkQuery *query,
                                GCancellable *cancellable, GError **error);
void
ink_library_search_async (InkLibrary *library, const InkQuery *query, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data);
InkResults *ink_library_search_finish (InkLibrary *library, GAsyncResult *result, GError **error);

/**
 * ink_library_locate:
 * @file: a picture, in the library or not
 * @words: (array zero-terminated=1): descriptions; each gets a map of its own
 *
 * Where in a picture descriptions match. %CLIP_ERROR_UNSUPPORTED where the model in use can't tell.
 */
InkPlaces *ink_library_locate (InkLibrary *library, GFile *file, const char *const *words,
                               GCancellable *cancellable, GError **error);
void
ink_library_locate_async (InkLibrary *library, GFile *file, const char *const *words,
                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
InkPlaces *ink_library_locate_finish (InkLibrary *library, GAsyncResult *result, GError **error);

/**
 * InkDuplicateGroup:
 * @paths: (element-type filename): absolute; the largest photo first
 * @photos: (element-type gint64): their ids
 * @similarity: the least cosine of the first with the others; 1 for equal files
 */
typedef struct {
  GPtrArray *paths;
  GArray *photos;
  double similarity;
} InkDuplicateGroup;

void ink_duplicate_group_free (InkDuplicateGroup *group);

/**
 * ink_library_find_duplicates:
 *
 * The near-duplicates of the whole library, told by the same rule as in results. Where no model can
 * be used, only equal files, and RAW files with their JPEG.
 *
 * Returns: (transfer full) (element-type InkDuplicateGroup): each photo in one group at most
 */
GPtrArray *
ink_library_find_duplicates (InkLibrary *library, GCancellable *cancellable, GError **error);

/* ---- Saved searches and history ------------------------------------------------------------ */

/**
 * InkSavedSearch:
 * @name: unique in the library
 * @text: the query, as ink_query_parse() reads it
 * @matches: strong matches at the last count; -1 where they were never counted
 * @is_current: whether nothing has changed since that count
 */
typedef struct {
  gint64 id;
  char *name;
  char *text;
  int matches;
  gboolean is_current;
} InkSavedSearch;

void ink_saved_search_free (InkSavedSearch *saved);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkSavedSearch, ink_saved_search_free)

/* Returns: (transfer full) (element-type InkSavedSearch): in the order in which they were saved.
 * The signal "saved-searches-changed" tells that there are others now. */
GPtrArray *ink_library_get_saved_searches (InkLibrary *library, GError **error);

/* Returns: (transfer full): the one of that name, %INK_ERROR_NOT_FOUND where there is none */
InkSavedSearch *
ink_library_find_saved_search (InkLibrary *library, const char *name, GError **error);

/**
 * ink_library_save_search:
 * @name: not empty; the search of that name, if there is one, gets the new query
 * @query: what ink_query_to_text() keeps of it. %INK_ERROR_USAGE where it has pictures that are no
 *     files.
 * @id: (out) (optional)
 *
 * Makes the library writable, as do the two functions below.
 */
gboolean ink_library_save_search (InkLibrary *library, const char *name, const InkQuery *query,
                                  gint64 *id, GError **error);
gboolean
ink_library_rename_saved_search (InkLibrary *library, gint64 id, const char *name, GError **error);
gboolean ink_library_remove_saved_search (InkLibrary *library, gint64 id, GError **error);

/**
 * ink_library_count_saved_search:
 *
 * Counts the strong matches of a saved search, near-duplicates too; at once where nothing has
 * changed since the last count, which is kept where the library is writable.
 *
 * Returns: -1 with @error set
 */
int ink_library_count_saved_search (InkLibrary *library, gint64 id, GCancellable *cancellable,
                                    GError **error);
void
ink_library_count_saved_search_async (InkLibrary *library, gint64 id, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer data);
int
ink_library_count_saved_search_finish (InkLibrary *library, GAsyncResult *result, GError **error);

/**
 * ink_library_remember_query:
 * @text: as typed
 *
 * Puts a text at the head of the recent queries, which suggestions are made of; nothing where there
 * is no history to be kept, where the text is empty, or where the library is not writable. The
 * signal "history-changed" tells of each change.
 */
gboolean ink_library_remember_query (InkLibrary *library, const char *text, GError **error);

/* Returns: (transfer full) (element-type utf8): at most @max, newest first */
GPtrArray *ink_library_get_recent_queries (InkLibrary *library, guint max, GError **error);

/* @text: (nullable): one of them, or %NULL for all. The embeddings that are kept of what was
 * searched for go, too. Makes the library writable. */
gboolean ink_library_forget_queries (InkLibrary *library, const char *text, GError **error);

/* Whether queries are remembered, which they are at first. Turning it off forgets all of them. */
gboolean ink_library_get_keep_history (InkLibrary *library);
gboolean ink_library_set_keep_history (InkLibrary *library, gboolean keep, GError **error);

/* ---- Pictures for showing ---------------------------------------------------------------- */

/* Plain pixels, decoded by the helper. */
typedef struct {
  guint width, height;
  GBytes *rgb; /* dense, three bytes a pixel */
} InkPixels;

void ink_pixels_free (InkPixels *pixels);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkPixels, ink_pixels_free)

/* Returns: (transfer full): where a photo of the library is, or was when it was last seen; %NULL
 * with %INK_ERROR_NOT_FOUND where there is none of that id */
char *ink_library_get_photo_path (InkLibrary *library, gint64 photo, GError **error);

/* The thumbnail of a photo of the library, at most @size pixels a side; from the thumbnail store,
 * or made from the photo and kept. */
InkPixels *ink_library_load_thumbnail (InkLibrary *library, gint64 photo, guint size,
                                       GCancellable *cancellable, GError **error);

/* Any picture, at most @size pixels a side. */
InkPixels *ink_library_load_picture (InkLibrary *library, GFile *file, guint size,
                                     GCancellable *cancellable, GError **error);

/* How a picture is looked at. */
typedef struct {
  guint size;          /* most pixels a side */
  gboolean has_region; /* only this part */
  InkRegion region;
} InkViewRequest;

/* A picture, or a part of one, with what is known of the whole. */
typedef struct {
  InkPixels *pixels;
  guint width, height; /* of the whole picture, upright */
  char *type;          /* "jpeg", … */
  char *taken;         /* nullable: YYYY-MM-DDTHH:MM:SS[±HH:MM] */
  InkCamera camera;
} InkView;

void ink_view_free (InkView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkView, ink_view_free)

/* Any picture for someone who looks at it now: not kept waiting behind thumbnails. A part of a very
 * large picture takes no more memory than any other rendering of its size. */
InkView *ink_library_view_picture (InkLibrary *library, GFile *file, const InkViewRequest *request,
                                   GCancellable *cancellable, GError **error);

/* As ink_library_load_picture(), for an encoded picture that was dropped or pasted. */
InkPixels *ink_library_load_bytes (InkLibrary *library, GBytes *bytes, guint size,
                                   GCancellable *cancellable, GError **error);

/* ---- Embeddings and labels (the command line's embed, tokenize, classify) ---------------- */

/* The engine's model, opened at the first use. Returns: (transfer none) */
ClipModel *ink_library_get_model (InkLibrary *library, GError **error);

/* The reference embedding of a picture file: decoded at full size, resized and cropped as the
 * reference does. @embedding has the model's dims. */
gboolean ink_library_embed_file (InkLibrary *library, GFile *file, float *embedding,
                                 GCancellable *cancellable, GError **error);

typedef struct {
  guint label; /* index in the labels given */
  double probability;
} InkLabelScore;

typedef struct _InkClassifier InkClassifier;

/* The reference zero-shot classifier: each label in each template ("{}" stands for it), encoded,
 * normalised, averaged over the templates and normalised again. */
InkClassifier *ink_library_make_classifier (InkLibrary *library, const char *const *labels,
                                            const char *const *templates, GCancellable *cancellable,
                                            GError **error);
void ink_classifier_free (InkClassifier *classifier);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkClassifier, ink_classifier_free)

/* Returns: (transfer full) (element-type InkLabelScore): likeliest first */
GArray *ink_classifier_classify (InkClassifier *classifier, GFile *file, GCancellable *cancellable,
                                 GError **error);

/* ---- Models ------------------------------------------------------------------------------ */

typedef struct {
  char *name;
  char *path;
  gboolean active;  /* the one that the library's embeddings are made with */
  gboolean starter; /* ships with the program */
  gboolean used;    /* was chosen before: the notice about it was read */
  guint dims, image_size;
  guint chosen_size; /* of the active one, where it is not its own image size */
  guint64 bytes;     /* that its files take; 0 for the starter */
  char *licence;     /* nullable */
  char *title;       /* nullable: for people, where the catalogue has it */
  InkModelScores scores;
  char *state; /* "ready", "missing" or "invalid" */
} InkModelEntry;

void ink_model_entry_free (InkModelEntry *entry);

/* Returns: (transfer full) (element-type InkModelEntry) */
GPtrArray *ink_library_get_models (InkLibrary *library, GError **error);

/* Checks the model in @folder and copies it into the library's models.
 * Returns: (transfer full): the name that it got */
char *ink_library_add_model (InkLibrary *library, const char *folder, GCancellable *cancellable,
                             GError **error);

/* The same of files that were chosen one by one (ink_models_add_files()); makes the library
 * writable. */
char *ink_library_add_model_files (InkLibrary *library, const char *const *files,
                                   GCancellable *cancellable, GError **error);

/* Returns: (transfer full) (element-type InkModelOffer): what can be downloaded */
GPtrArray *ink_library_get_model_offers (void);

/* Returns: (transfer none): what has to be known before an added model is used for the first time
 * (InkModelEntry.used), translated */
const char *ink_library_get_model_notice (void);

/* Whether this build downloads models. */
gboolean ink_library_can_download (void);

/* ink_models_explain_import() tells which files to get by other means. */

/* How large an offered model is. Asks the host; nothing is downloaded. */
gboolean ink_library_plan_download (InkLibrary *library, const char *offer, InkDownloadPlan *plan,
                                    GCancellable *cancellable, GError **error);

/* Told about twice a second, from the calling thread: bytes so far, and of all. */
typedef void (*InkModelDownloadFunc) (guint64 done, guint64 total, gpointer data);

/* Downloads a model that is offered and adds it; this and ink_library_plan_download() alone use the
 * network. Cancelled or cut, it is continued by the next call.
 * Returns: (transfer full): the name that it got */
char *ink_library_download_model (InkLibrary *library, const char *offer, InkModelDownloadFunc func,
                                  gpointer data, GCancellable *cancellable, GError **error);

/* Bytes that a download left which did not come to its end; and away with them. */
guint64 ink_library_get_downloaded (InkLibrary *library, const char *offer);
void ink_library_discard_download (InkLibrary *library, const char *offer);

/* What it would take to use a model. @image_size: 0 for the model's own; @photos: (out): to be
 * embedded; @bytes: (out): more on disk, about */
gboolean ink_library_plan_model (InkLibrary *library, const char *name, guint image_size,
                                 guint *photos, guint64 *bytes, GError **error);

/**
 * ink_library_use_model:
 * @image_size: side of the square that it is to see; 0 for the model's own
 *
 * Has photos indexed with another model, or at another resolution, from the next run on. Searches
 * go on with the present one until all photos that can be read are done; then the library switches.
 */
gboolean
ink_library_use_model (InkLibrary *library, const char *name, guint image_size, GError **error);

typedef enum {
  INK_MODEL_UNCHANGED,
  INK_MODEL_CHANGING, /* photos are still to be indexed with the new one */
  INK_MODEL_CHANGED,  /* it is in use; the old one's embeddings are still there */
} InkModelState;

/**
 * InkModelChange:
 * @model: (nullable): the new one; where nothing is being changed all that follows is empty
 * @image_size: 0 for the model's own
 * @done: photos that have an embedding of it
 * @total: photos that could be read when they were last seen
 * @bytes: about so much more will be on disk, or, once changed, goes with
 * ink_library_confirm_model()
 */
typedef struct {
  InkModelState state;
  char *model, *previous_model;
  guint image_size, previous_image_size;
  guint done, total;
  guint64 bytes;
} InkModelChange;

void ink_model_change_free (InkModelChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkModelChange, ink_model_change_free)

/* Returns: (transfer full) */
InkModelChange *ink_library_get_model_change (InkLibrary *library, GError **error);

/* Goes back to the model, and to the embeddings, of before the last change; in one transaction.
 * What is undone can be undone. */
gboolean ink_library_undo_model (InkLibrary *library, GError **error);

/* Lets the embeddings go that are not searched any more. */
gboolean ink_library_confirm_model (InkLibrary *library, GError **error);

/* Not the one in use, nor the one whose embeddings are searched. */
gboolean ink_library_remove_model (InkLibrary *library, const char *name, GError **error);
/* Reads all of a model and compares its hash with what was taken when it was added. */
gboolean ink_library_verify_model (InkLibrary *library, const char *name, GCancellable *cancellable,
                                   GError **error);

/* ---- State ------------------------------------------------------------------------------- */

typedef struct {
  guint photos, failed; /* readable; unreadable */
  guint embedded;       /* photos with an embedding of the active model */
  guint64 database_bytes, thumbnail_bytes;
  char *model;    /* name of the active model; nullable */
  char *last_run; /* nullable: when indexing last ended, YYYY-MM-DDTHH:MM:SS±HH:MM */
  GStrv formats;  /* what this build reads */
  char *sandbox;  /* how the decoder helper is confined, for people and JSON */
} InkStatus;

void ink_status_free (InkStatus *status);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkStatus, ink_status_free)
InkStatus *ink_library_get_status (InkLibrary *library, GError **error);

/* Calls @func with each photo that the library knows, also unreadable ones and videos, by id; until
 * it returns %FALSE. */
gboolean
ink_library_for_each_photo (InkLibrary *library, InkPhotoFunc func, gpointer data, GError **error);

/* @half: (array length=dims): float16. Returns: %FALSE to see no more */
typedef gboolean (*InkEmbeddingFunc) (gint64 photo, const guint16 *half, guint dims, gpointer data);

/* The same for each embedding that searches use. @dims: (out): how long they are; 0 where there is
 * nothing yet */
gboolean ink_library_for_each_embedding (InkLibrary *library, InkEmbeddingFunc func, gpointer data,
                                         guint *dims, GCancellable *cancellable, GError **error);

/* Some of the library's photos. */
typedef struct {
  char *name; /* nullable: of the format or the year, %NULL where it is not known */
  guint photos;
  guint64 bytes; /* of their files */
} InkPhotoCount;

/* The embeddings of one model at one resolution. */
typedef struct {
  char *model; /* nullable: its name, where the library still has it */
  guint image_size, dims;
  guint photos;
  gboolean searched; /* the one that searches use */
} InkSpaceCount;

/**
 * InkStatistics:
 * @types: (element-type InkPhotoCount): by format, most photos first
 * @years: (element-type InkPhotoCount): earliest first
 * @spaces: (element-type InkSpaceCount)
 * @bytes: of the photos' files
 * @weight_bytes: of the models' weights in the cache folder
 */
typedef struct {
  GPtrArray *types, *years, *spaces;
  guint64 bytes, weight_bytes;
} InkStatistics;

void ink_statistics_free (InkStatistics *statistics);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkStatistics, ink_statistics_free)

/* Reads all of the library: not for each change. Returns: (transfer full) */
InkStatistics *ink_library_get_statistics (InkLibrary *library, GError **error);

/* Returns: (transfer full) (element-type utf8): what is wrong with the library, in words; empty
 * where nothing is. @repair: mend what can be mended (makes the library writable). */
GPtrArray *ink_library_check (InkLibrary *library, gboolean repair, GError **error);

/**
 * ink_library_erase:
 * @directory: (nullable): as in InkLibraryOptions
 *
 * Deletes all that the program keeps: the library with its saved searches, history and models, and
 * the caches. No photo is touched. The library must not be open, here or elsewhere.
 */
gboolean ink_library_erase (const char *directory, GError **error);

G_END_DECLS
