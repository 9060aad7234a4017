/* library-private.h: what the files of the façade share. */
#pragma once

#include "decode/decoder.h"
#include "index/indexer.h"
#include "index/power.h"
#include "library/library.h"
#include "library/remote.h"
#include "search/collection.h"
#include "search/encoder.h"
#include "store/store.h"

G_BEGIN_DECLS

/* What of a photo the model is shown where nobody asks for something else. */
#define INK_DEFAULT_VIEW CLIP_VIEW_SQUARES

/* Signals that wait to be emitted in the library's context. */
typedef struct {
  GSource *source; /* nullable: set while anything waits */
  gboolean progress, changed;
  gboolean saved, history; /* changed: what was saved, and what was searched for */
  GError *error;           /* nullable */
} InkNotices;

struct _InkLibrary {
  GObject parent_instance;

  /* Set once. */
  char *directory;
  char *model_option; /* nullable */
  char *vocabulary;
  ClipOptions engine; /* its vocabulary is the one above */
  gboolean has_view;  /* this process was told which: */
  ClipView view;
  GMainContext *context;
  InkDecoder *decoder; /* for queries and for showing; indexing has its own */
  InkCollection *collection;
  InkRowsFunc rows; /* nullable */
  gpointer rows_data;
  InkIndexer *indexer;

  GMutex lock; /* guards what follows */
  InkStore *reader;
  InkStore *writer;
  char *notice;
  InkNotices notices;
  gboolean indexing;                   /* the thread below has not ended */
  gboolean index_again;                /* it is to go over the folders once more */
  gboolean index_retry;                /* and then try what failed before */
  InkIndexChanges *changes;            /* nullable: it is to look there first */
  GCancellable *filling;               /* nullable, borrowed: ends a run that changes go before */
  gboolean paused;                     /* by the user: indexing in the thread waits */
  InkPowerPolicy policy;               /* when indexing in the thread is welcome */
  gboolean paused_known, policy_known; /* they were read from the store, or set */
  guint prepared, to_prepare;          /* as in InkIndexProgress */
  InkIndexEventFunc event;
  gpointer event_data;

  GMutex control_lock; /* guards what follows: starting and stopping the thread */
  GThread *index_thread;
  GCancellable *index_cancellable;

  /* Set and taken by whoever starts and stops watching, with the run lock. */
  gboolean watching;
  InkWatcher *watcher; /* nullable */

  GMutex run_lock; /* held during a run: one at a time */

  GMutex model_lock; /* guards what follows */
  GPtrArray *models; /* InkOpenModel: open for the library's life, for others borrow them */
};

/* ---- Stores ------------------------------------------------------------------------------ */

/* The connection for reading; %NULL with %INK_ERROR_NO_LIBRARY where there is no library yet.
 * Returns: (transfer full) */
InkStore *ink_library_ref_reader (InkLibrary *library, GError **error);

/* The same, but an absent library is no error: then @reader is %NULL. */
gboolean ink_library_try_reader (InkLibrary *library, InkStore **reader, GError **error);

/* Makes the library writable. Returns: (transfer full): the writing connection */
InkStore *ink_library_ref_writer (InkLibrary *library, GError **error);

/* Makes the library writable; where another process has it and takes what others want written,
 * that is @remote instead. Returns: (transfer full): %NULL with @remote or @error set */
InkStore *
ink_library_ref_writer_or_remote (InkLibrary *library, InkRemote **remote, GError **error);

/* Returns: (transfer full) (nullable): the writing connection, where the library is writable */
InkStore *ink_library_peek_writer (InkLibrary *library);

/* ---- Models ------------------------------------------------------------------------------ */

/* What embeddings of a query are made with. Plain values; the model is the library's. */
typedef struct {
  ClipModel *model;
  ClipView view;
  gint64 space; /* 0 where the library has none for it */
  guint dims;
} InkLibrarySpace;

/* What a search works with: stores, the model in use, and the embeddings of its space. */
typedef struct {
  InkStore *reader;
  InkStore *writer; /* nullable: for the cache of queries */
  InkVectors *vectors;
  InkEncoder encoder; /* borrows from the above and from the library */
} InkLibrarySearch;

gboolean ink_library_search_init (InkLibrarySearch *search, InkLibrary *library, InkStore *reader,
                                  GCancellable *cancellable, GError **error);
void ink_library_search_clear (InkLibrarySearch *search);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (InkLibrarySearch, ink_library_search_clear)

/* How photos are prepared for a view, with a version: part of every space. */
const char *ink_library_get_preprocessing (ClipView view);

/* What of a photo is shown to the model: as this process was told, else as the library began, so
 * that another default makes no photo be indexed again. @store: (nullable) */
ClipView ink_library_get_view (InkLibrary *library, InkStore *store);

/* Whether this process uses another model, size or view than the library's own. */
gboolean ink_library_has_override (InkLibrary *library);

/* The library's space for what the options ask for, else the active one, with its model open.
 * Errors say what to do. */
gboolean ink_library_find_space (InkLibrary *library, InkStore *reader, InkLibrarySpace *space,
                                 GCancellable *cancellable, GError **error);

/* The space that indexing fills: of the model in use; made where it is new. */
gboolean ink_library_make_space (InkLibrary *library, InkStore *writer, InkLibrarySpace *space,
                                 GCancellable *cancellable, GError **error);

/* The id of the space that is searched by default; 0 where none is set. */
gint64 ink_library_get_active_space (InkStore *store);

/* The space that photos are to be in: of the model in use, by what is known of it without opening
 * it; 0 where there is none yet. */
gint64 ink_library_find_wanted_space (InkLibrary *library, InkStore *store);

/* The resolution that was chosen for the model in use; 0 for its own. @store: (nullable) */
guint ink_library_get_image_size (InkStore *store);

/* Remembers that a model was chosen (InkModelEntry.used). */
gboolean ink_library_note_used (InkStore *writer, const char *name, GError **error);

/**
 * ink_library_settle_space:
 * @space: the one that was filled
 * @all_seen: whether all folders were gone through: what is still missing can't be read at present
 *
 * Switches to a space as soon as it is complete; to the first one at once. What is used for this
 * process alone changes nothing, but for the view that a library begins with.
 */
gboolean ink_library_settle_space (InkLibrary *library, InkStore *writer, gint64 space,
                                   gboolean all_seen, GError **error);

/* Whether the thread of ink_library_start_indexing() is at work. */
gboolean ink_library_is_indexing (InkLibrary *library);

/* ink_library_start_indexing() for changed places alone. Takes @changes. */
void ink_library_index_changes (InkLibrary *library, InkIndexChanges *changes);

/* After a run with a watcher: decides whether folders are to be gone through now and then. */
void ink_library_settle_watching (InkLibrary *library, InkStore *reader);

/* ---- Settings of indexing in the background ---------------------------------------------- */

/* Reads from the store what the user chose, once. */
void ink_library_load_settings (InkLibrary *library);

/* A thread that holds the indexer back while it is not welcome, until it is stopped. */
typedef struct _InkGate InkGate;
InkGate *ink_gate_start (InkLibrary *library);
void ink_gate_stop (InkGate *gate);

/* ---- Signals ----------------------------------------------------------------------------- */

/* Has signals emitted soon, in the library's context. Any thread. @error: (nullable) */
void
ink_library_notify (InkLibrary *library, gboolean progress, gboolean changed, const GError *error);

/* The same for "saved-searches-changed" and "history-changed". */
void ink_library_notify_queries (InkLibrary *library, gboolean saved, gboolean history);

/* Drops what waits to be emitted. */
void ink_library_drop_notices (InkLibrary *library);

/* Defines the signals, in class_init. */
void ink_library_install_signals (InkLibraryClass *klass);

void ink_library_free_models (InkLibrary *library);

G_END_DECLS
